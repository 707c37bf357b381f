import { BEAT_STEPS, type MeanBeat } from './mean-beat.js';
import { FORETELL, SWAP_WEIGHTS } from './swap-weights.js';

/** Two limb electrodes exchanged; with RL one limb lead is all but flat. */
export type LimbSwap = 'LA-RA' | 'LA-LL' | 'RA-LL' | 'RA-RL' | 'LA-RL';
export type Exchange = keyof typeof SWAP_WEIGHTS;

/** What I and II were, from what they are: an exchange undoes itself. Einthoven's triangle with two corners exchanged. */
const UNDO: Readonly<Record<Exchange, readonly [readonly [number, number], readonly [number, number]]>> = {
  'LA-RA': [[-1, 0], [-1, 1]],
  'LA-LL': [[0, 1], [1, 0]],
  'RA-LL': [[1, -1], [0, -1]],
};
export const EXCHANGES = Object.keys(UNDO) as readonly Exchange[];
const AS_IT_IS = [[1, 0], [0, 1]] as const;
const HYPOTHESES: readonly (readonly (readonly [number, number])[])[] = [AS_IT_IS, ...EXCHANGES.map((exchange) => UNDO[exchange])];

/** P, QRS and T within the mean beat, in its steps. The P wave is measured from its own start. */
const VIEWS = [[2, 18], [20, 34], [36, BEAT_STEPS]] as const;
const P_LEVEL_STEPS = 3;
/** Smaller misfits of a view are noise (mV²). */
const FLOOR_MV2 = [3e-4, 1e-2, 3e-3] as const;
/** A limb lead with so small a share of the limb leads' QRS power is between two legs: II with RA-RL, III with LA-RL. */
const BETWEEN_LEGS_SHARE = 0.002;
/** R of V6 against R of V1, and in mV: the wave falls towards V6 where the heart lies on the right. */
const RIGHT_SHARE = 0.5;
const RIGHT_MV = 0.4;
/**
 * The earlier beat must fit so much better exchanged, and none of P, QRS and T so much worse: the QRS alone turns in a new block of a fascicle.
 * Its chest leads must be the same as now.
 */
const OWN_GAIN = Math.log(4);
const OWN_LOSS = Math.log(2);
const SAME_CHEST = 0.9;
/** The chest leads must speak so clearly for the limb leads as they are that it was the earlier beat's electrodes that were exchanged. */
const EARLIER_EXCHANGED = -1;

export interface LimbLeads {
  /** Undefined: no exchange is seen. */
  readonly swap?: LimbSwap;
  /** An earlier beat was there, and its chest leads are the same as now. */
  readonly compared: boolean;
}

/**
 * Are limb electrodes exchanged? The chest leads foretell the limb leads (linear regression, P, QRS and T apart); an exchange under
 * which the limb leads fit much better than as they are has happened (after Kors and van Herpen, J Electrocardiol 34 (Suppl), 2001). With the
 * patient's own earlier beat that beat decides instead, as long as the chest leads have stayed the same; they say then which of the two beats
 * is the one with exchanged electrodes.
 */
export function limbLeadsOf(beat: MeanBeat, earlier?: MeanBeat): LimbLeads {
  const misfits = VIEWS.map((_, view) => misfitsOf(beat, view));
  const own = earlier === undefined ? undefined : againstOwn(beat, earlier);
  if (own !== undefined) {
    const wasEarlier = own !== 'none' && gainOf(misfits, own) < EARLIER_EXCHANGED && !isHeartOnTheRight(beat);
    return { swap: betweenLegs(beat) ?? (own === 'none' || wasEarlier ? undefined : own), compared: true };
  }
  let swap: Exchange | undefined;
  let most = 0;
  for (const exchange of EXCHANGES) {
    const sum = gainOf(misfits, exchange) - SWAP_WEIGHTS[exchange].least;
    if (sum > most) {
      most = sum;
      swap = exchange;
    }
  }
  // The chest leads of a heart on the right foretell nothing of its limb leads.
  if (swap !== undefined && isHeartOnTheRight(beat)) return { compared: false };
  return { swap: swap ?? betweenLegs(beat), compared: false };
}

/** The beat as it would be with two electrodes exchanged, or exchanged back. */
export function exchanged([i, ii, ...chest]: MeanBeat, exchange: Exchange): MeanBeat {
  return [...UNDO[exchange].map(([ofI, ofII]) => i.map((mv, n) => ofI * mv + ofII * ii[n])), ...chest];
}

