/** Segment → quality, beats, measurements. Nothing here changes a sample. Pure. */
import { BEATS_DISPUTED, type Gap, type Gates, type Grade, type LeadState, type Measurements, type Pacing, type Physical, type Segment } from '../ecg/index.js';
import { isGainDoubtful } from './gain.js';
import { kindsOf, type KindsState, type NamedBeat } from './kinds/index.js';
import { earlierBeat, limbLeadsOf, type MeanBeat, meanBeat, type OwnBeat, ownBeat } from './leads/index.js';
import { measure } from './measure.js';
import { besides, gapsOf, observedIn } from './observed.js';
import { agreement, INDEPENDENT, LEAD_REASONS, type Quality, qualityOf, type Stretch, type Trouble } from './quality/index.js';
import { levelsOf } from './voltage.js';
import { delineateSegment, type Reported } from './waves/segment.js';

export { type Delineation, delineate, type NamedLead } from './waves/index.js';
export { wavesOfLead } from './waves/lead.js';
export { delineateRecord } from './waves/stretches.js';

export { agreement, type Trouble } from './quality/index.js';
export { EVIDENCE, type NamedBeat } from './kinds/index.js';
export { type Exchange, exchanged, EXCHANGES, limbLeadsOf, type MeanBeat } from './leads/index.js';

export interface Graded {
  readonly grade: Grade;
  /** 0 (worst) to 1 (best), over the declared leads. */
  readonly score: number;
  /** What the score is made of; undefined: no lead is declared. */
  readonly trouble?: Trouble;
  readonly gates: Gates;
  /** Closed list, most informative first. */
  readonly reasons: readonly string[];
  readonly leads: readonly LeadState[];
  /** Leads that may be measured and encoded. */
  readonly usable: ReadonlySet<string>;
  readonly measurements: Measurements;
  /** Where neither a beat nor its absence is known, though beats are counted elsewhere: ms from the segment's start. */
  readonly unobserved: readonly Gap[];
  readonly pacing: Pacing;
  /** Of each beat of the measurements, and why. */
  readonly kinds: readonly NamedBeat[];
  /** What is known of the patient's beats after this segment: for `grade` of the next one. Undefined: nothing, grading failed. */
  readonly followed?: Followed;
  /** The mean beat of the eight leads: undefined where they are not good enough, or limb electrodes seem exchanged. */
  readonly beat?: MeanBeat;
}

/** What goes on from segment to segment of one patient on one device. Plain JSON. */
export interface Followed {
  readonly reported: Reported;
  readonly kinds?: KindsState;
  /** The patient's own beat: the strongest cue to exchanged electrodes. */
  readonly own?: OwnBeat;
}

/**
 * Beats are disputed where the detectors have fewer than this share in common and the network itself is not sure of them. On noise without
 * a heart both hold; a slow rhythm with tall T waves, which the energy detector takes for beats, the network is sure of.
 */
const AGREEMENT_MIN = 0.7;
const SURENESS_MIN = 0.8;
const SURE_BEATS_MIN = 3;

