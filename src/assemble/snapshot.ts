import { type Chunk, isNominally, type LeadBlock, type Opaque, SEGMENT_SECONDS } from '../ecg/index.js';
import { signatureOf } from './declare.js';
import { type Calibration, countSamples, newBuffer, place, sameCalibration, samplesFor } from './lead-buffer.js';
import { gridThrough } from './phase.js';
import { openAfter } from './runs.js';
import type { Scale } from './scales.js';
import { type AssembleOptions, beforeOf, type DeviceState, type EpochState, neededFrom, type Run, type Span, startOf, type Void } from './state.js';

/** `scales`: stretches of one gain, where the samples are in mV because they differ. */
type BufferSnapshot = Calibration & { readonly scales?: readonly Scale[] };
type VoidSnapshot = Omit<Void, 'isMixed'> & { readonly isMixed?: boolean };
/** `origin` and `next`, in strides, are for engines that know no `grid`, or no `runs` of one. */
type RunSnapshot = Pick<Run, 'origin' | 'rateHz' | 'next'> & { readonly end?: number; readonly lanes: readonly (readonly [string, BufferSnapshot])[] };
type EpochSnapshot = Omit<EpochState, 'runs' | 'spans' | 'gap' | 'drift' | 'voids'> & {
  readonly drift?: EpochState['drift'];
  readonly voids: readonly VoidSnapshot[];
  readonly runs: readonly RunSnapshot[];
  readonly spans: readonly Omit<Span, 'signature'>[];
  readonly gap?: EpochState['gap'];
};

/** How segments were cut, and where each run's next one starts: what the state means without the configuration of then. */
interface Grid {
  readonly strideS: number;
  readonly segmentS: number;
  readonly horizonS: number;
  readonly partialMinS: number;
  /** Sample numbers within the epoch, one a run. Samples below are of closed segments. */
  readonly nextSamples: readonly number[];
  /** Absent: written by an engine whose segments all lie on the grid. It hands on none, and has gone on by the origin of its runs. */
  readonly runs?: readonly Pick<Run, 'origin' | 'grid'>[];
}

/** A device's state without its samples: plain JSON that names the offsets of the chunks it still needs. */
export interface DeviceSnapshot {
  readonly device: string;
  readonly pastEpochs: readonly Opaque[];
  readonly epoch?: EpochSnapshot;
  /** Absent: written by an engine that knew none. Kept apart from the runs, which such an engine hands on as they are. */
  readonly grid?: Grid;
  readonly heldOffset?: number;
  readonly heldHighestFirst?: number;
}

export function snapshot(state: DeviceState, options: AssembleOptions): DeviceSnapshot {
  const { device, pastEpochs, epoch, held } = state;
  const { strideS, horizonS, partialMinS } = options;
  return {
    device,
    pastEpochs,
    epoch: epoch && { ...epoch, runs: epoch.runs.map(frozenRun), spans: epoch.spans.map(({ from, to, declared }) => ({ from, to, declared })) },
    grid: epoch && { strideS, segmentS: SEGMENT_SECONDS, horizonS, partialMinS, nextSamples: epoch.runs.map((run) => neededFrom(run, options)), runs: epoch.runs.map(({ origin, grid }) => ({ origin, grid })) },
    heldOffset: held?.offset,
    heldHighestFirst: held?.highestFirst,
  };
}

/** An older engine counts from `origin`: from the grid once the first segment is closed; before that it makes a grid of its own, and the device keeps that. */
function frozenRun({ origin, grid, rateHz, next, end, buffers }: Run): RunSnapshot {
  const lanes = [...buffers].map(([lead, { calibration, scales }]) => [lead, scales.length === 0 ? calibration : { ...calibration, scales }] as const);
  return { origin: next === 0 ? origin : grid, rateHz, next, end, lanes };
}

/** Offsets of the chunks that `refill` must see again. */
export function neededOffsets(snap: DeviceSnapshot): number[] {
  const offsets = (snap.epoch?.sources ?? []).map((source) => source.offset);
  return snap.heldOffset === undefined ? offsets : [...offsets, snap.heldOffset];
}

