import type { AlertEvent, Priority } from '../ecg/index.js';
import { isUnproven } from '../ecg/index.js';

/** What a reader finds today in one unit, and how much of low priority waits for another day. */
export interface Worklist {
  readonly today: readonly AlertEvent[];
  readonly deferred: readonly AlertEvent[];
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
  const [today, deferred]: [AlertEvent[], AlertEvent[]] = [[], []];
  for (const event of [...active].filter(({ snapshot }) => snapshot.channel === 'worklist').sort(byWeight)) {
    const hasRoom = take(event.snapshot.unit) >= 0;
    (hasRoom || RANK[event.snapshot.priority] <= RANK.medium ? today : deferred).push(event);
  }
  return { today, deferred };
}

function byWeight({ alertId: idA, snapshot: a }: AlertEvent, { alertId: idB, snapshot: b }: AlertEvent): number {
  const over = ({ probability, threshold }: AlertEvent['snapshot']) => (probability - threshold) / Math.max(1 - threshold, 1e-6);
  return RANK[a.priority] - RANK[b.priority] || Number(isUnproven(a)) - Number(isUnproven(b)) || over(b) - over(a) || a.onsetMs - b.onsetMs || (idA < idB ? -1 : 1);
}
