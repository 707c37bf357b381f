import type { Clock } from '../ports/index.js';

/** The machine's own clock: wall time from `Date`, ages from the monotonic counter. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, callback) {
      // A timer of 0 takes a whole millisecond; a caller that only yields its turn does not want that.
      if (delayMs <= 0) {
        const turn = setImmediate(callback);
        return () => clearImmediate(turn);
      }
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
