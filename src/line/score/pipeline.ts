import { delay, EMPTY, finalize, interval, lastValueFrom, map, merge, of, takeUntil, tap } from 'rxjs';
import type { LogRecord, PartitionAssignment } from '../../ports/index.js';
import { TOPICS } from '../../ports/index.js';
import { AbsenceWatch } from '../absence.js';
import { awaitCapacity } from '../await-capacity.js';
import { clockScheduler } from '../clock-scheduler.js';
import type { Output } from '../collect.js';
import { commit } from '../commit.js';
import { onUnreadableState, type ScoreDeps } from '../deps.js';
import { readOnDemand } from '../read-on-demand.js';
import { aborted } from '../signals.js';
import { assemble } from './assemble.js';
import { associate } from './associate.js';
import { Backlog } from './backlog.js';
import { type Ready, ScoreCommitter } from './committer.js';
import { condition } from './condition.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { grade } from './grade.js';
import { updateGauges } from './gauges.js';
import { type Input, inputsOf } from './input.js';
import { Isolation } from './isolation.js';
import { lostContexts } from './lost-context.js';
import { orderedByDevice } from './ordered-by-device.js';
import { restore } from './restore.js';
import { StateStore } from './state-store.js';
import { strays } from './strays.js';

/** Silence is looked for, and gauges are updated, this often. */
const TICK_MS = 1000;
/** A drain waits this long for scores that are on their way; what is left is read again by the next owner. */
const DRAIN_MS = 5000;

/**
 * The score step of one partition: how a chunk becomes an outcome. What one input does to a device is one update; it is published
 * in one transaction with the device's state right after it. Resolves once the assignment has drained or is lost; rejects where
 * something failed that may work another time. What would fail again is isolated on its way (`Isolation`).
 */
export async function score(assignment: PartitionAssignment, deps: ScoreDeps): Promise<void> {
  const { associations, clock, credits, encoders, failpoint, turns } = deps;
  const scheduler = clockScheduler(clock);
  const draining$ = aborted(assignment.draining);
  const lost$ = aborted(assignment.lost);
  const store = new StateStore(assignment, deps.assemble, deps.partitions, onUnreadableState(deps, assignment.partition));
  const backlog = new Backlog(credits);
  const absence = new AbsenceWatch(store.watched((device) => backlog.isSettled(device)), associations, clock, deps.silentAfterMs);
  const isolation = new Isolation(assignment.partition, absence, deps);
  const committer = new ScoreCommitter(assignment, store, backlog, isolation, deps);
  const passed = (record: LogRecord): readonly string[] => {
    backlog.pass();
    return store.pass(record);
  };
  const admit = awaitCapacity<Input>(credits, deps.mayShed ? () => encoders.shedOldest() : undefined, turns);

  const segments$ = readOnDemand(assignment, (batch) => {
    backlog.arrive(batch.records);
    return admit(inputsOf(batch, passed));
  }).pipe(
    takeUntil(draining$),
    tap(() => failpoint('score:read')),
    decode(deps.partitions),
    restore(store),
    assemble(store, backlog, absence, isolation, deps),
    associate(associations, absence),
  );
  const updates$ = segments$.pipe(
    grade(store.beats, isolation),
    condition(encoders, backlog, isolation),
    encode(encoders, isolation, assignment.partition, () => failpoint('score:scored')),
    orderedByDevice(),
    takeUntil(draining$.pipe(delay(DRAIN_MS, scheduler))),
    map((update): Output<Ready> => ({ type: 'update', update: committer.ready(update) })),
  );
  const ticks$ = interval(TICK_MS, scheduler).pipe(
    takeUntil(draining$),
    tap(() => updateGauges(assignment.partition, store, backlog, absence, deps)),
    map((): Output<Ready> => ({ type: 'records', records: [...absence.look(), ...lostContexts(associations, assignment.partition, store, clock.nowMs())] })),
  );
  const taken = strays(associations, store, clock.nowMs());
  const taken$ = taken.length === 0 ? EMPTY : of<Output<Ready>>({ type: 'records', records: taken });
  const published$ = merge<Output<Ready>[]>(taken$, updates$, ticks$).pipe(
    commit(committer),
    takeUntil(lost$),
    finalize(() => backlog.abandon()),
  );
  failpoint('score:taken');
  assignment.open({ [TOPICS.signal]: store.from });
  await lastValueFrom(published$, { defaultValue: undefined });
}
