/**
 * No alarm on a ward that is well: real engines over an embedded log in simulated time, beds that come and go, and then an empty ward
 * for a night. And an engine that stands still is an alarm within 15 s. 100 and 1,000 beds: `LONG=1 npx vitest run --project unit test/monitor/behind.test.ts`.
 * Invariants: I36
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { embeddedLog } from '../../src/adapters/embedded/index.js';
import { parseCatalogue } from '../../src/contract/index.js';
import { POLICY_DEFAULTS } from '../../src/decide/index.js';
import { ENGINE_DEFAULTS, startEngine } from '../../src/engine/index.js';
import { Health } from '../../src/monitor/health.js';
import { LogClock } from '../../src/monitor/log-clock.js';
import { Progress } from '../../src/monitor/progress.js';
import { type Log, type PartitionAssignment, TOPICS } from '../../src/ports/index.js';
import { encodeChunk } from '../../src/wire/index.js';
import { countingMeter } from '../encoder/support.js';
import { SimulatedClock } from '../simulation/clock.js';
import { SimulatedDisk, SimulatedPlatter } from '../simulation/disk.js';
import { CONTRACT, HashEncoder } from '../simulation/encoder.js';
import { Dice } from '../simulation/random.js';

const parsed = parseCatalogue(JSON.parse(readFileSync('models/catalogue.json', 'utf8')));
if (!parsed.ok) throw new Error('models/catalogue.json cannot be read');
const CATALOGUE = parsed.value;
const RATE_HZ = 100;
const CHUNK_S = 5;
const MINUTE_MS = 60_000;
const NIGHT_MS = (process.env.LONG === undefined ? 1 : 8) * 60 * MINUTE_MS;
const BEDS = process.env.LONG === undefined ? [10] : [10, 100, 1000];

/** Passes everything on, until the engine is to stand still: then nothing it asks for comes. */
function stalling(log: Log): { readonly log: Log; stall(): void } {
  let isStalled = false;
  const never = new Promise<never>(() => {});
  const still = <T>(given: Promise<T>): Promise<T> => (isStalled ? never : given);
  const handed = (assignment: PartitionAssignment): PartitionAssignment => {
    const { step, partition, checkpoints, draining, lost } = assignment;
    return { step, partition, checkpoints, draining, lost, open: (from) => assignment.open(from), read: () => still(assignment.read()), commit: (transaction) => (isStalled ? never : assignment.commit(transaction)) };
  };
  return {
    log: {
      identity: () => log.identity(),
      partitionCount: (topic) => log.partitionCount(topic),
      append: (records) => (isStalled ? never : log.append(records)),
      follow: (topic, onRecords, options) => log.follow(topic, onRecords, options),
      read: (topic, partition, offsets) => log.read(topic, partition, offsets),
      scan: (topic, partition, from) => log.scan(topic, partition, from),
      close: () => log.close(),
      join: (owner) => log.join({ ...owner, run: (assignment) => owner.run(handed(assignment)) }),
    },
    stall: () => void (isStalled = true),
  };
}

async function openWard(seed: number) {
  const clock = new SimulatedClock();
  const dice = new Dice(seed);
  /** Lets time pass until a promise is kept. */
  const step = async <T>(promise: Promise<T>): Promise<T> => {
    let isDone = false;
    void promise.finally(() => (isDone = true)).catch(() => {});
    await clock.run(clock.monotonicMs() + MINUTE_MS, () => isDone);
    return promise;
  };
  const log = await step(embeddedLog(new SimulatedDisk(new SimulatedPlatter(), clock, dice), clock, { partitions: 4 }));
  const engines = stalling(log);
  const settings = { ...ENGINE_DEFAULTS, policy: POLICY_DEFAULTS };
  const engine = await step(startEngine({ log: engines.log, models: [{ encoder: new HashEncoder(clock, dice), contract: CONTRACT }], catalogue: CATALOGUE, clock, meter: countingMeter(), settings }));
  const logClock = new LogClock(clock);
  const { progress, follower } = await step(Progress.start({ log, clock, logClock, onStopped: () => {} }));
  const health = new Health({ progress, logClock, clock, meter: countingMeter(), lookouts: [] });
  const alarms: string[] = [];
  health.onChange(() => alarms.push(...health.alarms.map(({ alarm, about }) => `${Math.round(clock.monotonicMs() / 1000)} s: ${alarm}: ${about}`)));
  const samples = Int16Array.from({ length: CHUNK_S * RATE_HZ }, (_, n) => (n % 80 < 3 ? 180 - 60 * (n % 80) : 0));
  let stays = 0;
  let chunks = 0;
  /** A patient in a bed for so long; then the stream ends as it should. */
  const admit = (bed: string, forMs: number): void => {
    const epoch = ++stays;
    const endMs = clock.monotonicMs() + forMs;
    const next = (sequence: number): void => {
      const endOfStream = clock.monotonicMs() >= endMs;
      chunks++;
      const chunk = { device: bed, epoch, sequence, firstSample: sequence * samples.length, deviceTimeMs: clock.nowMs() - CHUNK_S * 1000, rateHz: RATE_HZ, declaredLeads: ['II'], blocks: [{ lead: 'II', origin: 'measured', aduPerMv: 200, offsetAdu: 0, samples, leadOff: false }], band: { phase: 'unknown' }, placement: 'standard', calibration: false, demo: false, endOfStream } as const;
      void log.append([{ topic: TOPICS.signal, key: bed, value: encodeChunk(chunk) }]);
      if (!endOfStream) clock.after(CHUNK_S * 1000, () => next(sequence + 1));
    };
    clock.after(dice.between(0, 10_000), () => next(0));
  };
  return {
    ...{ clock, dice, health, alarms, admit, stall: engines.stall },
    chunks: () => chunks,
    run: (ms: number) => clock.run(clock.monotonicMs() + ms),
    waiting: () => engine.waiting(),
    async close() {
      health.close();
      await follower.close();
      log.crash();
    },
  };
}

describe.each(BEDS)('%i beds', (beds) => {
  test('30 minutes with discharges, then an empty ward for a night: no alarm; an engine that then stands still is one within 15 s', { timeout: 120_000 + beds * 2000 + NIGHT_MS / 100 }, async () => {
    const ward = await openWard(beds);
    for (let n = 0; n < beds; n++) {
      // Half of the patients leave within the half hour, and most of their beds have another one after a while.
      const leaves = n % 2 === 0;
      const stayMs = leaves ? ward.dice.between(MINUTE_MS, 25 * MINUTE_MS) : 30 * MINUTE_MS;
      ward.admit(`bed-${n}`, stayMs);
      if (leaves && n % 3 !== 0) ward.clock.after(stayMs + ward.dice.between(20_000, MINUTE_MS), () => ward.admit(`bed-${n}`, 30 * MINUTE_MS - ward.clock.monotonicMs()));
    }
    await ward.run(31 * MINUTE_MS);
    expect(ward.alarms).toEqual([]);
    expect(ward.chunks()).toBeGreaterThan((beds * 15 * 60) / CHUNK_S);
    expect(ward.waiting()).toBe(0);
    await ward.run(NIGHT_MS);
    expect(ward.alarms).toEqual([]);
    ward.admit('bed-0', 10 * MINUTE_MS);
    await ward.run(MINUTE_MS);
    expect(ward.alarms).toEqual([]);
    ward.stall();
    await ward.run(15_000);
    expect(ward.health.alarms.map(({ alarm }) => alarm)).toContain('engine-silent');
    await ward.close();
  });
});
