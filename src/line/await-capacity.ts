import { concatMap, defer, first, fromEventPattern, map, type MonoTypeOperatorFunction, type Observable, of, type SchedulerLike, startWith, tap, timer } from 'rxjs';
import type { Credits } from './credits.js';

/** Longest stretch of work between two turns of the event loop, in ms. */
const TURN_MS = 15;

/**
 * Lets one input at a time through, when there are credits for what it may produce. Without any, the oldest segment that
 * waits for the encoder gives way (`shedOldest`; undefined: none may, and reading waits). Other work gets its turns between.
 */
export function awaitCapacity<T>(credits: Credits, shedOldest: (() => void) | undefined, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> {
  let turnMs = scheduler.now();
  const turn$ = defer(() => timer(0, scheduler)).pipe(tap(() => (turnMs = scheduler.now())));
  return concatMap((input) => {
    if (credits.spent) return capacity(credits, shedOldest).pipe(map(() => input));
    if (scheduler.now() - turnMs > TURN_MS) return turn$.pipe(map(() => input));
    return of(input);
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
