import type { Clock } from '../ports/index.js';

/** Waits for the work, but no longer than the bound. False: it is not done yet. A rejection is passed on. */
export function within(clock: Clock, boundMs: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(boundMs, () => resolve(false));
    work.then(
      () => {
        cancel();
        resolve(true);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
