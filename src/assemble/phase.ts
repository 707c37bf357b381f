import { type Chunk, sha256 } from '../ecg/index.js';
import { type AssembleOptions, strideOf } from './state.js';

/** What a phase is made of. */
export type Stream = Pick<Chunk, 'device' | 'epoch'>;

/**
 * Seconds from the first sample of a run to its second segment: 1 to the stride, by a hash, so that streams that begin together fall due apart.
 * Whole ones: chunks are of a second or of parts that divide it, so that a segment ends where a chunk does, and waits for no more.
 */
export function phaseOf({ device, epoch }: Stream, { strideS }: AssembleOptions): number {
  const phases = Math.floor(strideS);
  return phases < 1 ? strideS : 1 + (Number.parseInt(sha256(`${device}/${epoch}`).slice(0, 8), 16) % phases);
}

/** The grid of a run: see `Run.grid`. */
export function gridOf(origin: number, rateHz: number, stream: Stream, options: AssembleOptions): number {
  const { gridFrom } = options;
  if (gridFrom !== undefined) return gridThrough(gridFrom, origin, rateHz, options);
  return origin + Math.round(phaseOf(stream, options) * rateHz) - strideOf({ rateHz }, options);
}

/** The grid of a run that has a segment at `sample`. */
export function gridThrough(sample: number, origin: number, rateHz: number, options: AssembleOptions): number {
  const at = (k: number) => sample - Math.round(k * options.strideS * rateHz);
  let k = Math.floor((sample - origin) / (options.strideS * rateHz)) - 1;
  while (at(k) > origin) k++;
  return Math.max(at(k), origin + 1 - strideOf({ rateHz }, options));
}
