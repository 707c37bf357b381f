/**
 * One partition of the score step: no matter who takes it over, wherever the one before was stopped or died, the record of every
 * device is that of a quiet night; and nothing grows without a bound while the log is slow. Invariants: I10, I13, I38
 * Does not cover Kafka itself: see test/faults.
 */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, DEVICES_MAX } from '../../src/assemble/index.js';
import { AssociationTable } from '../../src/line/index.js';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeContext, decodeOutcome } from '../../src/wire/index.js';
import { beating, deps, logOf, scoring, Store, through } from './bench.js';

const of = (device: string) => ({ device });
const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Devices fall idle by one another's records, come back with long chunks, are refused, and the broker's clock falls back an hour. */
const NIGHT = logOf(
  [0, beating(0, 500, of('bed-c'))],
  [1, beating(0, 1000, of('bed-b'))],
  [2, beating(500, 100, of('bed-c'))],
  ...seconds(3, 23).map((s) => [s, beating(1000 + (s - 3) * 100, 100, of('bed-b'))] as const),
  [23, Uint8Array.of(1, 2, 3)],
  ...seconds(24, 41).map((s) => [s, beating((s - 24) * 100, 100, of('bed-d'))] as const),
  [41, beating(600, 400, of('bed-c'))],
  [42, beating(1000, 3000, of('bed-c'))],
  ...seconds(43, 80).map((s) => [s < 60 ? s : s - 3600, beating((s - 26) * 100, 100, of('bed-d'))] as const),
  [100, beating(9000, 2500, of('bed-b'))],
  [101, beating(100, 50, of('bed-b'))],
  [102, beating(11_500, 100, { ...of('bed-b'), endOfStream: true })],
);

/** A device alone in its partition: its own next record shows that it was idle, and closes segments of its own. */
const ALONE = logOf([0, beating(0, 500)], [60, beating(1000, 2500)], [61, beating(600, 50)], [120, beating(5000, 3000)], [121, { ...beating(8000, 400), endOfStream: true }]);

/** On the grids that devices have by their names. */
const spread = () => deps({ assemble: ASSEMBLE_DEFAULTS });

async function quiet(log: readonly LogRecord[]): Promise<Record<string, string[]>> {
  const store = new Store();
  await through(store, log, spread());
  return store.story();
}

