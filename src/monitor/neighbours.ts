import type { Outcome, Physical } from '../ecg/index.js';
import { type NeighboursView, neighboursView } from '../explain/index.js';
import { comparable, type Comparing, nearestOf } from '../line/index.js';
import { EncoderAwayError } from '../ports/index.js';
import type { Lane } from './lane.js';

/** Of the model's answer for one segment. */
const DEADLINE_MS = 5_000;

/** What segments are compared by, when it is first asked for. Resolves with undefined where it cannot be had now. */
export type OpenComparing = () => Promise<Comparing | undefined>;

/** Compares segments with labelled recordings: the model is asked again for their samples, one segment at a time. */
export class NeighbourSearch {
  private comparing: Promise<Comparing | undefined> | undefined;

  /** @param open undefined: there is nothing to compare with */
  constructor(
    private readonly open: OpenComparing | undefined,
    private readonly lane: Lane,
  ) {}

  /** Rejects with BusyError. @param samples undefined: they are not kept any more */
  async of(who: string, outcome: Outcome, samples: Physical | undefined): Promise<NeighboursView> {
    const { open } = this;
    if (open === undefined) return neighboursView('nothing-to-compare-with');
    if (outcome.grade === 'unusable') return neighboursView('unusable');
    if (samples === undefined) return neighboursView('no-samples');
    return this.lane.run(who, async () => {
      const comparing = await (this.comparing ??= open());
      // Tried again with the next.
      if (comparing === undefined) this.comparing = undefined;
      return comparing === undefined ? neighboursView('away') : found(outcome, samples, comparing);
    });
  }
}

/** The report stands, whether the model answers or not. */
async function found(outcome: Outcome, samples: Physical, comparing: Comparing): Promise<NeighboursView> {
  const input = comparable(samples, outcome, comparing.contract);
  if (input === undefined) return neighboursView('unusable', comparing.set);
  try {
    return neighboursView(await nearestOf(input, comparing, DEADLINE_MS), comparing.set);
  } catch (error) {
    if (error instanceof EncoderAwayError) return neighboursView('away', comparing.set);
    throw error;
  }
}
