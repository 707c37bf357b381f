/** Segment → quality, beats, measurements. Nothing here changes a sample. Pure. */
import type { Gates, Grade, LeadState, Measurements, Pacing, Physical, Segment } from '../ecg/index.js';
import { findBeats } from './beats.js';
import { isGainDoubtful } from './gain.js';
import { measure } from './measure.js';
import { INDEPENDENT, LEAD_REASONS, type LeadCheck, qualityOf } from './quality/index.js';
import { voltagesOf } from './voltage.js';

export { agreement } from './quality/index.js';

export interface Graded {
  readonly grade: Grade;
  /** 0 (worst) to 1 (best), over the declared leads. */
  readonly score: number;
  readonly gates: Gates;
  /** Closed list, most telling first. */
  readonly reasons: readonly string[];
  readonly leads: readonly LeadState[];
  /** Leads that may be measured and encoded. */
  readonly usable: ReadonlySet<string>;
  readonly measurements: Measurements;
  readonly pacing: Pacing;
}

/** Leads that find the beats, best first; any other follows. */
const BEAT_LEADS = ['II', 'V2', 'V5', 'I', 'V1', 'V4'];
const BEAT_LEADS_MAX = 3;

/** Grades one segment and measures what a clinician reads beside a probability. */
export function grade(segment: Segment, physical: Physical): Graded {
  const { checks, gates, score, usable } = qualityOf(segment, physical);
  const forRate = checks.filter(({ rate }) => rate);
  const unusable = !gates.rate;
  const beats = unusable ? [] : findBeats(beatLeads(physical, forRate), physical.rateHz);
  const measurements = unusable
    ? { beats: [], voltages: [] }
    : measure(beats, physical.samples, physical.rateHz, voltagesOf(physical.rows.filter((row, i) => usable.has(row.lead) && checks[i].presence === 1), beats, physical.rateHz));
  const reasons = reasonsOf(segment, checks, gates.twelveLead);
  if (isGainDoubtful(measurements.voltages, INDEPENDENT)) reasons.push('gain-doubtful');
  return {
    grade: unusable ? 'unusable' : gates.twelveLead ? 'good' : 'limited',
    score,
    gates,
    reasons,
    leads: physical.rows.map((row, i) => ({ lead: row.lead, origin: row.origin, reasons: checks[i].reasons, gaps: row.gaps })),
    usable,
    measurements,
    pacing: segment.paceMarks === undefined ? 'unknown' : segment.paceMarks.length > 0 ? 'paced' : 'none',
  };
}

function beatLeads(physical: Physical, checks: readonly LeadCheck[]) {
  const names = checks.map((check) => check.lead);
  const ordered = [...BEAT_LEADS.filter((lead) => names.includes(lead)), ...names.filter((lead) => !BEAT_LEADS.includes(lead))];
  return ordered.slice(0, BEAT_LEADS_MAX).map((lead) => physical.rows.find((row) => row.lead === lead)!);
}

function reasonsOf(segment: Segment, checks: readonly LeadCheck[], isAccepted: boolean): string[] {
  const reasons: string[] = [];
  if (segment.calibration) reasons.push('calibration');
  if (segment.partial) reasons.push('partial');
  if (segment.closedBy === 'idle') reasons.push('device-silent');
  const declared = checks.filter((check) => check.presence > 0);
  for (const reason of LEAD_REASONS) if (declared.some((check) => check.reasons.includes(reason))) reasons.push(reason);
  if (INDEPENDENT.some((lead) => checks.find((check) => check.lead === lead)?.presence === 0)) reasons.push('leads-missing');
  if (!isAccepted && reasons.length === 0) reasons.push('low-score');
  return reasons;
}
