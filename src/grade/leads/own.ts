import { INDEPENDENT, type Opaque, type Segment } from '../../ecg/index.js';
import { packed, unpacked } from '../packed.js';
import { BEAT_STEPS, type MeanBeat } from './mean-beat.js';
import type { LimbLeads } from './swap.js';

/**
 * So long a beat with which nothing could be compared is kept (s): electrodes that were off are back on the same patient by then, and for
 * longer nobody knows that it is the same. What the chest electrodes of another place show becomes the patient's beat then.
 */
const KEPT_S = 1800;

/** The patient's beat as it was recorded last with its electrodes where they belong. Plain JSON, under 1.7 kB. */
export interface OwnBeat {
  readonly epoch: Opaque;
  readonly rateHz: number;
  /** Start of the last segment whose chest leads showed the same patient, in sample numbers of the epoch. */
  readonly seen: number;
  /** The eight leads, one after the other. */
  readonly wave: string;
}

/** The beat to compare a segment with. Undefined: none is known, or it is of another numbering or too old. */
export function earlierBeat(own: OwnBeat | undefined, { epoch, rateHz, firstSample }: Segment): MeanBeat | undefined {
  if (own === undefined || own.epoch !== epoch || own.rateHz !== rateHz || firstSample - own.seen > KEPT_S * rateHz) return undefined;
  const wave = Float64Array.from(unpacked(own.wave));
  return INDEPENDENT.map((_, lead) => wave.subarray(lead * BEAT_STEPS, (lead + 1) * BEAT_STEPS));
}

/**
 * What goes on behind a segment: its beat, where it is believed and agrees with the one before or none was known; else that one.
 * @param before what the segment was compared with
 */
export function ownBeat(before: OwnBeat | undefined, { epoch, rateHz, firstSample }: Segment, beat: MeanBeat, { swap, compared }: LimbLeads): OwnBeat | undefined {
  if (before !== undefined && !compared) return before;
  if (swap !== undefined) return before && { ...before, seen: firstSample };
  const wave = new Float64Array(beat.length * BEAT_STEPS);
  beat.forEach((lead, n) => wave.set(lead, n * BEAT_STEPS));
  return { epoch, rateHz, seen: firstSample, wave: packed(wave) };
}
