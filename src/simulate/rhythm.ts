import { normal, streamKey, uniform } from './chance.js';
import type { Rhythm } from './conditions.js';
import type { Traits } from './profile.js';
import { breath, tachogramOf } from './tachogram.js';

export type BeatKind = 'conducted' | 'ectopic' | 'escape' | 'paced';

/** One activation of the atria. Seconds from the patient's start. */
export interface AtrialEvent {
  readonly onS: number;
  readonly conducted: boolean;
}

/** One activation of the ventricles. Seconds from the patient's start. */
export interface VentricularEvent {
  readonly index: number;
  readonly kind: BeatKind;
  readonly onS: number;
  readonly qrsS: number;
  readonly qtS: number;
  /** Share of the disease, 0 … 1. */
  readonly ill: number;
  /** Amplitude: breathing moves the heart. */
  readonly scale: number;
  /** Onset of the P wave that it follows. */
  readonly pOnS?: number;
}

/** What the rhythm needs to know of the patient. */
export interface Heart {
  readonly seed: number;
  readonly healthy: Traits;
  readonly diseased: Traits;
  readonly rhythm: Rhythm;
  /** Share of the disease at a time. */
  readonly illAt: (atS: number) => number;
}

export interface RhythmState {
  readonly atrial: number;
  readonly ventricular: number;
  /** Next impulse of the sinus node; Infinity while the atria fibrillate. */
  readonly nextPS: number;
  /** Next ventricular impulse of its own; Infinity while beats are conducted. */
  readonly nextVS: number;
  readonly lastVS: number;
  readonly meanRrS: number;
  /** Conducted beats since the last dropped one. */
  readonly cycle: number;
  /** The next sinus impulse finds the ventricles refractory. */
  readonly premature: boolean;
}

export interface RhythmStep {
  readonly state: RhythmState;
  readonly atrial: readonly AtrialEvent[];
  readonly ventricular: readonly VentricularEvent[];
}

const REFRACTORY_S = 0.3;
/** Wenckebach: PR grows fast at first, then by less and less. */
const PR_GROWTH_S = [0, 0.09, 0.14, 0.17, 0.19, 0.2];
const WIDE_QRS_S: Readonly<Record<Exclude<BeatKind, 'conducted'>, number>> = { ectopic: 0.155, escape: 0.15, paced: 0.165 };
const RR_MIN_S = 0.34;
/** Runs of ventricular tachycardia: nonsustained, at 130 to 165 a minute. */
const RUNS = { perMinute: 2, beats: { from: 6, to: 20 }, rrS: { from: 0.36, to: 0.46 } } as const;

export type Stepper = (state: RhythmState) => RhythmStep;

/** Starts early enough for the first seconds to look like the rest. */
export function initialRhythm(heart: Heart): RhythmState {
  const rrS = 60 / heart.healthy.heartRateBpm;
  const start = -4 - uniform(streamKey(heart.seed, 'start')) * rrS;
  return { atrial: 0, ventricular: 0, nextPS: start, nextVS: Infinity, lastVS: start - rrS, meanRrS: rrS, cycle: 0, premature: false };
}

