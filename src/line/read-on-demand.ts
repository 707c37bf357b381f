import { concatMap, defer, NEVER, type Observable, repeat } from 'rxjs';
import type { PartitionAssignment, RecordBatch } from '../ports/index.js';

/**
 * What the batches of an assignment hold, as `inputsOf` lets it through. Driven by demand: the next batch is read once
 * the one before has passed. Everything behind it that is synchronous is done with one input before the next.
 */
export function readOnDemand<Input>(assignment: PartitionAssignment, inputsOf: (batch: RecordBatch) => Observable<Input>): Observable<Input> {
  return defer(() => assignment.read()).pipe(
    // Nothing more will come: the assignment is draining or lost, and the listener is about to end this.
    concatMap((batch) => (batch === undefined ? NEVER : inputsOf(batch))),
    repeat(),
  );
}
