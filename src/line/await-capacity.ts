import { first, fromEventPattern, Observable, startWith, type Subscription, tap } from 'rxjs';
import type { Credits } from './credits.js';
import type { Turns } from './turns.js';

/**
 * Makes a stream of inputs that come one at a time, each when there are credits for what it may produce. Without any, the oldest
 * segment that waits for the encoder gives way (`shedOldest`; undefined: none may, and reading waits). Other work gets its turns between.
 * The next input is asked for when the one before has passed: a generator sees what that one did. A loop and no `concatMap`, which
 * would nest as deep as there are inputs waiting.
 */
export function awaitCapacity<T>(credits: Credits, shedOldest: (() => void) | undefined, turns: Turns): (inputs: Iterable<T>) => Observable<T> {
  const wait = (): Observable<unknown> | undefined => {
    if (credits.spent) return capacity(credits, shedOldest);
    return turns.isOver ? turns.next() : undefined;
  };
  return (inputs) =>
    new Observable((subscriber) => {
      const iterator = inputs[Symbol.iterator]();
      let waiting: Subscription | undefined;
      const passAll = (): void => {
        while (!subscriber.closed) {
          const waited = wait();
          if (waited !== undefined) {
            waiting = waited.subscribe({ complete: pass, error: (error) => subscriber.error(error) });
            return;
          }
          const { value, done } = iterator.next();
          if (done) return subscriber.complete();
          subscriber.next(value);
        }
      };
      const pass = (): void => {
        try {
          passAll();
        } catch (error) {
          subscriber.error(error);
        }
      };
      pass();
      return () => waiting?.unsubscribe();
    });
}

function capacity(credits: Credits, shedOldest: (() => void) | undefined): Observable<unknown> {
  return fromEventPattern(
    (listener) => credits.onGiven(() => listener()),
    (_, stop: () => void) => stop(),
  ).pipe(
    startWith(undefined),
    tap(() => credits.spent && shedOldest?.()),
    first(() => !credits.spent),
  );
}
