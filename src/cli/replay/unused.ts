import type { Contract } from '../../contract/index.js';
import { leadsText, type Outcome } from '../../ecg/index.js';

/** Segments of which the model got less than it was made for, and why. */
export interface Unused {
  readonly segments: number;
  readonly why: string;
}

/** Counts, outcome by outcome, what the models could not use, and what they used though something was odd of it. */
export class UnusedSegments {
  private readonly counts = new Map<string, number>();
  private readonly odd = new Map<string, number>();
  private readonly leads: ReadonlySet<string>;

  constructor(contracts: readonly Contract[]) {
    this.leads = new Set(contracts.flatMap(({ input }) => input.leads));
  }

  count({ status, leads, reasons }: Outcome): void {
    if (status === 'unscored' || status === 'shed') return;
    const missing = leads.filter(({ lead, origin }) => origin === 'missing' && this.leads.has(lead)).map(({ lead }) => lead);
    if (missing.length > 0) add(this.counts, `${leadsText(missing)} missing`);
    if (status === 'unusable') add(this.counts, `not fit for the model${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`);
    else if (reasons.length > 0) add(this.odd, `scored, with doubts (${reasons.join(', ')})`);
  }

  all(): readonly Unused[] {
    return inOrder(this.counts);
  }

  /** Of what was scored, the same. */
  doubtful(): readonly Unused[] {
    return inOrder(this.odd);
  }
}

function add(counts: Map<string, number>, why: string): void {
  counts.set(why, (counts.get(why) ?? 0) + 1);
}

/** The most frequent first. */
export function inOrder(counts: ReadonlyMap<string, number>): readonly Unused[] {
  return [...counts].map(([why, segments]) => ({ segments, why })).sort((a, b) => b.segments - a.segments || (a.why < b.why ? -1 : 1));
}

export const unusedText = ({ segments, why }: Unused): string => `${segments} ${segments === 1 ? 'segment' : 'segments'}: ${why}`;
