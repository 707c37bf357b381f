import type { Opaque, Physical, Segment, Wave } from '../../ecg/index.js';
import { LEADS_MAX, type Stretch } from '../kinds/index.js';
import { type Delineation, delineate, type Prepared } from './index.js';
import { NETWORK_HZ } from './prepare.js';

/** A beat so close before the end is left to the next segment, which sees what comes after it. */
const BORDER_S = 0.15;
/** Two looks place one beat within this. */
const JITTER_S = 0.05;
const REFRACTORY_S = 0.2;

/** Up to where the beats of a device were reported, in sample numbers of its epoch. Plain JSON. */
export interface Reported {
  readonly epoch: Opaque;
  readonly rateHz: number;
  readonly through: number;
  /** The last one; undefined: none in the segment before. */
  readonly last?: number;
}

/** Beats and waves of one segment of a stream, in samples from its start. */
export interface Seen extends Delineation {
  /** Where its beats are known: those before and behind are of its neighbours. At the earliest 0.2 s before its start. */
  readonly from: number;
  readonly to: number;
  readonly reported: Reported;
  /** The same, and what is before and behind, in steps of what was looked at; undefined: nothing was. */
  readonly stretch?: Stretch;
}

/**
 * What leads show that are seen with the two seconds before, where there are any: each beat of a stream is reported by one segment, whole.
 * @param names leads to look at
 * @param reported what the segment before reported; undefined, or of another place: it is taken to have reported what is seen of it here, as
 * when an alert's samples are looked at again
 */
export function delineateSegment({ epoch, firstSample, last, paceMarks = [] }: Segment, { rows, samples, rateHz, before: shift = 0 }: Physical, names: ReadonlySet<string>, reported?: Reported): Seen {
  const leads = rows.filter(({ lead }) => names.has(lead));
  const found = delineate(leads.map(({ lead, mv, seen = mv }) => ({ lead, mv: seen })), rateHz);
  const border = Math.round(BORDER_S * rateHz);
  const isKnown = reported?.epoch === epoch && reported.rateHz === rateHz && reported.through === firstSample - border;
  const earlier = isKnown ? reported.last && reported.last - firstSample : found.beats.map((beat) => beat - shift).findLast((beat) => beat < -border);
  const from = shift === 0 ? 0 : Math.max(-border - Math.round(JITTER_S * rateHz), earlier === undefined ? -Infinity : earlier + REFRACTORY_S * rateHz);
  const to = last ? samples : samples - border;
  const within = (beats: readonly number[]) => beats.map((beat) => beat - shift).filter((beat) => beat >= from && beat < to);
  const moved = ({ wave, onset, peak, offset }: Wave): Wave => ({ wave, onset: onset - shift, peak: peak - shift, offset: offset - shift });
  const beats = within(found.beats);
  const lastBeat = beats.at(-1);
  const { prepared } = found;
  return {
    ...found, beats, second: within(found.second), waves: found.waves.map(moved).filter(({ onset }) => onset >= from), from, to,
    stretch: prepared && stretchOf(prepared, found, paceMarks.map((mark) => mark + shift), from + shift, to + shift, shift > 0 && earlier !== undefined ? earlier + shift : undefined),
    reported: { epoch, rateHz, through: firstSample + to, ...(lastBeat !== undefined && { last: firstSample + lastBeat }) },
  };
}

/** @param earlier the beat before, where it is too far back to be seen */
function stretchOf({ rows, leads, samplesPerStep }: Prepared, { beats, waves }: Delineation, paceMarks: readonly number[], from: number, to: number, earlier: number | undefined): Stretch {
  const steps = beats.map((beat) => beat / samplesPerStep);
  const first = beats.find((beat) => beat >= from);
  return {
    rows: rows.slice(0, Math.min(leads.length, LEADS_MAX)),
    leads: leads.slice(0, LEADS_MAX),
    waves: waves.map(({ wave, onset, offset }) => ({ wave, onset: onset / samplesPerStep, offset: offset / samplesPerStep })),
    beats: steps,
    paceMarks: paceMarks.map((mark) => mark / samplesPerStep),
    from: from / samplesPerStep,
    to: to / samplesPerStep,
    ...(earlier !== undefined && first !== undefined && { sinceS: (first - earlier) / samplesPerStep / NETWORK_HZ }),
  };
}
