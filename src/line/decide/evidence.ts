import { catchError, concatMap, defer, from, map, mergeMap, type Observable, of, type OperatorFunction, retry, type SchedulerLike, timeout, timer } from 'rxjs';
import type { Focus } from '../../ecg/index.js';
import { type LogRecord, TOPICS } from '../../ports/index.js';
import { evidenceParts, fitsEvidence } from '../../wire/index.js';
import type { DecideDeps } from '../deps.js';
import type { Evidenced, OwedEvidence } from './update.js';

/** Between attempts to read the signal, ms: the first, and at most. */
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 30_000;
/** One attempt at reading, and at asking where a model looked, ms. */
const READ_MAX_MS = 15_000;
const FOCUS_MAX_MS = 5_000;

/**
 * Reads the samples of each segment that decided again from the signal, until it succeeds or they have expired. An alert never
 * waits for its evidence; what is not written yet is owed, over restarts. One after the other: readers take the last segment for the one that decided.
 */
export function readEvidence(partition: number, deps: DecideDeps, scheduler: SchedulerLike): OperatorFunction<OwedEvidence, Evidenced> {
  return concatMap((owed) => evidenceOf(owed, partition, deps, scheduler));
}

function evidenceOf(owed: OwedEvidence, partition: number, deps: DecideDeps, scheduler: SchedulerLike): Observable<Evidenced> {
  return chunksOf(owed, deps, scheduler).pipe(
    mergeMap((chunks) => {
      const values = chunks.flatMap(({ value }) => value ?? []);
      const kept = values.filter(fitsEvidence);
      const missing = missingOf(owed.source.offsets.length, values.length, kept.length);
      return focusOf(owed, kept, missing, deps, scheduler).pipe(map((focus) => evidenced(owed, partition, kept, missing, focus)));
    }),
  );
}

/** As messages: one, or several parts; at least one, so that what is missing is said too. */
export function evidenced(owed: OwedEvidence, partition: number, chunks: readonly Uint8Array[], missing: string, focus: readonly Focus[]): Evidenced {
  const { alertId, segment, key } = owed;
  const records = evidenceParts({ alertId, segment, chunks, missing, focus }).map((value) => ({ topic: TOPICS.evidence, partition, key, value }));
  return { type: 'evidence', owed, records, bytes: records.reduce((sum, { value }) => sum + value.length, 0) };
}

function chunksOf({ source }: OwedEvidence, { log, meters }: DecideDeps, scheduler: SchedulerLike): Observable<readonly LogRecord[]> {
  return defer(() => from(log.read(TOPICS.signal, source.partition, source.offsets))).pipe(
    timeout({ each: READ_MAX_MS, scheduler }),
    retry({
      delay: (_, attempt) => {
        meters.evidenceRetries.add(1);
        return timer(Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (attempt - 1)), scheduler);
      },
    }),
  );
}

/** Where a model looked is of use, and not needed: what nobody says in time is left out. */
function focusOf({ finding, isRule, segment }: OwedEvidence, chunks: readonly Uint8Array[], missing: string, { focus }: DecideDeps, scheduler: SchedulerLike): Observable<readonly Focus[]> {
  if (isRule || missing !== '' || focus === undefined) return of([]);
  return defer(() => from(focus({ segment, chunks, missing }, finding))).pipe(
    timeout({ each: FOCUS_MAX_MS, scheduler }),
    catchError(() => of([])),
  );
}

function missingOf(wanted: number, there: number, kept: number): string {
  const expired = there < wanted ? `${wanted - there} of ${wanted} chunks have expired or are damaged` : '';
  const large = kept < there ? `${there - kept} of ${wanted} chunks are too large to be kept` : '';
  return [expired, large].filter((text) => text !== '').join('; ');
}
