import type { IndependentLead, Vector } from './dipole.js';

/**
 * One Gaussian of a wave. Times are shares of the wave's own span: of P, of QRS, or of the time from the J point to
 * the end of T. The vector is what a dipole can make; `local` (mV a lead) what only electrodes near by see.
 */
export interface Bump {
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly vector: Vector;
  readonly local?: Partial<Record<IndependentLead, number>>;
}

export interface Morphology {
  readonly p: readonly Bump[];
  readonly qrs: readonly Bump[];
  /** Scaled by T's amplitude. */
  readonly t: readonly Bump[];
  /** Repolarisation that follows from the QRS; scaled with it. */
  readonly secondary?: readonly Bump[];
  /** Per mV of ST elevation. */
  readonly injury?: readonly Bump[];
  /** Left and right exchanged. */
  readonly mirrored?: boolean;
  /** How many of the QRS bumps make its axis: all by default, without the terminal ones of a late right ventricle. */
  readonly axisBumps?: number;
  /** Begins in the ventricle: its axis is its own, not the patient's. */
  readonly ventricular?: boolean;
  /** Amplitude a lead, where the heart lies farther from it. */
  readonly reach?: Partial<Record<IndependentLead, number>>;
}

export type MorphologyName =
  | 'normal' | 'left-bundle-branch-block' | 'right-bundle-branch-block' | 'left-ventricular-hypertrophy' | 'anterior-stemi'
  | 'inferior-stemi' | 'ventricular-preexcitation' | 'dextrocardia' | 'cardiac-amyloidosis' | 'ebstein-anomaly'
  | 'constrictive-pericarditis' | 'ectopic' | 'escape' | 'paced';

const bump = (at: number, left: number, vector: Vector, local?: Bump['local'], right = left): Bump => ({ at, left, right, vector, local });
const still: Vector = [0, 0, 0];

/** T's peak, in the span from J to the end of T; its end is two right SDs later, where the tangent meets the line. */
export const T_PEAK = 0.7;
const T_RIGHT = 0.15;
const T_LEFT = 0.19;
const tWave = (vector: Vector, local?: Bump['local']): Bump => bump(T_PEAK, T_LEFT, vector, local, T_RIGHT);
/** Full at the J point, fading into T. */
const stPlateau = (vector: Vector, local?: Bump['local'], right = 0.4): Bump => bump(0, 0.04, vector, local, right);

/** Right atrium first and to the front, then the left and to the back. */
const P = [bump(0.37, 0.15, [0.045, 0.085, -0.05]), bump(0.63, 0.15, [0.075, 0.06, 0.04])];
const NORMAL_T = [tWave([0.3, 0.22, -0.2])];

const normal: Morphology = {
  p: P,
  qrs: [
    bump(0.25, 0.1, [-0.16, -0.1, -0.34]),
    bump(0.48, 0.125, [1.25, 0.8, 0.5]),
    bump(0.72, 0.11, [-0.1, -0.1, 0.6]),
  ],
  t: [...NORMAL_T, bump(0.08, 0.06, still, { V2: 0.04, V3: 0.04, V4: 0.02 }, 0.25)],
};

const leftBundle: Morphology = {
  p: P,
  qrs: [bump(0.29, 0.12, [0.75, 0.3, 0.55]), bump(0.64, 0.145, [0.95, 0.15, 0.95])],
  t: [],
  secondary: [stPlateau([-0.1, -0.03, -0.17]), tWave([-0.36, -0.12, -0.34])],
};

