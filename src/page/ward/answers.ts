/** Answers to alerts. Each is held for ten seconds, in which it can be taken back; then it goes out. */
import type { AlertView } from '../../monitor/index.js';
import { post } from '../link/connection.js';
import { isOver, nameOf, reasonOf, say } from '../words/index.js';

/** `reason`: of a dismissal. */
export type Answer = { readonly kind: 'acknowledge' } | { readonly kind: 'dismiss'; readonly reason: string };

/** Of one alert. `refused`: nothing was kept, and it may be answered again. */
export type Answered =
  | { readonly type: 'held'; readonly answer: Answer; readonly dueMs: number }
  | { readonly type: 'sent'; readonly sequence: number; readonly sentMs: number }
  | { readonly type: 'refused'; readonly why: string };

export const HELD_MS = 10_000;
/** An answer that is kept in the log, and of which the engine says nothing for so long, may be given again. */
const UNANSWERED_MS = 15_000;
const LOOK_EVERY_MS = 250;

/** In words. */
export const answerText = (answer: Answer): string => (answer.kind === 'acknowledge' ? say.acknowledged : say.dismissed(reasonOf(answer.reason)));

export class Answers {
  private readonly given = new Map<string, Answered>();
  private readonly alerts = new Map<string, AlertView>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly onChange: () => void,
    private readonly announce: (text: string) => void,
  ) {
    // Who closes the page has answered.
    addEventListener('pagehide', () => void this.sendAll());
  }

  of(alertId: string): Answered | undefined {
    return this.given.get(alertId);
  }

  /** Nothing can be answered while an answer is held, or on its way. */
  isOpen(alert: AlertView): boolean {
    const given = this.given.get(alert.alertId);
    return !isOver(alert) && (given === undefined || given.type === 'refused');
  }

  hold(alert: AlertView, answer: Answer): void {
    if (!this.isOpen(alert)) return;
    this.alerts.set(alert.alertId, alert);
    // The last one is the first to be taken back.
    this.given.delete(alert.alertId);
    this.given.set(alert.alertId, { type: 'held', answer, dueMs: Date.now() + HELD_MS });
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
    this.announce(say.goesOutSoon(answerText(answer), nameOf(alert.finding), alert.bed, HELD_MS / 1000));
    this.onChange();
  }

  /** The answer that is held, by default the one that was given last. Undefined: none is. */
  undo(alertId = [...this.given].findLast(([, { type }]) => type === 'held')?.[0]): string | undefined {
    if (alertId === undefined || this.given.get(alertId)?.type !== 'held') return undefined;
    this.given.delete(alertId);
    this.announce(say.takenBack);
    this.onChange();
    return alertId;
  }

  /** An event of it has come. */
  heard(alert: AlertView): void {
    const given = this.given.get(alert.alertId);
    if (given === undefined) return;
    if (given.type === 'held' && isOver(alert)) this.settle(alert.alertId, say.overMeanwhile);
    if (given.type === 'sent' && alert.sequence > given.sequence) this.given.delete(alert.alertId);
    this.alerts.set(alert.alertId, alert);
  }

  /** What is held has nobody any more in whose name it could go out. */
  forget(): void {
    this.given.clear();
    this.alerts.clear();
  }

  async sendAll(): Promise<void> {
    await Promise.all([...this.given].map(async ([alertId, given]) => given.type === 'held' && this.send(alertId, given.answer)));
  }

  private look(): void {
    const nowMs = Date.now();
    for (const [alertId, given] of this.given) {
      if (given.type === 'held' && given.dueMs <= nowMs) void this.send(alertId, given.answer);
      if (given.type === 'sent' && nowMs - given.sentMs > UNANSWERED_MS) this.settle(alertId, say.notAnswered);
    }
    if ([...this.given.values()].some(({ type }) => type !== 'refused')) return this.onChange();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async send(alertId: string, answer: Answer): Promise<void> {
    this.given.set(alertId, { type: 'sent', sequence: this.alerts.get(alertId)!.sequence, sentMs: Date.now() });
    this.announce(say.sent);
    this.onChange();
    const why = await post(`/${answer.kind}`, answer.kind === 'dismiss' ? { alertId, reason: answer.reason } : { alertId });
    if (why !== undefined) this.settle(alertId, why);
  }

  private settle(alertId: string, why: string): void {
    this.given.set(alertId, { type: 'refused', why });
    this.announce(why);
    this.onChange();
  }
}
