/** Which beds the wall shows, in which order, and what stands on each. Pure. */
import type { BedView, BurdenSeries } from '../../deliver/index.js';
import type { AlertView } from '../../monitor/index.js';
import { type Cause } from '../ward/alerts.js';
import { grouped } from '../ward/grouped.js';
import type { Beds } from '../ward/ward.js';
import { isOver } from '../words/index.js';

export type Order = 'worst' | 'bed';

export interface Tile {
  readonly bed: BedView;
  /** Active, with a row of their own, the most urgent first. */
  readonly alerts: readonly AlertView[];
  /** The most urgent alert at the bedside that says what the rhythm is; undefined: none does. What only readers get says nothing here. */
  readonly rhythm?: AlertView;
  readonly burden?: BurdenSeries;
  readonly watchedFindings?: { readonly watched: number; readonly all: number };
}

/** Findings that name a rhythm. */
const RHYTHM = /fibrillation|flutter|tachycardia|bradycardia|rhythm|av-block|bigeminy|trigeminy|idioventricular|ventricular-run|supraventricular-run|pause|asystole|arrhythmia/;
const URGENCY = ['high', 'medium', 'low', 'none'];

export function tilesOf({ list, surveillance, burdens }: Beds, causes: readonly Cause[], unit: string, order: Order): Tile[] {
  const byDevice = grouped(causes.filter(({ alert }) => !isOver(alert)), ({ alert }) => alert.device);
  const tiles = list.filter((bed) => bed.watch !== 'ended' && (unit === '' || (bed.unit ?? '') === unit)).map((bed): Tile => {
    const own = byDevice.get(bed.device) ?? [];
    const alerts = own.map(({ alert }) => alert);
    const findings = surveillance.get(bed.device)?.findings;
    return {
      ...{ bed, alerts, burden: burdens.get(bed.device) },
      rhythm: own.flatMap(({ alert, explained }) => [alert, ...explained]).find(({ channel, finding }) => channel === 'bedside' && RHYTHM.test(finding)),
      watchedFindings: findings && { watched: findings.filter(({ watched }) => watched).length, all: findings.length },
    };
  });
  return tiles.sort((a, b) => (order === 'worst' ? rank(a) - rank(b) : 0) || (a.bed.unit ?? '').localeCompare(b.bed.unit ?? '') || a.bed.bed.localeCompare(b.bed.bed, undefined, { numeric: true }));
}

/** Unanswered alerts by priority, then beds that nobody watches, then those whose alerts are answered. */
function rank({ alerts, bed }: Tile): number {
  const worst = alerts.find(({ state }) => state !== 'acknowledged');
  if (worst !== undefined) return URGENCY.indexOf(worst.priority);
  return bed.watch === 'watched' ? (alerts.length > 0 ? 5 : 6) : 4;
}
