import { type AssembleOptions, initial, physical, step } from '../assemble/index.js';
import type { Outcome, Physical, Segment } from '../ecg/index.js';
import { grade } from '../grade/index.js';
import { decodeChunk } from '../wire/index.js';
import { type AssociationTable, hospitalTimeOf } from './association.js';
import type { Encoders, Prepared } from './encoders.js';
import { unscoredOutcome } from './outcome.js';

/** One segment as an alert kept it: its chunks as they lay in the signal. */
export interface KeptSegment {
  readonly segment: string;
  readonly chunks: readonly Uint8Array[];
  /** Why some, or all, are not there; empty: all are. */
  readonly missing: string;
}

export interface AgainDeps {
  readonly assemble: AssembleOptions;
  readonly associations: AssociationTable;
  readonly encoders: Encoders;
}

/** A segment before its scores, from its samples; undefined: its chunks do not make it. */
export function preparedAgain(kept: KeptSegment, { assemble, associations, encoders }: AgainDeps): (Prepared & { readonly segment: Segment }) | undefined {
  const segment = segmentAgain(kept, assemble);
  if (segment === undefined) return undefined;
  const mv = physical(segment);
  return { segment, ...encoders.prepare(mv, grade(segment, mv), associations.patientAt(segment.device, hospitalTimeOf(segment))) };
}

/** The same samples through the same rooms: what becomes of a segment now. Undefined: its chunks do not make it. */
export async function outcomeAgain(kept: KeptSegment, deps: AgainDeps): Promise<Outcome | undefined> {
  const made = preparedAgain(kept, deps);
  if (made === undefined) return undefined;
  const { segment, graded, inputs } = made;
  const { associations, encoders } = deps;
  const unscored = unscoredOutcome(segment, graded, associations.at(segment.device, hospitalTimeOf(segment)), 0, encoders.identity);
  return { ...unscored, ...(await encoders.submit(inputs)) };
}

/** Its samples in millivolts; undefined: its chunks do not make it. */
export function stripOf(kept: KeptSegment, options: AssembleOptions): (Physical & { readonly startMs: number }) | undefined {
  const segment = segmentAgain(kept, options);
  return segment && { ...physical(segment), startMs: segment.clock.startMs };
}

/** On the grid that its id names: the device's own may have been another, before a change of the stride or of the version. */
function segmentAgain({ segment: id, chunks }: KeptSegment, options: AssembleOptions): Segment | undefined {
  const device = id.split('/').slice(0, -2).join('/');
  const grid = { ...options, gridFrom: Number(id.split('/').at(-1)) };
  const decoded = chunks.flatMap((bytes) => {
    const result = decodeChunk(bytes, device);
    return result.ok ? [result.chunk] : [];
  });
  let state = initial(device);
  const segments: Segment[] = [];
  const take = (input: Parameters<typeof step>[1]): void => {
    const done = step(state, input, grid);
    state = done.state;
    segments.push(...done.out.segments.filter((one) => one.id === id));
  };
  decoded.forEach((chunk, offset) => take({ type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }));
  if (segments.length === 0) take({ type: 'idle' });
  return segments[0];
}
