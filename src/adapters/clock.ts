import type { Clock } from '../ports/index.js';

/** The machine's own clock: wall time from `Date`, ages from the monotonic counter. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
