import type { LogRecord, RecordBatch, SkippedRange } from '../../ports/index.js';

/** One input of the score step. */
export type Input =
  /** A device that falls idle by the time of this record, which comes right after. */
  | { readonly type: 'idle'; readonly device: string; readonly record: LogRecord }
  | { readonly type: 'record'; readonly record: LogRecord }
  /** Records that will never come. */
  | { readonly type: 'skipped'; readonly skipped: SkippedRange };

/** The inputs in a batch. `idledBy` names the devices that fall idle by a record's time, when that record's turn comes: the one before it is done with by then. */
export function* inputsOf({ records, skipped }: RecordBatch, idledBy: (record: LogRecord) => readonly string[]): Generator<Input> {
  if (skipped !== undefined) yield { type: 'skipped', skipped };
  for (const record of records) {
    for (const device of idledBy(record)) yield { type: 'idle', device, record };
    yield { type: 'record', record };
  }
}
