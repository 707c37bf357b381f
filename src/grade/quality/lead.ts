import type { PhysicalLead } from '../../ecg/index.js';
import { blindIn, type Stretch } from './blind.js';
import { burstsOf } from './motion.js';
import { MAINS_BEND, mainsMv } from './powerline.js';
import { NOTHING, type Shape, shapeOf } from './shape.js';
import { clippedShare, isDead, stillnessOf } from './still.js';
import type { Windows } from './windows.js';

/** Why a lead is not taken at its word; in the order in which a segment lists them, most informative first. */
export const LEAD_REASONS = [
  'missing', 'gaps', 'lead-off', 'flat', 'copied', 'limb-leads-contradict', 'saturated', 'motion', 'high-frequency-noise', 'powerline', 'baseline-wander',
] as const;
export type LeadReason = (typeof LEAD_REASONS)[number];

export interface LeadCheck {
  readonly lead: string;
  readonly reasons: readonly LeadReason[];
  /** Share of samples that are there, 0 to 1. */
  readonly presence: number;
  /** Gives a rate: beats, their absence, and fibrillation. */
  readonly rate: boolean;
  readonly shape: Shape;
  /** Longest stretch without signal while others have one, seconds. */
  readonly stillS: number;
  readonly saturatedS: number;
  readonly burstS: number;
  /** Where it shows nothing of the heart: no sample, one value held, a rail. */
  readonly blind: readonly Stretch[];
}

/** A lead that alone is still for so long is off. */
const STILL_S = 1;
const BURST_S = 0.4;
/** Noise between beats against the beats' size. */
const NOISE = 0.15;
const MAINS_SHARE = 0.5;
/** Drift of the level of a second (mV). */
const DRIFT_MV = 1.5;

/** A lead with fewer of its samples, or more of its time in trouble, gives no rate. */
const RATE_PRESENCE_MIN = 0.8;
const RATE_TROUBLE_MAX = 0.5;
/** White noise alone has about 0.4; beats are found well above this. */
const RATE_NOISE_MAX = 0.3;

/** One lead of one segment. `moves`: windows in which any lead does; `isCutShort`: the segment ends where the row does, and should not. */
export function checkLead(row: PhysicalLead, rateHz: number, windows: Windows, moves: Uint8Array, declaredOff: boolean, isCutShort: boolean): LeadCheck {
  const lengthS = row.mv.length / rateHz;
  const shape = shapeOf(windows);
  const { presence } = windows;
  const dead = isDead(shape);
  const { railS, stillS, stuck, stuckS } = stillnessOf(windows, shape, moves);
  const saturatedS = Math.max(railS, clippedShare(row.mv, shape) * lengthS);
  const burstS = burstsOf(windows, shape);
  const off = dead || declaredOff;
  const reasons: LeadReason[] = [];
  if (presence === 0) reasons.push('missing');
  else if (presence < 1 || isCutShort) reasons.push('gaps');
  if (declaredOff) reasons.push('lead-off');
  if (presence > 0) {
    if (dead || (stillS >= STILL_S && saturatedS === 0 && presence === 1)) reasons.push('flat');
    if (saturatedS > 0) reasons.push('saturated');
    if (burstS >= BURST_S) reasons.push('motion');
    if (!dead && shape.noise > NOISE) reasons.push(isMains(row.mv, rateHz, shape) ? 'powerline' : 'high-frequency-noise');
    if (burstS < BURST_S && shape.driftMv > DRIFT_MV) reasons.push('baseline-wander');
  }
  const rate = !off && presence >= RATE_PRESENCE_MIN && Math.max(saturatedS, stuckS) + burstS <= RATE_TROUBLE_MAX * lengthS && shape.noise <= RATE_NOISE_MAX;
  const blind = presence < 1 || stuckS > 0 ? blindIn(row.mv, rateHz, windows, stuck) : [];
  return { lead: row.lead, reasons, presence, rate, shape, stillS: off ? lengthS : stillS, saturatedS, burstS, blind };
}

function isMains(mv: Float32Array, rateHz: number, { noiseMv }: Shape): boolean {
  return MAINS_BEND * mainsMv(mv, rateHz) > MAINS_SHARE * noiseMv;
}

/** A lead that is not there at all. */
export function missingLead(row: PhysicalLead): LeadCheck {
  return { lead: row.lead, reasons: ['missing'], presence: 0, rate: false, shape: NOTHING, stillS: 0, saturatedS: 0, burstS: 0, blind: [] };
}
