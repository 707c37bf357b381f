import type { Nearest, ReferenceSet } from '../../explain/index.js';
import { nearestTo, seenIn } from '../neighbours.js';
import type { Prepared, Reader } from './recorded.js';

/** Undefined: the segment is unusable, or the model says nothing of it. */
export async function neighboursOf({ input }: Prepared, { model, contract }: Reader, set: ReferenceSet, k?: number): Promise<Nearest | undefined> {
  if (input === undefined) return undefined;
  const [scores] = await model.score([input]);
  return nearestTo(set, contract, seenIn(contract, scores), k);
}
