import { INDEPENDENT } from '../ecg/index.js';
import { normal, streamKey } from './chance.js';
import { frontalAxis, project, turned } from './dipole.js';
import { MORPHOLOGIES, T_PEAK, type Bump, type MorphologyName } from './morphology.js';
import type { Traits } from './profile.js';

/** A bump in the leads: mV in each of INDEPENDENT; times as shares of its wave's span. */
export interface Gaussian {
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly mv: Float64Array;
}

/** One patient's beat of one kind. */
export interface Template {
  readonly p: readonly Gaussian[];
  readonly qrs: readonly Gaussian[];
  readonly jt: readonly Gaussian[];
  /** Where P and QRS are largest over all leads, as shares of their spans. */
  readonly pPeak: number;
  readonly rPeak: number;
  readonly tOn: number;
  readonly tPeak: number;
}

/** Amplitudes of the morphologies as they are written: R in V5, T in V3, P in II. */
const R_MV = 1.4;
const T_MV = 0.5;
const P_MV = 0.13;
/** How much one person differs from the next in each bump. */
const PERSONAL = 0.06;

/** The beat of one patient: scaled, turned to the axis, with what is personal. */
export function templateOf(name: MorphologyName, traits: Traits, seed: number): Template {
  const shape = MORPHOLOGIES[name];
  const personal = streamKey(seed, 'person');
  let drawn = 0;
  const turn = shape.ventricular ? 0 : turnTo(shape.qrs.slice(0, shape.axisBumps), traits.axisDeg);
  const gaussian = (bump: Bump, scale: number, degrees: number): Gaussian => {
    const own = scale * (1 + PERSONAL * normal(personal, drawn++));
    const [x, y, z] = turned(bump.vector, degrees);
    const mv = project([shape.mirrored ? -x : x, y, z]);
    const size = Math.hypot(x, y, z);
    INDEPENDENT.forEach((lead, index) => {
      const near = size * PERSONAL * 0.5 * normal(personal, drawn++);
      mv[index] = own * (mv[index] + near + (bump.local?.[lead] ?? 0)) * (shape.reach?.[lead] ?? 1);
    });
    return { at: bump.at, left: bump.left, right: bump.right, mv };
  };
  const rScale = traits.rMv / R_MV;
  const p = shape.p.map((bump) => gaussian(bump, traits.pMv / P_MV, 0));
  const qrs = shape.qrs.map((bump) => gaussian(bump, rScale, turn));
  const t = [
    // T follows the axis of QRS by half.
    ...shape.t.map((bump) => gaussian(bump, traits.tMv / T_MV, turn / 2)),
    ...(shape.secondary ?? []).map((bump) => gaussian(bump, rScale, turn)),
    ...(shape.injury ?? []).map((bump) => gaussian(bump, traits.stMv, 0)),
  ];
  return { p, qrs, jt: t, pPeak: peakOf(p), rPeak: peakOf(qrs), tOn: 0.3, tPeak: T_PEAK };
}

/** Degrees by which the vectors turn so that the axis of the QRS peak is the one wanted. */
function turnTo(bumps: readonly Bump[], axisDeg: number): number {
  const net = (degrees: number): Float64Array => {
    const sum: [number, number, number] = [0, 0, 0];
    for (const { vector, left } of bumps) vector.forEach((value, index) => { sum[index] += value * left; });
    return project(turned(sum, degrees));
  };
  let turn = 0;
  for (let round = 0; round < 8; round++) {
    const off = axisDeg - frontalAxis(net(turn));
    turn += ((off + 540) % 360) - 180;
  }
  return turn;
}

export function valueAt(gaussians: readonly Gaussian[], share: number, lead: number): number {
  let sum = 0;
  for (const { at, left, right, mv } of gaussians) {
    const u = (share - at) / (share < at ? left : right);
    sum += mv[lead] * Math.exp(-0.5 * u * u);
  }
  return sum;
}

const PEAK_STEPS = 400;

function peakOf(gaussians: readonly Gaussian[]): number {
  let best = 0;
  let bestPower = -1;
  for (let step = 0; step <= PEAK_STEPS; step++) {
    let power = 0;
    for (let lead = 0; lead < INDEPENDENT.length; lead++) power += valueAt(gaussians, step / PEAK_STEPS, lead) ** 2;
    if (power > bestPower) [best, bestPower] = [step / PEAK_STEPS, power];
  }
  return best;
}
