/** Health over an embedded log in simulated time, with engines that write their positions, and a monitor whose wall clock is whatever it is. */
import { embeddedLog } from '../../src/adapters/embedded/index.js';
import { Health, type HealthDeps, type Trouble } from '../../src/monitor/health.js';
import { LogClock } from '../../src/monitor/log-clock.js';
import { Progress } from '../../src/monitor/progress.js';
import { checkpointKey, type Clock, type Log, type NewRecord, POSITION_SUBJECT, type StepName, type Topic, TOPICS } from '../../src/ports/index.js';
import { encodeCheckpoint } from '../../src/wire/index.js';
import { countingMeter } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { SimulatedClock } from '../simulation/clock.js';

export const BEAT_MS = 3000;

/** The record by which a step's engine says how far it is. */
export const positionRecord = (step: StepName, partition: number, state: object): NewRecord => ({ topic: TOPICS.checkpoints, partition, key: checkpointKey(step, partition, POSITION_SUBJECT), value: encodeCheckpoint(state) });
export const scoreState = (next: number, more: object = {}) => ({ next, lowWater: next, timeMs: 0, silent: [], ...more });
export const decideState = (outcomes: number, commands = 0) => ({ [TOPICS.outcomes]: outcomes, [TOPICS.commands]: commands });

export async function openScene({ partitions = 2, skewMs = 0, before = [] as readonly NewRecord[], agedMs = 0, wrap = (log: Log): Log => log } = {}) {
  const time = new SimulatedClock();
  const log = await embeddedLog(new MemoryDisk(), time, { partitions });
  await log.append(before);
  await time.run(agedMs);
  const skew = { ms: skewMs };
  const clock: Clock = { nowMs: () => time.nowMs() + skew.ms, monotonicMs: () => time.monotonicMs(), after: (ms, run) => time.after(ms, run) };
  const meter = countingMeter();
  const logClock = new LogClock(clock);
  const seen = wrap(log);
  const { progress, follower } = await Progress.start({ log: seen, clock, logClock, onStopped: () => {} });
  const troubles: Trouble[] = [];
  const deps: HealthDeps = { progress, logClock, clock, meter, lookouts: [() => troubles] };
  const health = new Health(deps);
  /** What each partition's engine writes at its next beat. */
  const states = new Map<string, object>();
  const dead = new Set<string>();
  for (let partition = 0; partition < partitions; partition++) {
    states.set(`score/${partition}`, scoreState(0));
    states.set(`decide/${partition}`, decideState(0));
  }
  const beat = (): void => {
    const records = [...states].filter(([key]) => !dead.has(key)).map(([key, state]) => positionRecord(key.split('/')[0] as StepName, Number(key.split('/')[1]), state));
    void log.append(records);
    time.after(BEAT_MS, beat);
  };
  return {
    ...{ time, log, meter, health, logClock, progress, skew, states, dead, troubles },
    /** Engines of all partitions begin to write. */
    live: () => void time.after(0, beat),
    run: (ms: number) => time.run(time.monotonicMs() + ms),
    /** Runs until the alarms are as `is` says; resolves with how long that took, ms. */
    async until(is: (alarms: readonly string[]) => boolean, maxMs: number): Promise<number> {
      const startMs = time.monotonicMs();
      while (!is(health.alarms.map(({ alarm }) => alarm))) {
        if (time.monotonicMs() - startMs >= maxMs) return Infinity;
        await time.run(time.monotonicMs() + 100);
      }
      return time.monotonicMs() - startMs;
    },
    alarms: () => health.alarms.map(({ alarm }) => alarm),
    about: (alarm: string) => health.alarms.find((one) => one.alarm === alarm)?.about,
    append: (topic: Topic, partition: number, count = 1) => log.append(Array.from({ length: count }, () => ({ topic, partition, key: 'bed', value: Uint8Array.of(1) }))),
    async close() {
      health.close();
      await follower.close();
      await log.close();
    },
  };
}
