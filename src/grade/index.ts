/** Segment → quality, beats, measurements. Nothing here changes a sample. Pure. */
import type { Gates, Grade, LeadState, Measurements, Pacing, Physical, Segment } from '../ecg/index.js';
import { findBeats } from './beats.js';
import { isGainDoubtful } from './gain.js';
import { isContradicted, limbLeadsOf, type MeanBeat, meanBeat } from './leads/index.js';
import { measure } from './measure.js';
import { INDEPENDENT, LEAD_REASONS, type Quality, qualityOf, type Trouble, type TwoDetections } from './quality/index.js';
import { voltagesOf } from './voltage.js';

export { agreement, type Trouble, type TwoDetections } from './quality/index.js';
export { type Exchange, exchanged, EXCHANGES, limbLeadsOf, type MeanBeat } from './leads/index.js';

export interface Graded {
  readonly grade: Grade;
  /** 0 (worst) to 1 (best), over the declared leads. */
  readonly score: number;
  /** What the score is made of; undefined: no lead is declared. */
  readonly trouble?: Trouble;
  readonly gates: Gates;
  /** Closed list, most telling first. */
  readonly reasons: readonly string[];
  readonly leads: readonly LeadState[];
  /** Leads that may be measured and encoded. */
  readonly usable: ReadonlySet<string>;
  readonly measurements: Measurements;
  readonly pacing: Pacing;
  /** The patient's own beat, for the segments to come: undefined where the limb leads are in doubt. */
  readonly beat?: MeanBeat;
}

/** What is known beside the segment. */
export interface Beside {
  /** R peaks of two independent detectors, by lead. */
  readonly detections?: readonly TwoDetections[];
  /** The beat of an earlier segment of the same patient: the strongest cue to exchanged electrodes. */
  readonly earlier?: MeanBeat;
}

/** Leads that find the beats, best first; any other follows. */
const BEAT_LEADS = ['II', 'V2', 'V5', 'I', 'V1', 'V4'];
const BEAT_LEADS_MAX = 3;

/** Grades one segment and measures what a clinician reads beside a probability. */
export function grade(segment: Segment, physical: Physical, { detections, earlier }: Beside = {}): Graded {
  const quality = qualityOf(segment, physical, detections);
  const { checks, gates, score, trouble, usable } = quality;
  const forRate = checks.filter(({ rate }) => rate);
  const unusable = !gates.rate;
  const beats = unusable ? [] : findBeats(beatLeads(physical, forRate), physical.rateHz);
  const whole = physical.rows.filter((row, i) => usable.has(row.lead) && checks[i].presence === 1);
  const measurements = unusable
    ? { beats: [], voltages: [] }
    : measure(beats, physical.samples, physical.rateHz, voltagesOf(whole, beats, physical.rateHz));
  const beat = gates.twelveLead ? meanBeat(whole.filter(({ origin }) => origin === 'measured' || origin === 'derived'), beats, physical.rateHz) : undefined;
  const limb = beat === undefined ? undefined : limbLeadsOf(beat, earlier);
  const reasons = reasonsOf(segment, quality);
  if (isContradicted(physical.rows)) reasons.push('limb-leads-contradict');
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
    pacing: segment.paceMarks === undefined ? 'unknown' : segment.paceMarks.length > 0 ? 'paced' : 'none',
    beat: limb?.swap === undefined ? beat : undefined,
  };
}

function beatLeads(physical: Physical, checks: Quality['checks']) {
  const names = checks.map((check) => check.lead);
  const ordered = [...BEAT_LEADS.filter((lead) => names.includes(lead)), ...names.filter((lead) => !BEAT_LEADS.includes(lead))];
  return ordered.slice(0, BEAT_LEADS_MAX).map((lead) => physical.rows.find((row) => row.lead === lead)!);
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
