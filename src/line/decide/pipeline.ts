import { connect, from, interval, lastValueFrom, map, merge, mergeMap, takeUntil, tap } from 'rxjs';
import type { LogRecord, PartitionAssignment } from '../../ports/index.js';
import { awaitCapacity } from '../await-capacity.js';
import { clockScheduler } from '../clock-scheduler.js';
import type { Output } from '../collect.js';
import { commit } from '../commit.js';
import { Credits } from '../credits.js';
import { type DecideDeps, onUnreadableState } from '../deps.js';
import { readOnDemand } from '../read-on-demand.js';
import { aborted } from '../signals.js';
import { DecideCommitter } from './committer.js';
import { decide as decideRecords } from './decide.js';
import { readEvidence } from './evidence.js';
import { SubjectStore } from './state-store.js';
import type { DecideUpdate } from './update.js';

/** Records that are read and not committed, at most. */
const RECORDS_MAX = 1000;
/** The committer is asked this often whether a heartbeat is due. */
const TICK_MS = 1000;

/**
 * The decide step of one partition: how an outcome or a command becomes alert events, by subject. Alerts are published at
 * once; the samples that decided follow as they are read. Resolves once the assignment has drained or is lost.
 */
export async function decide(assignment: PartitionAssignment, deps: DecideDeps): Promise<void> {
  const scheduler = clockScheduler(deps.clock);
  const draining$ = aborted(assignment.draining);
  const lost$ = aborted(assignment.lost);
  const store = new SubjectStore(assignment, deps.policy, onUnreadableState(deps, assignment.partition));
  const credits = new Credits({ segments: RECORDS_MAX, bytes: Infinity });
  const admit = awaitCapacity<LogRecord>(credits, undefined, deps.turns);
  const committer = new DecideCommitter(assignment, store, credits, deps);
  // Most outcomes decide nothing that anybody waits for: their states are written when time has passed.
  const mayWait = ({ records }: DecideUpdate): boolean => records.length === 0 && credits.inUse < RECORDS_MAX / 2;

  const decided$ = readOnDemand(assignment, ({ records, skipped }) => {
    // Nobody can decide what nobody can read: it is counted, and alarmed by its counter.
    if (skipped !== undefined) deps.meters.skipped.add(Math.max(0, skipped.to - skipped.from), { topic: skipped.topic, reason: skipped.reason });
    return admit(records);
  }).pipe(
    takeUntil(draining$),
    tap(() => deps.failpoint('decide:read')),
    tap(() => credits.take({ segments: 1, bytes: 0 })),
    decideRecords(store, assignment.partition, deps),
  );
  const updates$ = decided$.pipe(
    connect((shared$) => {
      const owed$ = merge(from(store.owed), shared$.pipe(mergeMap(({ owed }) => owed)));
      const evidence$ = owed$.pipe(readEvidence(assignment.partition, deps, scheduler), takeUntil(draining$));
      return merge<DecideUpdate[]>(shared$, evidence$);
    }),
    map((update): Output<DecideUpdate> => ({ type: 'update', update })),
  );
  const ticks$ = interval(TICK_MS, scheduler).pipe(
    takeUntil(draining$),
    map((): Output<DecideUpdate> => ({ type: 'records', records: [] })),
  );
  const published$ = merge<Output<DecideUpdate>[]>(updates$, ticks$).pipe(commit(committer, mayWait), takeUntil(lost$));
  deps.failpoint('decide:taken');
  assignment.open(store.position);
  await lastValueFrom(published$, { defaultValue: undefined });
}