/** Mean square of what I, II and III are beyond what the chest leads foretell, mV²: as they are, then under each of `EXCHANGES`. */
function misfitsOf(beat: MeanBeat, view: number): Float64Array {
  const [from, to] = VIEWS[view];
  const [forI, forII] = FORETELL[view];
  const base = beat.map((_, lead) => (view === 0 ? excess(beat, lead, from) : 0));
  const [leadI, leadII] = beat;
  const sums = new Float64Array(HYPOTHESES.length);
  for (let i = from; i < to; i++) {
    const a = leadI[i] - base[0];
    const b = leadII[i] - base[1];
    let expectedI = 0;
    let expectedII = 0;
    for (let k = 0; k < 6; k++) {
      const v = beat[k + 2][i] - base[k + 2];
      expectedI += forI[k] * v;
      expectedII += forII[k] * v;
    }
    for (let h = 0; h < HYPOTHESES.length; h++) {
      const m = HYPOTHESES[h];
      const one = m[0][0] * a + m[0][1] * b - expectedI;
      const two = m[1][0] * a + m[1][1] * b - expectedII;
      sums[h] += one * one + two * two + (two - one) * (two - one);
    }
  }
  return sums.map((sum) => sum / (to - from));
}

/** How much better the limb leads fit once the exchange is undone: weighted log ratios of the views' misfits. */
function gainOf(misfits: readonly Float64Array[], exchange: Exchange): number {
  const undone = EXCHANGES.indexOf(exchange) + 1;
  return SWAP_WEIGHTS[exchange].views.reduce((sum, weight, view) => sum + weight * Math.log((misfits[view][0] + FLOOR_MV2[view]) / (misfits[view][undone] + FLOOR_MV2[view])), 0);
}

function excess(beat: MeanBeat, lead: number, from: number): number {
  let sum = 0;
  for (let i = from; i < from + P_LEVEL_STEPS; i++) sum += beat[lead][i];
  return sum / P_LEVEL_STEPS;
}

function betweenLegs([i, ii]: MeanBeat): LimbSwap | undefined {
  const [from, to] = VIEWS[1];
  let [i2, ii2, iii2] = [0, 0, 0];
  for (let n = from; n < to; n++) {
    i2 += i[n] ** 2;
    ii2 += ii[n] ** 2;
    iii2 += (ii[n] - i[n]) ** 2;
  }
  const all = i2 + ii2 + iii2;
  if (ii2 < BETWEEN_LEGS_SHARE * all) return 'RA-RL';
  return iii2 < BETWEEN_LEGS_SHARE * all ? 'LA-RL' : undefined;
}

/** The R wave falls from V1 to V6 (Wagner, Marriott's Practical Electrocardiography). */
function isHeartOnTheRight(beat: MeanBeat): boolean {
  const [from, to] = VIEWS[1];
  const [v1, v6] = [beat[2], beat[7]].map((lead) => Math.max(0, ...lead.subarray(from, to)));
  return v6 < RIGHT_SHARE * v1 && v6 < RIGHT_MV;
}

/** `none`: as before; undefined: the chest leads changed too, and the earlier beat says nothing. */
function againstOwn(beat: MeanBeat, earlier: MeanBeat): Exchange | 'none' | undefined {
  if (beat.slice(2).some((lead, k) => correlation(lead, earlier[k + 2]) < SAME_CHEST)) return undefined;
  const apart = ([[ii, ij], [ji, jj]]: (typeof HYPOTHESES)[number], from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const one = ii * beat[0][i] + ij * beat[1][i] - earlier[0][i];
      const two = ji * beat[0][i] + jj * beat[1][i] - earlier[1][i];
      sum += one * one + two * two + (two - one) * (two - one);
    }
    return sum / (to - from);
  };
  const gain = (exchange: Exchange, [from, to]: readonly [number, number], floorMv2: number) => Math.log((apart(AS_IT_IS, from, to) + floorMv2) / (apart(UNDO[exchange], from, to) + floorMv2));
  const whole = (exchange: Exchange) => gain(exchange, [0, BEAT_STEPS], FLOOR_MV2[0]);
  const best = EXCHANGES.reduce((a, b) => (whole(b) > whole(a) ? b : a));
  return whole(best) > OWN_GAIN && VIEWS.every((view, n) => gain(best, view, FLOOR_MV2[n]) > -OWN_LOSS) ? best : 'none';
}

function correlation(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb || 1);
}
