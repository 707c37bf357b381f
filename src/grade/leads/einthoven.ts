import { FROM_I_II, type LimbLead, LIMB_LEADS, limbWeights, type PhysicalLead } from '../../ecg/index.js';

/** So many samples are looked at: an integrity check needs no more. */
const LOOKS = 250;
/** Rounding to 5 µV, twice, is below; an exchanged, scaled or shifted lead far above. */
const RESIDUAL_MAX_MV = 0.05;
/** … or above this share of the leads' own size, where that is large. */
const RESIDUAL_SHARE = 0.1;
/** What agrees to this (mV) does so exactly: leads that merely look alike do not. */
const EXACT_MV = 0.01;
/** Two leads always agree. */
const LEADS_MIN = 3;
/** Where they do not all agree, so many of them may. */
const SMALLER = [5, 4, 3] as const;

/**
 * Measured limb leads that are not what the others say: all six are two signals (Einthoven 1912: I + III = II; Goldberger 1942: aVR = −(I + II) / 2,
 * aVL = (I − III) / 2, aVF = (II + III) / 2). The fewest leads without which the rest agree, exactly if that can be; where they may be one lot or
 * another, both; where nothing agrees, all. Each lead's own mean is taken off first, for amplifiers have offsets.
 */
export function contradictingLeads(rows: readonly PhysicalLead[]): ReadonlySet<string> {
  const limb = LIMB_LEADS.flatMap((lead): MeasuredLead[] => {
    const row = rows.find((one) => one.lead === lead && one.origin === 'measured');
    return row === undefined ? [] : [{ lead, mv: row.mv }];
  });
  if (limb.length < LEADS_MIN || limb.slice(2).every((one) => isMadeOf(one, limb[0], limb[1]))) return new Set();
  const covariance = covarianceOf(limb.map(({ mv }) => mv));
  const all = limb.map((_, i) => i);
  const among = (of: readonly number[]) => ({ of, ...residualOf(of.map((i) => limb[i].lead), of.map((i) => of.map((j) => covariance[i][j]))) });
  if (doAgree(among(all))) return new Set();
  const smaller = SMALLER.filter((size) => size < limb.length).map((size) => subsets(all, size).map(among));
  const agreeing = [isExact, doAgree].flatMap((is) => smaller.map((of) => of.filter(is))).find((of) => of.length > 0) ?? [];
  return new Set(limb.filter((_, i) => agreeing.length === 0 || agreeing.some(({ of }) => !of.includes(i))).map(({ lead }) => lead));
}

interface MeasuredLead {
  readonly lead: LimbLead;
  readonly mv: Float32Array;
}

/** Is this lead what two others make? The quick look, which answers for nearly every segment. */
function isMadeOf({ lead, mv }: MeasuredLead, one: MeasuredLead, other: MeasuredLead): boolean {
  const [a, b] = limbWeights(lead, [one.lead, other.lead]);
  const [x, y] = [one.mv, other.mv];
  const stride = Math.max(1, Math.floor(mv.length / LOOKS));
  let [n, first, sum, squares] = [0, 0, 0, 0];
  for (let at = 0; at < mv.length; at += stride) {
    const rest = mv[at] - a * x[at] - b * y[at];
    if (rest - rest !== 0) continue;
    // The first sample is taken off before anything is squared: offsets are large.
    if (n === 0) first = rest;
    n++;
    sum += rest - first;
    squares += (rest - first) ** 2;
  }
  return n === 0 || squares / n - (sum / n) ** 2 <= EXACT_MV ** 2;
}

/** mV², over the samples that all have. */
function covarianceOf(leads: readonly Float32Array[]): number[][] {
  const count = leads.length;
  const [sums, products] = [new Float64Array(count), new Float64Array(count * count)];
  const [first, now] = [new Float64Array(count), new Float64Array(count)];
  const stride = Math.max(1, Math.floor(leads[0].length / LOOKS));
  let n = 0;
  for (let at = 0; at < leads[0].length; at += stride) {
    let total = 0;
    for (let i = 0; i < count; i++) total += now[i] = leads[i][at];
    if (total - total !== 0) continue;
    // The first sample is taken off before anything is multiplied: offsets are large.
    if (n === 0) first.set(now);
    n++;
    for (let i = 0; i < count; i++) {
      now[i] -= first[i];
      sums[i] += now[i];
      for (let j = 0; j <= i; j++) products[i * count + j] += now[i] * now[j];
    }
  }
  return leads.map((_, i) => leads.map((__, j) => (n === 0 ? 0 : products[Math.max(i, j) * count + Math.min(i, j)] / n - (sums[i] * sums[j]) / n ** 2)));
}

/** What these leads are beyond the best I and II (least squares), and their own size: rms, mV. */
interface Residual {
  readonly mv: number;
  readonly sizeMv: number;
}

const isExact = ({ mv }: Residual): boolean => mv <= EXACT_MV;
const doAgree = ({ mv, sizeMv }: Residual): boolean => mv <= Math.max(RESIDUAL_MAX_MV, RESIDUAL_SHARE * sizeMv);

function residualOf(names: readonly LimbLead[], covariance: readonly (readonly number[])[]): Residual {
  const made = names.map((lead) => FROM_I_II[lead]);
  const [aa, ab, bb] = [0, 1, 2].map((k) => made.reduce((sum, [a, b]) => sum + [a * a, a * b, b * b][k], 0));
  const det = aa * bb - ab * ab;
  let residual = 0;
  let size = 0;
  made.forEach(([a, b], i) => {
    made.forEach(([c, d], j) => {
      const explained = (bb * a * c - ab * (a * d + b * c) + aa * b * d) / det;
      residual += ((i === j ? 1 : 0) - explained) * covariance[i][j];
    });
    size += covariance[i][i] / made.length;
  });
  // Of three leads a third of the square of their sum.
  return { mv: Math.sqrt(Math.max(0, 3 * residual)), sizeMv: Math.sqrt(size) };
}

function subsets(all: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return all.flatMap((first, k) => subsets(all.slice(k + 1), size - 1).map((rest) => [first, ...rest]));
}
