import type { AlertEvent, Priority } from '../ecg/index.js';
import { isUnproven } from '../ecg/index.js';

/** What a reader finds today in one unit, and how much of low priority waits for another day. */
export interface Worklist {
  readonly today: readonly AlertEvent[];
  readonly deferred: readonly AlertEvent[];
  /** Explained by another alert, of a worklist or at the bedside, in whose row it is shown: it takes no room. */
  readonly folded: readonly { readonly event: AlertEvent; readonly row: string }[];
}

const RANK: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2, none: 3 };
const DAY_MS = 86_400_000;

/**
 * The worklist of each unit together: what matters most first (priority, then what is proven, then how far over its
 * threshold, then what waits longest). A reader's day has room for `perReaderDay` of a unit; beyond it low priorities wait, whatever is
 * medium or high never does. What was answered within the day has used room as well: `answered`.
 */
export function worklistAt(active: Iterable<AlertEvent>, answered: readonly AlertEvent[], perReaderDay: number, nowMs: number): Worklist {
  const room = new Map<string, number>();
  const take = (unit = ''): number => {
    const left = (room.get(unit) ?? perReaderDay) - 1;
    room.set(unit, left);
    return left;
  };
  for (const { snapshot, atMs } of answered) if (snapshot.channel === 'worklist' && nowMs - atMs < DAY_MS) take(snapshot.unit);
  const all = new Map([...active].map((event) => [event.alertId, event]));
  const waiting = [...all.values()].filter(({ snapshot }) => snapshot.channel === 'worklist').map((event) => ({ event, row: rowOf(event, all) }));
  const folded = waiting.filter(({ event, row }) => row !== event.alertId);
  const [today, deferred]: [AlertEvent[], AlertEvent[]] = [[], []];
  for (const event of waiting.flatMap(({ event: one, row }) => (row === one.alertId ? [one] : [])).sort(byWeight)) {
    const hasRoom = take(event.snapshot.unit) >= 0;
    (hasRoom || RANK[event.snapshot.priority] <= RANK.medium ? today : deferred).push(event);
  }
  return { today, deferred, folded };
}

/** The alert in whose row it is shown: the last one that is active, cause by cause. */
function rowOf(event: AlertEvent, active: ReadonlyMap<string, AlertEvent>): string {
  const passed = new Set<string>();
  for (let at = event; ; ) {
    passed.add(at.alertId);
    const cause = active.get(at.snapshot.explainedBy ?? '');
    if (cause === undefined || cause.snapshot.channel === 'shadow') return at.alertId;
    if (passed.has(cause.alertId)) return event.alertId;
    at = cause;
  }
}

function byWeight({ alertId: idA, snapshot: a }: AlertEvent, { alertId: idB, snapshot: b }: AlertEvent): number {
  const over = ({ probability, threshold }: AlertEvent['snapshot']) => (probability - threshold) / Math.max(1 - threshold, 1e-6);
  return RANK[a.priority] - RANK[b.priority] || Number(isUnproven(a)) - Number(isUnproven(b)) || over(b) - over(a) || a.onsetMs - b.onsetMs || (idA < idB ? -1 : 1);
}
