import type { AlertEvent } from '../ecg/index.js';

/** Alerts that are active: the latest event of each, by alert id. Owned by the step: it changes in place. */
export type ActiveAlerts = Map<string, AlertEvent>;

/** What one subscriber wants; an empty list is everything. */
export interface Filter {
  readonly units: readonly string[];
  readonly beds: readonly string[];
  readonly findings: readonly string[];
}

export const initial = (): ActiveAlerts => new Map();

/** Folds one event in. Repeats and older events change nothing; shadow alerts are recorded, never delivered. */
export function step(active: ActiveAlerts, event: AlertEvent): { state: ActiveAlerts; out: AlertEvent | undefined } {
  const known = active.get(event.alertId);
  if (event.snapshot.channel === 'shadow' || (known !== undefined && known.sequence >= event.sequence)) return { state: active, out: undefined };
  if (event.state === 'resolved' || event.state === 'dismissed') active.delete(event.alertId);
  else active.set(event.alertId, event);
  return { state: active, out: event };
}

export function matches(filter: Filter, event: AlertEvent): boolean {
  const { unit, bed, device, finding } = event.snapshot;
  const wants = (list: readonly string[], value: string | undefined) => list.length === 0 || (value !== undefined && list.includes(value));
  return wants(filter.units, unit) && wants(filter.beds, bed ?? device) && wants(filter.findings, finding);
}
