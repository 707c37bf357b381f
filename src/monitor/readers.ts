import { may, type Principal, worklistAt } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import { alertView } from './sse.js';

const DAY_MS = 86_400_000;

export type WorklistView = ReturnType<Readers['worklist']>;

/** Readers' worklists: what waits, and how much of the day's room is used. */
export class Readers {
  private answered: AlertEvent[] = [];

  constructor(
    private readonly active: () => Iterable<AlertEvent>,
    private readonly perReaderDay: number,
    private readonly clock: Clock,
  ) {}

  take(event: AlertEvent): void {
    if (event.snapshot.channel !== 'worklist' || (event.state !== 'resolved' && event.state !== 'dismissed')) return;
    const sinceMs = this.clock.nowMs() - DAY_MS;
    if (event.atMs >= sinceMs) this.answered = [...this.answered.filter(({ atMs }) => atMs >= sinceMs), event];
  }

  worklist(principal: Principal) {
    const isMine = ({ snapshot }: AlertEvent) => may(principal, 'read', snapshot.unit);
    const { today, deferred, folded } = worklistAt([...this.active()].filter(isMine), this.answered.filter(isMine), this.perReaderDay, this.clock.nowMs());
    return { today: today.map(alertView), deferred: deferred.map(alertView), folded: folded.map(({ event, row }) => ({ ...alertView(event), row })), perReaderDay: this.perReaderDay };
  }
}
