import type { PhysicalLead } from '../ecg/index.js';

/** Why a lead is not taken at its word. */
export type LeadReason = 'missing' | 'gaps' | 'lead-off' | 'flat' | 'range' | 'high-frequency-noise';

export interface LeadCheck {
  readonly lead: string;
  readonly reasons: readonly LeadReason[];
  /** Share of samples that are there, 0 to 1. */
  readonly presence: number;
}

/** Below this range over 10 s nothing but a short circuit or a detached electrode is left (mV). */
const FLAT_MV = 0.02;
/** Electrodes give at most a few mV of ECG; more is motion, pacing artefact, or a wrong gain (mV). */
const RANGE_MAX_MV = 15;
/** Mean absolute second difference against the range: white noise is about 0.5, an ECG below 0.1. */
const NOISE_SHARE = 0.3;

/** One lead of one segment: is it there, does it move, does it move believably? */
export function checkLead(row: PhysicalLead, declaredOff: boolean): LeadCheck {
  const { mv } = row;
  if (row.origin === 'missing') return { lead: row.lead, reasons: ['missing'], presence: 0 };
  let present = 0;
  let low = Infinity;
  let high = -Infinity;
  let bend = 0;
  let bends = 0;
  let before = NaN;
  let beforeThat = NaN;
  for (let i = 0; i < mv.length; i++) {
    const value = mv[i];
    const second = value - 2 * before + beforeThat;
    beforeThat = before;
    before = value;
    if (value !== value) continue;
    present++;
    if (value < low) low = value;
    if (value > high) high = value;
    if (second === second) {
      bend += Math.abs(second);
      bends++;
    }
  }
  const presence = present / mv.length;
  const range = present === 0 ? 0 : high - low;
  const reasons: LeadReason[] = [];
  if (present === 0) reasons.push('missing');
  else if (present < mv.length) reasons.push('gaps');
  if (declaredOff) reasons.push('lead-off');
  if (present > 0 && range < FLAT_MV) reasons.push('flat');
  // Written so that a range that is no number is out of range too.
  if (!(range <= RANGE_MAX_MV)) reasons.push('range');
  if (bends > 0 && range >= FLAT_MV && bend / bends > NOISE_SHARE * range) reasons.push('high-frequency-noise');
  return { lead: row.lead, reasons, presence };
}
