import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../ports/index.js';

/** RxJS time over the engine's clock port. */
export function clockScheduler(clock: Clock): SchedulerLike {
  return {
    now: () => clock.monotonicMs(),
    schedule: <State>(work: Work<State>, delay = 0, state?: State) => new ClockAction(clock, work).schedule(state, delay),
  };
}

type Work<State> = (this: SchedulerAction<State>, state?: State) => void;

class ClockAction<State> extends Subscription implements SchedulerAction<State> {
  constructor(
    private readonly clock: Clock,
    private readonly work: Work<State>,
  ) {
    super();
  }

  schedule(state?: State, delay = 0): Subscription {
    const cancel = this.clock.after(delay, () => {
      this.remove(cancelled);
      this.work.call(this, state);
    });
    const cancelled = new Subscription(cancel);
    this.add(cancelled);
    return this;
  }
}