/** One impulse after another: all that begins before the earlier of `nextPS` and `nextVS` has been given. */
export function rhythmOf(heart: Heart): Stepper {
  const { seed, healthy, diseased } = heart;
  const tachogram = tachogramOf(healthy, seed);
  const keys = { af: streamKey(seed, 'af'), pvc: streamKey(seed, 'pvc'), escape: streamKey(seed, 'escape'), drop: streamKey(seed, 'drop'), run: streamKey(seed, 'run') };
  const between = (trait: 'heartRateBpm' | 'prMs' | 'qrsMs' | 'qtcMs', ill: number): number =>
    healthy[trait] + (diseased[trait] - healthy[trait]) * ill;
  const sinusRrS = (atS: number, ill: number): number => {
    const rrS = 60 / between('heartRateBpm', ill);
    // Variability shrinks with the interval.
    return rrS + tachogram(atS) * Math.min(1.3, rrS / 0.85);
  };
  const beat = (state: RhythmState, kind: BeatKind, onS: number, pOnS?: number): { event: VentricularEvent; state: RhythmState } => {
    const ill = heart.illAt(onS);
    const rrS = Math.min(2, Math.max(RR_MIN_S, onS - state.lastVS));
    const meanRrS = 0.85 * state.meanRrS + 0.15 * rrS;
    const qrsS = kind === 'conducted' ? between('qrsMs', ill) / 1000 : WIDE_QRS_S[kind];
    // QT follows the rate slowly (Fridericia), and a wide QRS makes it longer.
    const qtS = (between('qtcMs', ill) / 1000) * Math.cbrt(0.8 * meanRrS + 0.2 * rrS) + 0.7 * Math.max(0, qrsS - 0.1);
    const scale = 1 + healthy.respirationShare * breath(healthy, seed, onS);
    return {
      event: { index: state.ventricular, kind, onS, qrsS, qtS, ill, scale, pOnS },
      state: { ...state, ventricular: state.ventricular + 1, lastVS: onS, meanRrS },
    };
  };

  const atrialStep = (state: RhythmState, rhythm: Rhythm, ill: number): RhythmStep => {
    const onS = state.nextPS;
    let next: RhythmState = { ...state, atrial: state.atrial + 1, nextPS: onS + sinusRrS(onS, ill), premature: false };
    const blocked = (cycle: number): RhythmStep => ({ state: { ...next, cycle }, atrial: [{ onS, conducted: false }], ventricular: [] });
    if (rhythm === 'complete-block') return blocked(0);
    const dropsAt = Math.round(diseased.conductedPerDrop) - (uniform(keys.drop, Math.floor(state.atrial / 8)) < 0.5 ? 1 : 0);
    const drops = rhythm === 'wenckebach' || rhythm === 'mobitz-ii';
    if (drops && state.cycle >= Math.max(2, dropsAt)) return blocked(0);
    const growth = rhythm === 'wenckebach' ? PR_GROWTH_S[Math.min(state.cycle, PR_GROWTH_S.length - 1)] : 0;
    const atS = onS + between('prMs', ill) / 1000 + growth;
    if (state.premature || atS < state.lastVS + REFRACTORY_S) return blocked(state.cycle);
    const conducted = beat(next, rhythm === 'paced' ? 'paced' : 'conducted', atS, onS);
    next = { ...conducted.state, cycle: drops ? state.cycle + 1 : 0 };
    const ventricular = [conducted.event];
    if (rhythm === 'ventricular-runs' && uniform(keys.run, 3 * state.atrial + 2) < (RUNS.perMinute / 60) * next.meanRrS) {
      const run = ventricularRunAfter(next, conducted.event);
      return { state: run.state, atrial: [{ onS, conducted: true }], ventricular: [...ventricular, ...run.ventricular] };
    }
    // A premature beat falls behind T; the sinus impulse after it is blocked: a compensatory pause.
    const rate = ill >= 0.5 ? diseased.pvcPerMinute : healthy.pvcPerMinute;
    const premature = uniform(keys.pvc, state.atrial) < (rate / 60) * next.meanRrS;
    if (premature) {
      const coupling = conducted.event.qtS + 0.03 + 0.04 * uniform(keys.pvc, state.atrial + 2 ** 31);
      if (atS + coupling < next.nextPS + between('prMs', ill) / 1000 - 0.08) {
        const ectopic = beat(next, 'ectopic', atS + coupling);
        // The short interval is no new rate for QT.
        next = { ...ectopic.state, meanRrS: next.meanRrS, premature: true };
        ventricular.push(ectopic.event);
      }
    }
    return { state: next, atrial: [{ onS, conducted: true }], ventricular };
  };

  /** A run of ventricular beats after a conducted one; sinus impulses in it find the ventricles refractory. */
  const ventricularRunAfter = (from: RhythmState, conducted: VentricularEvent): { state: RhythmState; ventricular: VentricularEvent[] } => {
    const [count, rrS] = [RUNS.beats, RUNS.rrS].map(({ from: least, to }, k) => least + (to - least) * uniform(keys.run, 3 * from.atrial + k));
    const ventricular: VentricularEvent[] = [];
    let state = from;
    for (let i = 0; i < Math.round(count); i++) {
      const next = beat(state, 'ectopic', conducted.onS + rrS * (i + 1));
      state = { ...next.state, meanRrS: from.meanRrS };
      ventricular.push(next.event);
    }
    return { state, ventricular };
  };

  const ventricularStep = (state: RhythmState, rhythm: Rhythm): RhythmStep => {
    const onS = state.nextVS;
    const fibrillating = rhythm === 'fibrillation';
    const { event, state: next } = beat(state, fibrillating ? 'conducted' : 'escape', onS);
    const meanS = 60 / (fibrillating ? diseased.heartRateBpm : diseased.escapeBpm);
    const cv = diseased.rrCv;
    const z = normal(fibrillating ? keys.af : keys.escape, state.ventricular);
    // Log-normal and independent in fibrillation; an escape rhythm is nearly a clock.
    const rrS = fibrillating ? meanS * Math.exp(cv * z - (cv * cv) / 2) : meanS * (1 + 0.012 * z);
    return { state: { ...next, nextVS: onS + Math.max(RR_MIN_S, rrS) }, atrial: [], ventricular: [event] };
  };

  return (state) => {
    const ill = heart.illAt(Math.min(state.nextPS, state.nextVS));
    const rhythm = ill >= 0.5 ? heart.rhythm : 'sinus';
    const own = rhythm === 'fibrillation' || rhythm === 'complete-block';
    let { nextPS, nextVS } = state;
    if (own && nextVS === Infinity) {
      const wait = rhythm === 'fibrillation' ? 0.75 * state.meanRrS : 60 / diseased.escapeBpm;
      nextVS = Math.max(state.lastVS + wait, nextPS);
    }
    if (!own && nextVS !== Infinity) {
      if (nextPS === Infinity) nextPS = Math.max(nextVS, state.lastVS + 60 / healthy.heartRateBpm);
      nextVS = Infinity;
    }
    if (rhythm === 'fibrillation') nextPS = Infinity;
    const at = { ...state, nextPS, nextVS };
    return nextVS < nextPS ? ventricularStep(at, rhythm) : atrialStep(at, rhythm, ill);
  };
}
