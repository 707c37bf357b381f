import { concat, concatMap, defer, EMPTY, from, map, type MonoTypeOperatorFunction, type Observable, of } from 'rxjs';
import type { LogRecord, RecordBatch, SkippedRange } from '../../ports/index.js';

/** One input of the score step. */
export type Input =
  /** A device that falls idle by the time of this record, which comes right after. */
  | { readonly type: 'idle'; readonly device: string; readonly record: LogRecord }
  | { readonly type: 'record'; readonly record: LogRecord }
  /** Records that will never come. */
  | { readonly type: 'skipped'; readonly skipped: SkippedRange };

/**
 * The inputs in a batch, one at a time, each as `admit` lets it through. `idledBy` names the devices that fall idle by a
 * record's time, when that record's turn comes: the one before it is done with by then.
 */
export function inputsOf({ records, skipped }: RecordBatch, idledBy: (record: LogRecord) => readonly string[], admit: MonoTypeOperatorFunction<Input>): Observable<Input> {
  const skipped$ = skipped === undefined ? EMPTY : of<Input>({ type: 'skipped', skipped });
  const records$ = from(records).pipe(
    concatMap((record) => {
      const idle$ = defer(() => idledBy(record)).pipe(map((device): Input => ({ type: 'idle', device, record })));
      return concat(idle$, of<Input>({ type: 'record', record })).pipe(admit);
    }),
  );
  return concat(skipped$.pipe(admit), records$);
}
