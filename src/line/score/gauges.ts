import type { AbsenceWatch } from '../absence.js';
import type { ScoreDeps } from '../deps.js';
import type { Backlog } from './backlog.js';
import type { StateStore } from './state-store.js';

/** Reports how one partition stands. */
export function updateGauges(partition: number, store: StateStore, backlog: Backlog, absence: AbsenceWatch, { gauges, clock }: ScoreDeps): void {
  const part = `score/${partition}`;
  const oldestMs = backlog.oldestMs();
  gauges.devices.note(part, store.size);
  gauges.devicesSilent.note(part, absence.silentCount);
  gauges.oldestUnprocessed.note(part, oldestMs === undefined ? 0 : Math.max(0, clock.nowMs() - oldestMs) / 1000);
}