/** Conditions: `morphology.test.ts` holds each to its criteria. Sources: AHA/ACCF/HRS 2009 recommendations, UDMI 2018. */
export const MORPHOLOGIES: Readonly<Record<MorphologyName, Morphology>> = {
  'normal': normal,
  'left-bundle-branch-block': leftBundle,
  'right-bundle-branch-block': {
    p: P,
    axisBumps: 3,
    qrs: [
      bump(0.14, 0.055, [-0.16, -0.1, -0.36]),
      bump(0.32, 0.08, [1.15, 0.75, 0.5]),
      bump(0.47, 0.065, [0, -0.05, 0.45]),
      bump(0.75, 0.1, [-0.58, -0.05, -0.58], { V1: 0.2 }),
    ],
    t: [tWave([0.34, 0.22, 0.12])],
  },
  'left-ventricular-hypertrophy': {
    p: P,
    qrs: [bump(0.22, 0.085, [-0.14, -0.06, -0.3]), bump(0.5, 0.125, [1.35, 0.6, 0.75]), bump(0.74, 0.105, [0.05, -0.1, 0.6])],
    t: [],
    secondary: [stPlateau([-0.1, -0.04, -0.03]), tWave([-0.22, -0.06, -0.08])],
  },
  'anterior-stemi': {
    ...normal,
    // The septum's forces are lost: small r in V1 to V3.
    qrs: [bump(0.25, 0.1, [-0.12, -0.1, -0.1]), ...normal.qrs.slice(1)],
    injury: [
      stPlateau(still, { V1: 0.4, V2: 1, V3: 1.15, V4: 0.85, V5: 0.4, V6: 0.12, I: 0.22, II: -0.15 }, 0.55),
      tWave(still, { V1: 0.4, V2: 0.9, V3: 1, V4: 0.8, V5: 0.4, V6: 0.1, I: 0.2, II: -0.1 }),
    ],
  },
  'inferior-stemi': {
    ...normal,
    qrs: [bump(0.25, 0.1, [-0.08, -0.34, -0.3]), ...normal.qrs.slice(1)],
    injury: [
      stPlateau(still, { I: -0.25, II: 0.8, V1: 0.05, V2: -0.35, V3: -0.25, V5: 0.1, V6: 0.2 }, 0.55),
      tWave(still, { I: -0.3, II: 0.7, V2: -0.4, V3: -0.3, V6: 0.2 }),
    ],
  },
  'ventricular-preexcitation': {
    p: P,
    qrs: [bump(0.27, 0.112, [0.42, 0.27, 0.04]), bump(0.54, 0.12, [1.15, 0.72, 0.4]), bump(0.77, 0.095, [-0.1, -0.1, 0.5])],
    t: [],
    secondary: [stPlateau([-0.06, -0.04, -0.02]), tWave([-0.14, -0.1, -0.14])],
  },
  'dextrocardia': { ...normal, mirrored: true, reach: { V1: 1.35, V2: 0.75, V3: 0.65, V4: 0.5, V5: 0.38, V6: 0.28 } },
  /** Small QRS, and no r in V1 to V3 as after an anterior infarct that never was (Murtagh et al., Am J Cardiol 2005). */
  'cardiac-amyloidosis': {
    p: P,
    qrs: [bump(0.28, 0.1, [0.1, 0.05, 0.16]), bump(0.48, 0.125, [1.2, 0.8, 0.75]), bump(0.72, 0.11, [-0.1, -0.1, 0.6])],
    t: NORMAL_T,
  },
  /** Tall broad P, long PR, small splintered right bundle branch block (Van Lingen, Bauersfeld, Am Heart J 1955; Egidy Assenza et al., Eur Heart J 2013). */
  'ebstein-anomaly': {
    p: [bump(0.35, 0.16, [0.06, 0.11, -0.09]), bump(0.64, 0.17, [0.06, 0.05, 0.02])],
    axisBumps: 3,
    qrs: [
      bump(0.14, 0.055, [-0.1, -0.08, -0.16]),
      bump(0.32, 0.08, [0.8, 0.55, 0.35]),
      bump(0.47, 0.065, [0, -0.05, 0.3]),
      bump(0.84, 0.03, still, { V1: -0.3, V2: -0.22, II: 0.06 }),
      bump(0.74, 0.07, [-0.42, -0.05, -0.36], { V1: 0.14 }),
      bump(0.93, 0.03, still, { V1: 0.22, V2: 0.12, II: -0.05 }),
    ],
    t: [tWave([0.3, 0.2, 0.1])],
  },
  /** Small QRS, T flat or inverted nearly everywhere, notched P (Dalton et al., Ann Intern Med 1956; Ling et al., Circulation 1999). */
  'constrictive-pericarditis': {
    p: [bump(0.28, 0.1, [0.05, 0.08, -0.05]), bump(0.72, 0.12, [0.08, 0.07, 0.05])],
    qrs: normal.qrs,
    t: [tWave([-0.28, -0.2, 0.16])],
  },
  'ectopic': {
    ventricular: true,
    p: P,
    qrs: [bump(0.31, 0.13, [0.5, 1.1, 0.85]), bump(0.64, 0.145, [0.35, 1.15, 0.9])],
    t: [],
    secondary: [stPlateau([-0.08, -0.25, -0.25]), tWave([-0.25, -0.6, -0.55])],
  },
  'escape': { ...leftBundle, ventricular: true },
  'paced': {
    ventricular: true,
    p: P,
    qrs: [bump(0.3, 0.12, [0.5, -0.75, 0.6]), bump(0.64, 0.145, [0.75, -1.1, 0.85])],
    t: [],
    secondary: [stPlateau([-0.06, 0.15, -0.12]), tWave([-0.35, 0.6, -0.4])],
  },
};