/** The state, without its samples. Under another stride than it was cut by, it continues with the first segment of the new grid that starts at or after the one that was due. */
export function restore(snap: DeviceSnapshot, options: AssembleOptions): DeviceState {
  const { device, pastEpochs, epoch, grid } = structuredClone(snap);
  return {
    device,
    pastEpochs: [...pastEpochs],
    held: undefined,
    epoch: epoch && {
      ...epoch,
      gap: epoch.gap,
      drift: epoch.drift,
      voids: epoch.voids.map((gone) => ({ ...gone, isMixed: gone.isMixed ?? false })),
      spans: epoch.spans.map((span) => ({ ...span, signature: signatureOf(span.declared) })),
      runs: epoch.runs.map((frozen, i) => restoredRun(frozen, grid, i, options)),
    },
  };
}

function restoredRun(frozen: RunSnapshot, cutBy: Grid | undefined, i: number, options: AssembleOptions): Run {
  const { rateHz, next, end, lanes } = frozen;
  const { origin, grid } = cutBy?.runs?.[i] ?? { origin: frozen.origin, grid: frozen.origin };
  const run: Run = { origin, grid: next === 0 ? gridThrough(grid, origin, rateHz, options) : grid, rateHz, next, openFrom: undefined, end, buffers: new Map() };
  const nextSample = cutBy?.nextSamples[i];
  if (nextSample !== undefined && cutBy?.strideS !== options.strideS) openAfter(run, nextSample, options);
  else if (nextSample !== startOf(run, next, options)) run.openFrom = nextSample;
  const base = Math.max(neededFrom(run, options) - beforeOf(run), origin);
  for (const [lead, { scales = [], ...calibration }] of lanes) run.buffers.set(lead, newBuffer(calibration, base, [...scales]));
  return run;
}

/**
 * Puts back the samples of a chunk that was read before the snapshot was taken: nothing is closed or counted again.
 * Called in the order of offsets, so the first value written for a sample is the same as it was.
 */
export function refill(state: DeviceState, snap: DeviceSnapshot, chunk: Chunk, offset: number, options: AssembleOptions): void {
  const { epoch } = state;
  if (offset === snap.heldOffset) {
    const samples = chunk.blocks.reduce((sum, block) => sum + countSamples(block.samples), 0);
    state.held = { chunk, offset, samples, highestFirst: snap.heldHighestFirst ?? 0 };
    return;
  }
  const source = epoch?.sources.find((one) => one.offset === offset);
  if (epoch === undefined || source === undefined) return;
  for (const run of epoch.runs) {
    if (!isNominally(run.rateHz, chunk.rateHz)) continue;
    for (const block of chunk.blocks) {
      const buffer = run.buffers.get(block.lead);
      if (buffer === undefined || !holds(buffer.calibration, buffer.scales.length > 0, block)) continue;
      const end = chunk.firstSample + block.samples.length;
      const from = Math.min(Math.max(source.from, neededFrom(run, options) - beforeOf(run), run.origin), end);
      const to = Math.min(end, run.end ?? end);
      const samples = samplesFor(buffer, block);
      for (const [a, b] of without(voidsOf(epoch, chunk, block, offset), from, to)) {
        place(buffer, samples, chunk.firstSample, a, b, { placed: 0, repeated: 0, conflicting: 0 });
      }
    }
  }
}

function voidsOf(epoch: EpochState, chunk: Chunk, block: LeadBlock, offset: number): Void[] {
  return epoch.voids.filter((gone) => gone.lead === block.lead && offset < gone.before && isNominally(gone.rateHz, chunk.rateHz) && holds(gone, gone.isMixed, block));
}

/** Samples in one calibration came from blocks of no other: see `samplesFor`. */
const holds = (calibration: Calibration, isMixed: boolean, block: LeadBlock): boolean => (isMixed ? calibration.origin === block.origin : sameCalibration(calibration, block));

/** What is left of from … to. */
function without(voids: readonly Void[], from: number, to: number): [number, number][] {
  let left: [number, number][] = from < to ? [[from, to]] : [];
  for (const gone of voids) {
    left = left.flatMap(([a, b]): [number, number][] => [
      [a, Math.min(b, gone.from)],
      [Math.max(a, gone.to), b],
    ]);
    left = left.filter(([a, b]) => a < b);
  }
  return left;
}
