import type { AlertEvent, Evidence, Priority } from '../ecg/index.js';

/** Alerts that are active: the latest event of each, by alert id. Owned by the step: it changes in place. */
export type ActiveAlerts = Map<string, AlertEvent>;

/** What one subscriber wants; an empty list is everything. */
export interface Filter {
  readonly units: readonly string[];
  readonly beds: readonly string[];
  readonly findings: readonly string[];
  readonly priorities: readonly string[];
  readonly evidence: readonly string[];
}

export const NO_FILTER: Filter = { units: [], beds: [], findings: [], priorities: [], evidence: [] };

const PRIORITIES: readonly Priority[] = ['high', 'medium', 'low', 'none'];
const EVIDENCE: readonly Evidence[] = ['external', 'internal', 'simulated', 'none', 'rule'];

/** Why a filter could never let anything through; undefined: it can. `findings`: all there are, where that is known. */
export function senseless(filter: Filter, findings?: ReadonlySet<string>): string | undefined {
  const unknown = (name: string, given: readonly string[], known: (value: string) => boolean, hint: string) => {
    const wrong = given.find((value) => !known(value));
    return wrong === undefined ? undefined : `${name} ${JSON.stringify(wrong.slice(0, NAME_MAX))} is not known: ${hint}`;
  };
  const all = [...filter.units, ...filter.beds, ...filter.findings, ...filter.priorities, ...filter.evidence];
  if (all.length > FILTER_MAX) return `a filter of ${all.length} values: at most ${FILTER_MAX}`;
  if (all.includes('')) return 'a filter has an empty value: leave it out to let everything through';
  return (
    unknown('priority', filter.priorities, (value) => PRIORITIES.some((one) => one === value), `one of ${PRIORITIES.join(', ')}`) ??
    unknown('evidence', filter.evidence, (value) => EVIDENCE.some((one) => one === value), `one of ${EVIDENCE.join(', ')}`) ??
    unknown('finding', filter.findings, (value) => findings?.has(value) ?? true, 'see the catalogue, or /surveillance')
  );
}

const FILTER_MAX = 1000;
const NAME_MAX = 60;

export const initial = (): ActiveAlerts => new Map();

/** What is delivered of an event; `before`: the alert as it was. */
export interface Delivered {
  readonly event: AlertEvent;
  readonly before?: AlertEvent;
}

/** Folds one event in. Repeats and older events change nothing; shadow alerts are recorded, never delivered. */
export function step(active: ActiveAlerts, event: AlertEvent): { state: ActiveAlerts; out: Delivered | undefined } {
  const before = active.get(event.alertId);
  if (event.snapshot.channel === 'shadow' || (before !== undefined && before.sequence >= event.sequence)) return { state: active, out: undefined };
  if (event.state === 'resolved' || event.state === 'dismissed') active.delete(event.alertId);
  else active.set(event.alertId, event);
  return { state: active, out: { event, before } };
}

export function matches(filter: Filter, event: AlertEvent): boolean {
  const { unit, bed, device, finding, priority, evidence } = event.snapshot;
  const wants = (list: readonly string[], value: string | undefined) => list.length === 0 || (value !== undefined && list.includes(value));
  return wants(filter.units, unit) && wants(filter.beds, bed ?? device) && wants(filter.findings, finding) && wants(filter.priorities, priority) && wants(filter.evidence, evidence);
}
