import type { Contract } from '../../contract/index.js';
import { leadsText, type Outcome } from '../../ecg/index.js';

/** Segments of which the model got less than it was made for, and why. */
export interface Unused {
  readonly segments: number;
  readonly why: string;
}

/** Counts, outcome by outcome, what the models could not use. */
export class UnusedSegments {
  private readonly counts = new Map<string, number>();
  private readonly leads: ReadonlySet<string>;

  constructor(contracts: readonly Contract[]) {
    this.leads = new Set(contracts.flatMap(({ input }) => input.leads));
  }

  count({ status, leads, reasons }: Outcome): void {
    if (status === 'unscored' || status === 'shed') return;
    const missing = leads.filter(({ lead, origin }) => origin === 'missing' && this.leads.has(lead)).map(({ lead }) => lead);
    if (missing.length > 0) this.add(`${leadsText(missing)} missing`);
    if (status === 'unusable') this.add(`not fit for the model${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`);
  }

  /** The most frequent first. */
  all(): readonly Unused[] {
    return [...this.counts].map(([why, segments]) => ({ segments, why })).sort((a, b) => b.segments - a.segments || (a.why < b.why ? -1 : 1));
  }

  private add(why: string): void {
    this.counts.set(why, (this.counts.get(why) ?? 0) + 1);
  }
}

export const unusedText = ({ segments, why }: Unused): string => `${segments} ${segments === 1 ? 'segment' : 'segments'}: ${why}`;