describe('a take-over', () => {
  test('after any record, in order: nothing shows', async () => {
    const undisturbed = await quiet(NIGHT);
    expect(Object.values(undisturbed).flat().length).toBeGreaterThan(15);
    for (let cut = 1; cut < NIGHT.length; cut++) {
      const store = new Store();
      await through(store, NIGHT.slice(0, cut), spread());
      await through(store, NIGHT, spread());
      expect(store.story(), `taken over after record ${cut - 1}`).toEqual(undisturbed);
    }
  });

  test.each([['a ward', NIGHT], ['a device alone', ALONE]])('after any commit, by a death: nothing shows (%s)', async (_, log) => {
    const undisturbed = await quiet(log);
    for (let commits = 0, more = true; more; commits++) {
      const store = new Store();
      let left = commits;
      const dead = new Promise<void>((resolve) => (store.gate = () => (left-- > 0 ? Promise.resolve() : (resolve(), new Promise(() => {})))));
      const partition = scoring(store, spread());
      // Record by record with a pause, so that there are many commits to die after.
      const feeding = (async () => {
        for (const record of log) {
          await partition.records([record]);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        await partition.drain();
      })();
      more = await Promise.race([dead.then(() => true), feeding.then(() => false)]);
      partition.lose();
      store.gate = () => Promise.resolve();
      await through(store, log, spread());
      expect(store.story(), `died after commit ${commits}`).toEqual(undisturbed);
    }
  }, 60_000);

  test('by a death while more garbage waits than one transaction takes: each is kept, once', async () => {
    const store = new Store();
    const garbage = logOf(...seconds(0, 30).map((s) => [s, new Uint8Array(400_000).fill(255)] as const));
    let commits = 0;
    const dead = new Promise<void>((resolve) => (store.gate = () => (++commits < 3 ? new Promise((done) => setTimeout(done, 20)) : (resolve(), new Promise(() => {})))));
    const partition = scoring(store);
    void partition.records(garbage);
    await dead;
    partition.lose();
    store.gate = () => Promise.resolve();
    await through(store, garbage);
    expect(store.story()['bed-1 rejects']).toEqual(seconds(0, 30).map((offset) => `${offset} undecodable`));
  });

  const recreated = (from: number, to: number) => ({ topic: TOPICS.signal, partition: 0, from, to, reason: 'recreated', detail: '' }) as const;
  const epoch2 = logOf(...seconds(0, 20).map((s) => [s, beating(s * 100, 100, { epoch: 2 })] as const));

  test('the topic is recreated under a running engine: the assignment ends and its credits are given back', async () => {
    const store = new Store();
    const world = deps();
    const partition = scoring(store, world);
    store.gate = () => new Promise(() => {});
    await partition.records(logOf(...seconds(0, 700).map((s) => [s, beating(s * 100, 100)] as const)));
    await expect(partition.records(epoch2, recreated(700, 0))).rejects.toThrow('recreated');
    expect(world.meter.counts.get('purkinje_score_waiting_segments')).toBe(0);
  });

  test('the topic was recreated meanwhile: that is written, and what is in it is scored from its beginning', async () => {
    const store = new Store();
    await through(store, logOf(...seconds(0, 700).map((s) => [s, beating(s * 100, 100)] as const)));
    store.written.length = 0;
    const partition = scoring(store);
    await partition.records(epoch2, recreated(700, 0));
    await partition.drain();
    expect(store.written.flatMap(({ value }) => (value === null ? [] : (decodeOutcome(value) ?? [])))).toMatchObject([{ type: 'lost', lost: { reason: 'recreated', fromOffset: 700, toOffset: 0 } }, { type: 'segment' }, { type: 'segment' }]);
    expect(store.story()['bed-1'].map((line) => line.split(' ')[0])).toEqual(['bed-1/2/0', 'bed-1/2/1000']);
    expect(store.position().next).toBe(20);
  });

  test('records that were never read are written as lost, once, and reading goes on behind them', async () => {
    const store = new Store();
    const skipped = { topic: TOPICS.signal, partition: 0, from: 0, to: 5, reason: 'unreadable', detail: 'a batch with a wrong checksum' } as const;
    const log = logOf(...seconds(0, 40).map((s) => [s, beating(s * 100, 100)] as const)).slice(5);
    for (let round = 0; round < 2; round++) {
      const partition = scoring(store);
      await partition.records(log, skipped);
      await partition.drain();
    }
    const lost = store.written.flatMap(({ value, partition }) => (value !== null && decodeOutcome(value)?.type === 'lost' ? [partition] : []));
    expect(lost).toEqual([0]);
    expect(store.story()['bed-1']).toHaveLength(4);
  });
});

test('a clock set right in mid-segment: whose ECG it is goes by the right time, in that segment too', async () => {
  const associations = new AssociationTable();
  const stay = (encounter: string, sinceMs: number, untilMs?: number): LogRecord => {
    const value = encodeContext({ device: 'bed-1', encounter, sinceMs, untilMs, knownConditions: [] });
    return { topic: TOPICS.context, partition: 0, offset: 0, timestampMs: 0, key: `bed-1@${sinceMs}`, value, headers: {} };
  };
  const T0 = 1_700_000_000_000;
  associations.take([stay('former', 0, T0 - 3_600_000), stay('present', T0 - 3_600_000)]);
  const reported: (string | undefined)[] = [];
  const slow = (s: number) => (s < 25 ? { deviceTimeMs: T0 + s * 1000 - 3 * 3_600_000 } : { deviceTimeMs: T0 + s * 1000 });
  const world = deps({ associations, onOutcome: ({ association }) => reported.push(association.encounter) });
  await through(new Store(), logOf(...seconds(0, 60).map((s) => [s + 1, beating(s * 100, 100, slow(s))] as const)), world);
  expect(reported).toEqual(Array(6).fill('present'));
});

test('who has left is announced once, after all segments of the stay and before those a minute later, however late they are read', async () => {
  const associations = new AssociationTable();
  const T0 = 1_700_000_000_000;
  const stay = (encounter: string, sinceMs: number, untilMs?: number): LogRecord => {
    const value = encodeContext({ device: 'bed-1', encounter, sinceMs, untilMs, knownConditions: [] });
    return { topic: TOPICS.context, partition: 0, offset: 0, timestampMs: 0, key: `bed-1@${sinceMs}`, value, headers: {} };
  };
  associations.take([stay('former', 0, T0 + 35_000), stay('present', T0 + 35_000)]);
  const store = new Store();
  await through(store, logOf(...seconds(0, 150).map((s) => [s, beating(s * 100, 100)] as const)), deps({ associations }));
  const reported = store.written.filter(({ topic }) => topic === TOPICS.outcomes).map(({ key, value }) => `${key} ${decodeOutcome(value!)?.type}`);
  expect(reported).toEqual([...Array(4).fill('former segment'), ...Array(6).fill('present segment'), 'former departure', ...Array(5).fill('present segment')]);
});

describe('the broker', () => {
  test('its clock falls back an hour: no segment closes early, nothing is late', async () => {
    const store = new Store();
    await through(store, logOf(...seconds(0, 60).map((s) => [s < 30 ? s : s - 3600, beating(s * 100, 100)] as const)));
    expect(store.story()['bed-1'].map((line) => line.split(' ')[1])).toEqual(Array(6).fill('scored'));
    expect(store.story()['bed-1 rejects']).toBeUndefined();
  });

  test('it hangs while garbage comes in: reading stops at the bound, and goes on with nothing lost', async () => {
    const store = new Store();
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    store.gate = () => opened;
    const world = deps({}, { segments: 512, bytes: 1_000_000 });
    const partition = scoring(store, world);
    const garbage = logOf(...seconds(0, 1000).map((s) => [s, new Uint8Array(10_000).fill(255)] as const));
    const reading = partition.records(garbage);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(world.meter.counts.get('purkinje_score_waiting_bytes')).toBeLessThan(1_100_000);
    open();
    await reading;
    await partition.drain();
    expect(store.story()['bed-1 rejects']).toHaveLength(1000);
    expect(world.meter.counts.get('purkinje_score_waiting_bytes')).toBe(0);
  });
});

describe('a device', () => {
  test('all its electrodes are off for hours: gaps are reported, and what must be read again stays short', async () => {
    const holes = (s: number) => ({ ...beating(s * 100, 100), blocks: beating(s * 100, 100).blocks.map((block) => ({ ...block, leadOff: true, samples: new Int16Array(100).fill(-32768) })) });
    const store = new Store();
    await through(store, logOf(...seconds(0, 60).map((s) => [s, beating(s * 100, 100)] as const), ...seconds(60, 7200).map((s) => [s, holes(s)] as const)));
    expect(store.story()['bed-1'].filter((line) => line.startsWith('gap')).length).toBeGreaterThan(20);
    const { next, lowWater } = store.position();
    expect(next - lowWater).toBeLessThan(600);
  });

  test('it says the same for ever: its state stays small, and what must be read again short', async () => {
    const store = new Store();
    await through(store, logOf(...seconds(0, 5).map((s) => [s, beating(s * 100, 100)] as const), ...seconds(5, 3000).map((s) => [s, beating(400, 100)] as const)));
    expect(Math.max(...[...store.checkpoints.values()].map((value) => value.length))).toBeLessThan(5000);
    const { next, lowWater } = store.position();
    // The five seconds of the open segment lie at the beginning, and are needed.
    expect([next, lowWater]).toEqual([3000, 0]);
  });

  test('one more than a partition remembers: the one silent for longest is forgotten, and nothing falls', async () => {
    const store = new Store();
    const chunk = beating(0, 100);
    const many = seconds(0, DEVICES_MAX + 3).map((i) => [i * 0.01, { ...chunk, device: `bed-${i}` }] as const);
    await through(store, logOf(...many));
    const devices = [...store.checkpoints.keys()].filter((key) => key.includes('/device/'));
    expect(devices.length).toBeLessThanOrEqual(DEVICES_MAX);
    expect(devices).not.toContain('score/0/device/bed-0');
  }, 240_000);

  test('its model input gives a score that is no number: it alone is unscored, not the batch', async () => {
    const store = new Store();
    let scored = 0;
    const spoil = async (inputs: readonly { readonly tensor: Float32Array }[]) => inputs.map(() => ({ logits: Float32Array.of(scored++ === 1 ? NaN : 0, 0, 0) }));
    await through(store, logOf(...seconds(0, 3).map((i) => [20, { ...beating(0, 1000), device: `bed-${i}` }] as const)), deps({}, undefined, spoil));
    const statuses = Object.values(store.story()).flat().map((line) => line.split(' ')[1]);
    expect(statuses.sort()).toEqual(['scored', 'scored', 'unscored']);
  });
});

test('outcomes are published in the order of the segments, in whatever order the scores come', async () => {
  const reported: string[] = [];
  const encoders = { identity: { model: '', modelHash: '' }, waiting: [] as (() => void)[], prepare: (_: unknown, graded: unknown) => ({ graded, inputs: [{ tensor: new Float32Array(1), further: [] }] }), submit() { return new Promise((done) => this.waiting.unshift(() => done({ status: 'scored', findings: [] }))); }, shedOldest() {} };
  const partition = scoring(new Store(), deps({ encoders: encoders as never, onOutcome: ({ id }) => reported.push(id) }));
  await partition.records(logOf([0, beating(0, 3000)]));
  for (const done of encoders.waiting) done();
  await partition.drain();
  expect(reported).toEqual(['bed-1/1/0', 'bed-1/1/1000', 'bed-1/1/2000']);
});

test('a fault of the pipeline itself ends the assignment, where it happened', async () => {
  const associations = new AssociationTable();
  associations.at = () => {
    throw new Error('broken');
  };
  const partition = scoring(new Store(), deps({ associations }));
  await expect(partition.records(logOf([0, beating(0, 1000)]))).rejects.toThrow('broken');
  partition.lose();
});

test('a rejected message that is larger than the log takes is kept in part, and says so', async () => {
  const store = new Store();
  const large = encodeChunk({ ...beating(0, 100), deviceTimeMs: 0 });
  await through(store, logOf([0, new Uint8Array(700_000).fill(255)], [1, large.subarray(0, 50)]));
  const rejects = store.written.filter(({ topic }) => topic === TOPICS.rejects);
  expect(rejects.map(({ value, headers }) => [value!.length, headers!['cut-from-bytes']])).toEqual([[524_288, '700000'], [50, undefined]]);
  for (const { headers } of rejects) expect(headers!.hint.length).toBeGreaterThan(20);
});

test('another number of partitions than its states were written for: the step refuses, with what to do', async () => {
  const store = new Store();
  await through(store, logOf([0, beating(0, 1000)]));
  const changed = scoring(store, deps({ partitions: 2 }));
  await expect(changed.drain()).rejects.toThrow(/had 1 partitions .* and has 2: drain the engines/);
});

test('context records that cannot be read are written as lost by the partition of their number, once', async () => {
  const associations = new AssociationTable();
  for (const partition of [0, 1]) associations.skip({ topic: TOPICS.context, partition, from: 3, to: 5, reason: 'unreadable', detail: '' });
  const store = new Store();
  for (let round = 0; round < 2; round++) {
    const partition = scoring(store, deps({ associations }));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await partition.drain();
  }
  const lost = store.written.flatMap(({ value }) => (value === null ? [] : (decodeOutcome(value) ?? [])));
  expect(lost).toMatchObject([{ type: 'lost', lost: { topic: TOPICS.context, partition: 0, fromOffset: 3, toOffset: 5, reason: 'unreadable' } }]);
});
