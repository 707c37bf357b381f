import type { Contract } from '../contract/index.js';
import { weighted, within } from '../dsp/index.js';
import { isLimbLead, type Lead, LIMB_LEADS, type LimbLead, limbWeights, MILLIVOLTS_MAX, type Physical, type PhysicalLead } from '../ecg/index.js';
import { fillHoles, withHoles } from './holes.js';
import { type Refusal, refusal } from './piece.js';

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
  const [first, second] = LIMB_LEADS.filter((name) => there.has(name));
  return second === undefined ? undefined : made(lead, there, [first, second]);
}

/** A limb lead from two of them; undefined for a lead that is none, or where one of the two is not there. I and II themselves stay. */
function made(lead: Lead, there: Rows, [first, second]: readonly [LimbLead, LimbLead]): Float32Array | undefined {
  const [one, two] = [there.get(first), there.get(second)];
  if (lead === first || lead === second || !isLimbLead(lead) || one === undefined || two === undefined) return undefined;
  return weighted([one.mv, two.mv], limbWeights(lead, [first, second]));
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
