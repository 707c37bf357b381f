import type { Contract } from '../contract/index.js';
import { weighted, within } from '../dsp/index.js';
import { type Lead, type Physical, type PhysicalLead } from '../ecg/index.js';
import { fillHoles, withHoles } from './holes.js';
import { type Refusal, refusal } from './piece.js';

/** The limb leads as sums of I and II. Einthoven 1912: III = II − I; Goldberger 1942: aVR = −(I + II) / 2 and so on. */
const FROM_I_II: Readonly<Partial<Record<Lead, readonly [number, number]>>> = { I: [1, 0], II: [0, 1], III: [-1, 1], aVR: [-0.5, -0.5], aVL: [1, -0.5], aVF: [-0.5, 1] };

/** Further from zero than this, in mV, is no voltage of a body: the gain is wrong. Such a sample is none. */
const MILLIVOLTS_MAX = 1e6;

/** The leads of a record in mV, in the contract's order, without holes; rows are read, never written. */
export interface Leads {
  readonly rows: readonly Float32Array[];
  /** Leads that are not there and count in no statistic. */
  readonly masked: readonly boolean[];
}

/** The leads that the contract wants, or why they are not to be had. */
export function leadsOf(segment: Physical, { input }: Contract): Leads | Refusal {
  const there = new Map(segment.rows.filter((row) => row.origin !== 'missing').map((row) => [row.lead, row]));
  const { samples } = segment;
  if (samples === 0) return refusal('no-samples', input.leads[0]);
  const rows: Float32Array[] = [];
  const masked: boolean[] = [];
  const holed: number[] = [];
  for (const [index, lead] of input.leads.entries()) {
    const asked = input.derivedLeads === 'recompute' ? (made(lead, there, ['I', 'II']) ?? given(lead, there)) : given(lead, there);
    const found = asked ?? (input.missing === 'derive' ? derived(lead, there) : undefined);
    if (found === undefined && (input.missing === 'refuse' || input.missing === 'derive')) return refusal('lead-missing', lead);
    masked.push(found === undefined && input.missing === 'mask');
    rows.push(found ?? new Float32Array(samples));
    if (found !== undefined && !(found.length === samples && within(found, MILLIVOLTS_MAX))) holed.push(index);
  }
  if (holed.length > 0) {
    if (input.nan === 'refuse') return refusal('lead-has-holes', input.leads[holed[0]]);
    for (const index of holed) rows[index] = withHoles(rows[index], samples, MILLIVOLTS_MAX);
    fillHoles(input.nan === 'record-mean' ? rows : holed.map((index) => rows[index]), input.nan);
  }
  return { rows, masked };
}

type Rows = ReadonlyMap<string, PhysicalLead>;

function given(lead: Lead, there: Rows): Float32Array | undefined {
  const row = there.get(lead);
  return row?.mv;
}

/** A limb lead from the first two others that are there. */
function derived(lead: Lead, there: Rows): Float32Array | undefined {
  const limb = Object.keys(FROM_I_II).filter((name) => there.has(name));
  return limb.length < 2 ? undefined : made(lead, there, [limb[0] as Lead, limb[1] as Lead]);
}

/** A limb lead from two of them; undefined for a lead that is none, or where one of the two is not there. I and II themselves stay. */
function made(lead: Lead, there: Rows, [first, second]: readonly [Lead, Lead]): Float32Array | undefined {
  const [wanted, a, b] = [FROM_I_II[lead], FROM_I_II[first], FROM_I_II[second]];
  const [one, two] = [there.get(first), there.get(second)];
  if (lead === first || lead === second || wanted === undefined || a === undefined || b === undefined || one === undefined || two === undefined) return undefined;
  const det = a[0] * b[1] - a[1] * b[0];
  const ofOne = (wanted[0] * b[1] - wanted[1] * b[0]) / det;
  const ofTwo = (a[0] * wanted[1] - a[1] * wanted[0]) / det;
  return weighted([one.mv, two.mv], [ofOne, ofTwo]);
}

/** Tensor units of a mV. */
export function perMillivolt({ unit, microvoltsPerCount }: Contract['input']): number {
  switch (unit) {
    case 'mV':
    // Any linear unit will do, and this one is at hand.
    case 'scale-free':
      return 1;
    case 'uV':
      return 1000;
    case 'counts':
      return 1000 / microvoltsPerCount!;
  }
}
