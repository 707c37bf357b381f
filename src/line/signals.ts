import { defer, EMPTY, fromEvent, map, merge, type Observable, of, take } from 'rxjs';

/** Emits once, when the signal is aborted; at once where it is already. */
export function aborted(signal: AbortSignal): Observable<void> {
  const now$ = defer(() => (signal.aborted ? of(undefined) : EMPTY));
  return merge(now$, fromEvent(signal, 'abort')).pipe(
    take(1),
    map(() => undefined),
  );
}
