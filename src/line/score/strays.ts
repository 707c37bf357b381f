import type { NewRecord } from '../../ports/index.js';
import type { AssociationTable } from '../association.js';
import { silenceRecord } from '../outcome.js';
import type { StateStore } from './state-store.js';

/**
 * Devices that producers have moved to another partition (docs/ingest.md): nothing is kept of them here any more, and this partition's own
 * report that one is silent is over. The partition that hears of it watches it.
 */
export function strays(associations: AssociationTable, store: StateStore, nowMs: number): NewRecord[] {
  return store.strayRecords((device) => silenceRecord({ device, silent: false, atMs: nowMs, lastRecordMs: nowMs }, associations.at(device, nowMs)));
}