/** Grades one segment and measures what a clinician reads beside a probability. */
export function grade(segment: Segment, physical: Physical, { reported, kinds: before, own }: Partial<Followed> = {}): Graded {
  const there = segment.partial ? withoutRest(physical) : physical;
  const { rateHz, rows, samples } = there;
  const quality = qualityOf(segment, there);
  const { checks, score, trouble, usable } = quality;
  const unusable = !quality.gates.rate;
  const { leads, unobserved } = observedIn(checks, samples, rateHz);
  const seen = delineateSegment(segment, there, new Set(unusable ? [] : rows.flatMap(({ lead }, i) => (leads.has(i) ? [lead] : []))), reported);
  const stretches = besides(unobserved, samples).map(([from, to]): Stretch => [from === 0 ? seen.from : from, Math.min(to, seen.to)]).filter(([from, to]) => to > from);
  const isObserved = (at: number) => stretches.some(([from, to]) => at >= from && at < to);
  const { sureness, waves } = seen;
  const [beats, second] = [seen.beats.filter(isObserved), seen.second.filter(isObserved)];
  const disputed = (agreement(beats, second, rateHz) ?? 1) < AGREEMENT_MIN && (sureness < SURENESS_MIN || beats.length < SURE_BEATS_MIN);
  const gates = { ...quality.gates, morphology: quality.gates.morphology && !disputed };
  const whole = rows.filter((row, i) => usable.has(row.lead) && checks[i].presence === 1);
  // Without the gate there are beats, and nothing of their shape.
  const shown = gates.morphology ? waves : [];
  const measurements = unusable || disputed ? { beats: [], voltages: [], st: [] } : measure(beats, shown, levelsOf(whole, shown, rateHz), stretches, rateHz);
  const named = seen.stretch === undefined || measurements.beats.length === 0 ? { kinds: [], state: before } : kindsOf(seen.stretch, gates.morphology, before);
  const beat = gates.twelveLead ? meanBeat(whole.filter(({ origin }) => origin === 'measured' || origin === 'derived'), beats, rateHz) : undefined;
  const earlier = earlierBeat(own, segment);
  const limb = beat && limbLeadsOf(beat, earlier);
  const known = earlier && own;
  const kept = beat === undefined || limb === undefined || disputed ? known : ownBeat(known, segment, beat, limb);
  const reasons = reasonsOf(segment, quality);
  if (disputed) reasons.push(BEATS_DISPUTED);
  if (limb?.swap !== undefined) reasons.push(`swapped-${limb.swap}`);
  if (isGainDoubtful(measurements.voltages, checks.map(({ lead, shape: { beatMv, noiseMv } }) => ({ lead, beatMv, noiseMv })), INDEPENDENT)) reasons.push('gain-doubtful');
  return {
    grade: unusable ? 'unusable' : gates.twelveLead ? 'good' : 'limited',
    score,
    trouble,
    gates,
    reasons,
    leads: physical.rows.map((row, i) => ({ lead: row.lead, origin: row.origin, reasons: checks[i].reasons, gaps: row.gaps })),
    usable,
    measurements,
    unobserved: gapsOf([...unobserved, [samples, physical.samples]], rateHz),
    pacing: segment.paceMarks === undefined ? 'unknown' : segment.paceMarks.length > 0 ? 'paced' : 'none',
    kinds: named.kinds.filter((_, i) => isObserved(seen.beats[i])),
    followed: { reported: seen.reported, ...(named.state !== undefined && { kinds: named.state }), ...(kept !== undefined && { own: kept }) },
    beat: limb?.swap === undefined ? beat : undefined,
  };
}

/** A partial segment is filled up with holes after its end: neither a pause nor a lead that is off. */
function withoutRest({ rateHz, samples, before, rows }: Physical): Physical {
  let end = samples;
  while (end > 0 && rows.every(({ mv }) => mv[end - 1] !== mv[end - 1])) end--;
  return { rateHz, samples: end, before, rows: rows.map((row) => ({ ...row, mv: row.mv.subarray(0, end), seen: row.seen?.subarray(0, (before ?? 0) + end) })) };
}

function reasonsOf(segment: Segment, { checks, gates }: Quality): string[] {
  const reasons: string[] = [];
  if (segment.calibration) reasons.push('calibration');
  if (segment.partial) reasons.push('partial');
  if (segment.closedBy === 'idle') reasons.push('device-silent');
  const declared = checks.filter((check) => check.presence > 0);
  for (const reason of LEAD_REASONS) if (declared.some((check) => check.reasons.includes(reason))) reasons.push(reason);
  if (INDEPENDENT.some((lead) => checks.find((check) => check.lead === lead)?.presence === 0)) reasons.push('leads-missing');
  if (!gates.twelveLead && reasons.length === 0) reasons.push('low-score');
  return reasons;
}
