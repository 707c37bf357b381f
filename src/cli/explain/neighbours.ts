import { type NeighboursView, neighboursView, type ReferenceSet } from '../../explain/index.js';
import { nearestOf } from '../../line/index.js';
import type { Prepared, Reader } from './recorded.js';

/** Long: nothing here is in real time. */
const DEADLINE_MS = 120_000;

export async function neighboursOf({ input }: Prepared, { model: { contract, score } }: Reader, set: ReferenceSet, k?: number): Promise<NeighboursView> {
  const encoder = { score: (inputs: Parameters<typeof score>[0]) => score(inputs) };
  return neighboursView(input === undefined ? 'unusable' : await nearestOf(input, { contract, encoder, set }, DEADLINE_MS, k), set);
}
