import type { Contract } from '../contract/index.js';
import { type Lead, type Physical, type PhysicalLead } from '../ecg/index.js';
import { fillHoles, markHoles } from './holes.js';
import { type Piece, type Refusal, refusal } from './piece.js';

/** The limb leads as sums of I and II. Einthoven 1912: III = II − I; Goldberger 1942: aVR = −(I + II) / 2 and so on. */
const FROM_I_II: Readonly<Partial<Record<Lead, readonly [number, number]>>> = { I: [1, 0], II: [0, 1], III: [-1, 1], aVR: [-0.5, -0.5], aVL: [1, -0.5], aVF: [-0.5, 1] };

/** The leads that the contract wants, in its order and unit, without holes. */
export function leadsOf(segment: Physical, { input }: Contract): Piece | Refusal {
  const there = new Map(segment.rows.filter((row) => row.origin !== 'missing').map((row) => [row.lead, row]));
  const { samples: length } = segment;
  if (length === 0) return refusal('no-samples', input.leads[0]);
  const rows: Float64Array[] = [];
  const masked: boolean[] = [];
  const holed: number[] = [];
  for (const [index, lead] of input.leads.entries()) {
    const asked = input.derivedLeads === 'recompute' ? (made(lead, there, ['I', 'II']) ?? given(lead, there)) : given(lead, there);
    const found = asked ?? (input.missing === 'derive' ? derived(lead, there) : undefined);
    if (found === undefined && (input.missing === 'refuse' || input.missing === 'derive')) return refusal('lead-missing', lead);
    masked.push(found === undefined && input.missing === 'mask');
    const row = new Float64Array(length);
    rows.push(row);
    if (found === undefined) continue;
    // A lead shorter than its segment has a hole at its end.
    row.fill(NaN, Math.min(length, found.length));
    row.set(found.subarray(0, length));
    if (markHoles(row)) holed.push(index);
  }
  if (holed.length > 0) {
    if (input.nan === 'refuse') return refusal('lead-has-holes', input.leads[holed[0]]);
    fillHoles(input.nan === 'record-mean' ? rows : holed.map((index) => rows[index]), input.nan);
  }
  const factor = perMillivolt(input);
  if (factor !== 1) for (const row of rows) for (let i = 0; i < length; i++) row[i] *= factor;
  return { rows, masked, rateHz: segment.rateHz };
}

type Rows = ReadonlyMap<string, PhysicalLead>;

function given(lead: Lead, there: Rows): Float32Array | undefined {
  const row = there.get(lead);
  return row?.mv;
}

/** A limb lead from the first two others that are there. */
function derived(lead: Lead, there: Rows): Float64Array | undefined {
  const limb = Object.keys(FROM_I_II).filter((name) => there.has(name));
  return limb.length < 2 ? undefined : made(lead, there, [limb[0] as Lead, limb[1] as Lead]);
}

/** A limb lead from two of them; undefined for a lead that is none, or where one of the two is not there. I and II themselves stay. */
function made(lead: Lead, there: Rows, [first, second]: readonly [Lead, Lead]): Float64Array | undefined {
  const [wanted, a, b] = [FROM_I_II[lead], FROM_I_II[first], FROM_I_II[second]];
  const [one, two] = [there.get(first), there.get(second)];
  if (lead === first || lead === second || wanted === undefined || a === undefined || b === undefined || one === undefined || two === undefined) return undefined;
  const det = a[0] * b[1] - a[1] * b[0];
  const ofOne = (wanted[0] * b[1] - wanted[1] * b[0]) / det;
  const ofTwo = (a[0] * wanted[1] - a[1] * wanted[0]) / det;
  return Float64Array.from(one.mv, (value, i) => ofOne * value + ofTwo * two.mv[i]);
}

function perMillivolt({ unit, microvoltsPerCount }: Contract['input']): number {
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
