import { Observable, type SchedulerLike } from 'rxjs';

/** Longest stretch of work between two turns of the event loop, in ms. */
const TURN_MS = 15;

/**
 * The time of the event loop, shared by all partitions of an engine: one at a time works, for a turn, and the network has its own between two.
 * A turn for each partition would add up, and an answer of the encoder takes as many rounds of the loop as its windows of flow control.
 */
export class Turns {
  private endMs: number;
  private isAsked = false;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly scheduler: SchedulerLike) {
    this.endMs = scheduler.now() + TURN_MS;
  }

  get isOver(): boolean {
    return this.scheduler.now() > this.endMs;
  }

  /** Completes when the subscriber's turn begins: in their order, one in each round of the loop. */
  next(): Observable<never> {
    return new Observable((subscriber) => {
      const begin = (): void => subscriber.complete();
      this.waiting.add(begin);
      this.ask();
      return () => void this.waiting.delete(begin);
    });
  }

  private ask(): void {
    if (this.isAsked || this.waiting.size === 0) return;
    this.isAsked = true;
    this.scheduler.schedule(() => {
      this.isAsked = false;
      const [begin] = this.waiting;
      if (begin === undefined) return;
      this.waiting.delete(begin);
      this.endMs = this.scheduler.now() + TURN_MS;
      begin();
      this.ask();
    });
  }
}
