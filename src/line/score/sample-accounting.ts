import type { SampleAccount } from '../../assemble/index.js';
import type { LineMeters } from '../meters.js';

/** Counts what became of samples, so that the parts add up to those read at any moment. */
export class SampleAccounting {
  /** Samples in the counter of those placed that are not. */
  private overcounted = 0;

  constructor(private readonly meters: Pick<LineMeters, 'samples' | 'restSamples'>) {}

  /** A sample counted as placed may turn out to conflict, and a counter cannot go back: as many of the next ones placed stand in for it. */
  count(account: SampleAccount): void {
    const { samples, restSamples } = this.meters;
    const placed = Math.max(0, account.placed - this.overcounted);
    this.overcounted = Math.max(0, this.overcounted - account.placed);
    const counts = { ...account, placed, conflicting: account.conflicting + account.placed - placed };
    for (const fate of ['read', 'placed', 'repeated', 'conflicting', 'late', 'rejected'] as const) {
      if (counts[fate] !== 0) samples.add(counts[fate], { fate });
    }
    restSamples.add(account.rest);
  }
}
