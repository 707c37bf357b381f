import type { NewRecord } from '../../ports/index.js';
import type { AssociationTable } from '../association.js';
import { lostRecord } from '../outcome.js';
import type { StateStore } from './state-store.js';

/** Ranges of the context topic that could not be read, of the partition of the same number: each is written once, whichever engine owns it. */
export function lostContexts(associations: AssociationTable, partition: number, store: StateStore, nowMs: number): NewRecord[] {
  return associations.skipped(partition).flatMap((range) => {
    const checkpoint = store.lostCheckpoint(range);
    return checkpoint === undefined ? [] : [lostRecord(range, nowMs), checkpoint];
  });
}
