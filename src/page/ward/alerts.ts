/** Alerts as people look at them: by bed and episode, the cause first, beneath it what it explains. Pure. */
import type { AlertView } from '../../monitor/index.js';
import { isOver } from '../words/index.js';
import { grouped } from './grouped.js';

/** An alert with a row of its own, and those that it explains. */
export interface Cause {
  readonly alert: AlertView;
  readonly explained: readonly AlertView[];
}

export interface Episode {
  readonly id: string;
  readonly sinceMs: number;
  readonly causes: readonly Cause[];
}

export interface BedAlerts {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  readonly simulated: boolean;
  readonly accelerated?: number;
  readonly episodes: readonly Episode[];
}

const URGENCY: readonly AlertView['priority'][] = ['high', 'medium', 'low', 'none'];

/** Unanswered alerts first, then by priority, then the latest first. */
export function byUrgency(a: AlertView, b: AlertView): number {
  const rest = (alert: AlertView) => (isOver(alert) ? 2 : alert.state === 'acknowledged' ? 1 : 0);
  return rest(a) - rest(b) || URGENCY.indexOf(a.priority) - URGENCY.indexOf(b.priority) || b.onsetMs - a.onsetMs || (a.alertId < b.alertId ? -1 : 1);
}

/** The alert in whose row it is shown: the last one, cause by cause, that is here and not over. */
function rowOf(alert: AlertView, alerts: ReadonlyMap<string, AlertView>): AlertView {
  const passed = new Set([alert]);
  for (let at = alert; ; ) {
    const cause = at.explainedBy === undefined ? undefined : alerts.get(at.explainedBy);
    if (cause === undefined || isOver(cause)) return at;
    if (passed.has(cause)) return alert;
    passed.add((at = cause));
  }
}

/** Alerts with a row of their own, the most urgent first. `folded`: alerts of a reader's list that are shown in the row of one at the bedside. */
export function causesOf(alerts: ReadonlyMap<string, AlertView>, folded: readonly (AlertView & { readonly row: string })[] = []): Cause[] {
  const rows = new Map([...alerts.values()].map((alert) => [alert, rowOf(alert, alerts)]));
  const explained = grouped([...rows].filter(([alert, row]) => alert !== row && !isOver(alert)), ([, row]) => row.alertId);
  const read = grouped(folded, ({ row }) => row);
  const causes = [...rows].flatMap(([alert, row]) => (alert === row ? [{ alert, explained: [...(explained.get(alert.alertId) ?? []).map(([one]) => one), ...(read.get(alert.alertId) ?? [])] }] : []));
  return causes.sort((a, b) => byUrgency(a.alert, b.alert));
}

/** By bed, and within it by episode; beds, episodes and causes each with the most urgent first. `causes` are in that order. */
export function byBed(causes: readonly Cause[]): BedAlerts[] {
  return [...grouped(causes, ({ alert }) => alert.device)].map(([device, own]) => {
    const { bed, unit, accelerated } = own[0].alert;
    const episodes = [...grouped(own, ({ alert }) => alert.episode ?? alert.alertId)].map(([id, some]) => ({ id, sinceMs: Math.min(...some.map(({ alert }) => alert.onsetMs)), causes: some }));
    return { device, bed, unit, simulated: own.some(({ alert }) => alert.simulated), accelerated, episodes };
  });
}
