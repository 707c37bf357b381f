import { concat, defer, EMPTY, exhaustMap, filter, of, type OperatorFunction, repeat, tap } from 'rxjs';
import { type NewRecord, RefusedError } from '../ports/index.js';
import { type Output, type OutputBatch, OutputCollector, type Publishable } from './collect.js';

/** Values in one transaction, bytes: what is more goes into the next one. */
const TRANSACTION_MAX_BYTES = 4 * 2 ** 20;

/** Writes one step's outputs, one transaction at a time. */
export interface Committer<U extends Publishable> {
  /** One batch; empty: time has passed. */
  commit(batch: OutputBatch<U>): Promise<void>;
  /** The assignment ends in order. */
  commitLast(): Promise<void>;
}

/**
 * Publishes what comes, one transaction after the other: what is ready while one is under way goes into the next. An update that may
 * wait goes with the next output that may not, and at the latest with the last: a transaction costs the same for one as for many.
 */
export function commit<U extends Publishable>(committer: Committer<U>, mayWait: (update: U) => boolean = () => false): OperatorFunction<Output<U>, void> {
  return (outputs$) => {
    const collector = new OutputCollector<U>();
    let isDue = false;
    const collect = (output: Output<U>): void => {
      collector.add(output);
      isDue ||= output.type === 'records' || !mayWait(output.update);
    };
    const take = (): OutputBatch<U> => {
      const batch = collector.take(TRANSACTION_MAX_BYTES);
      isDue = !collector.isEmpty;
      return batch;
    };
    // In a turn of its own, after all that is ready now.
    const next$ = defer(() => Promise.resolve().then(() => committer.commit(take())));
    const all$ = next$.pipe(repeat({ delay: () => (isDue ? of(undefined) : EMPTY) }));
    const published$ = outputs$.pipe(
      tap(collect),
      filter(() => isDue),
      exhaustMap(() => all$),
    );
    const rest$ = defer(() => (collector.isEmpty ? EMPTY : all$));
    return concat(published$, rest$, defer(() => committer.commitLast()));
  };
}

/**
 * Writes a batch. What the log refuses for what it is it would refuse again: found by halves, that update alone is written as
 * `refused` makes it, and neither the others nor the records beside them share its fate.
 */
export async function writeBisecting<U extends Publishable>(batch: OutputBatch<U>, write: (batch: OutputBatch<U>) => Promise<void>, refused: (update: U, error: RefusedError) => U): Promise<void> {
  const { updates, records } = batch;
  try {
    await write(batch);
  } catch (error) {
    if (!(error instanceof RefusedError) || updates.length === 0) throw error;
    if (records.length > 0) await write({ updates: [], records });
    if (updates.length === 1) return write(only(refused(updates[0], error)));
    const half = updates.length >> 1;
    await writeBisecting({ updates: updates.slice(0, half), records: NONE }, write, refused);
    await writeBisecting({ updates: updates.slice(half), records: NONE }, write, refused);
  }
}

const NONE: readonly NewRecord[] = [];
const only = <U extends Publishable>(update: U): OutputBatch<U> => ({ updates: [update], records: NONE });
