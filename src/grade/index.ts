/** Segment → quality, beats, measurements. Nothing here changes a sample. Pure. */
import type { Grade, LeadState, Measurements, Pacing, Physical, Segment } from '../ecg/index.js';
import { isGainDoubtful } from './gain.js';
import { checkLead, type LeadCheck, type LeadReason } from './lead.js';
import { measure } from './measure.js';
import { levelsOf } from './voltage.js';
import { delineate } from './waves/index.js';
import { waveLeads } from './waves/leads.js';

export { type Delineation, delineate } from './waves/index.js';
export { wavesOfLead } from './waves/lead.js';
export { waveLeads } from './waves/leads.js';

export interface Graded {
  readonly grade: Grade;
  /** Closed list, most telling first. */
  readonly reasons: readonly string[];
  readonly leads: readonly LeadState[];
  /** Leads without fault: what the encoder may see. */
  readonly usable: ReadonlySet<string>;
  readonly measurements: Measurements;
  readonly pacing: Pacing;
}

/** The eight leads that are independent: the other four follow from them. */
const INDEPENDENT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** A lead with fewer of its samples tells no rate. */
const PRESENCE_MIN = 0.8;
const NOT_FOR_RATE: readonly LeadReason[] = ['missing', 'lead-off', 'flat', 'range', 'high-frequency-noise'];

/** Grades one segment and measures what a clinician reads beside a probability. */
export function grade(segment: Segment, physical: Physical): Graded {
  const checks = physical.rows.map((row) => checkLead(row, segment.leadsOff.includes(row.lead)));
  const forRate = checks.filter((check) => check.presence >= PRESENCE_MIN && !check.reasons.some((reason) => NOT_FOR_RATE.includes(reason)));
  const usable = new Set(checks.filter((check) => check.reasons.length === 0).map((check) => check.lead));
  const twelveLead = INDEPENDENT.every((lead) => usable.has(lead));
  const unusable = forRate.length === 0 || segment.calibration;
  const { rateHz, samples } = physical;
  const { beats, waves } = unusable ? { beats: [], waves: [] } : delineate(leadsForWaves(physical, forRate), rateHz);
  const levels = levelsOf(physical.rows.filter((row) => usable.has(row.lead)), waves, rateHz);
  const measurements = unusable ? { beats: [], voltages: [], st: [] } : measure(beats, waves, levels, samples, rateHz);
  const reasons = reasonsOf(segment, checks, twelveLead);
  if (isGainDoubtful(measurements.voltages, INDEPENDENT)) reasons.push('gain-doubtful');
  return {
    grade: unusable ? 'unusable' : twelveLead ? 'good' : 'limited',
    reasons,
    leads: physical.rows.map((row, i) => ({ lead: row.lead, origin: row.origin, reasons: checks[i].reasons, gaps: row.gaps })),
    usable,
    measurements,
    pacing: segment.paceMarks === undefined ? 'unknown' : segment.paceMarks.length > 0 ? 'paced' : 'none',
  };
}

function leadsForWaves(physical: Physical, checks: readonly LeadCheck[]): Float32Array[] {
  const rows = checks.map(({ lead }) => physical.rows.find((row) => row.lead === lead)!);
  return waveLeads(checks.map(({ lead }) => lead)).map((i) => rows[i].mv);
}

function reasonsOf(segment: Segment, checks: readonly LeadCheck[], twelveLead: boolean): string[] {
  const reasons: string[] = [];
  if (segment.calibration) reasons.push('calibration');
  if (segment.partial) reasons.push('partial');
  if (segment.closedBy === 'idle') reasons.push('device-silent');
  const declared = checks.filter((check) => check.presence > 0);
  for (const reason of ['gaps', 'lead-off', 'flat', 'range', 'high-frequency-noise'] as const) {
    if (declared.some((check) => check.reasons.includes(reason))) reasons.push(reason);
  }
  if (!twelveLead && INDEPENDENT.some((lead) => checks.find((check) => check.lead === lead)?.presence === 0)) reasons.push('leads-missing');
  return reasons;
}
