/**
 * What gateways get wrong, at the step that reads the log: one detail costs that detail and is counted, a bed of which nothing can be used is
 * reported, and a record in another partition than its key's is refused there.
 * Invariants: I74, I75, I76
 */
import { describe, expect, test } from 'vitest';
import { AssociationTable, score } from '../../../src/line/index.js';
import { partitionOfKey } from '../../../src/log/index.js';
import { TOPICS } from '../../../src/ports/index.js';
import { contextKey, decodeOutcome, encodeContext } from '../../../src/wire/index.js';
import type { Chunk } from '../../../src/ecg/index.js';
import { SimulatedClock } from '../../simulation/clock.js';
import { beating, deps, logOf, scoring, Store, through } from '../bench.js';

const seconds = (count: number, change: (chunk: Chunk, s: number) => Chunk = (chunk) => chunk) => Array.from({ length: count }, (_, s) => [s, change(beating(s * 100, 100), s)] as const);
const rejectsOf = ({ written }: Store) => written.filter(({ topic }) => topic === TOPICS.rejects).map(({ headers }) => headers!.reason);
const recordsOf = ({ written }: Store) => written.flatMap(({ topic, value }) => (topic === TOPICS.outcomes ? (decodeOutcome(value!) ?? []) : []));

describe('one detail that is wrong', () => {
  test('costs that detail: a lead that nobody declared, floats that are none, early pace marks; the bed goes on, and all of it is counted', async () => {
    const store = new Store();
    const used = deps();
    const wrong = (chunk: Chunk, s: number): Chunk => {
      const [first, second] = chunk.blocks;
      const floats = { ...second, samples: Float32Array.from(second.samples, (count, i) => (i === 17 ? NaN : count)) };
      return { ...chunk, blocks: [first, floats, { ...first, lead: 'V6' }], paceMarks: [chunk.firstSample + 3, Math.max(0, chunk.firstSample - 10 + (s === 0 ? 200 : 0))] };
    };
    await through(store, logOf(...seconds(31, wrong)), used);
    expect(rejectsOf(store)).toEqual([]);
    const outcomes = recordsOf(store).flatMap((record) => (record.type === 'segment' ? [record.outcome] : []));
    expect(outcomes.map(({ firstSample }) => firstSample)).toEqual([0, 1000]);
    expect(outcomes[1].leads.find(({ lead }) => lead === 'II')?.gaps).toHaveLength(10);
    expect(outcomes[1].leads.find(({ lead }) => lead === 'I')?.gaps).toEqual([]);
    const counted = (detail: string) => used.meter.counts.get(`purkinje_wire_details_total ${detail}`);
    expect(['lead-undeclared', 'nonfinite-sample', 'pace-mark', 'lead-gain'].map(counted)).toEqual([31, 31, 31, 0]);
    const fate = (name: string) => used.meter.counts.get(`purkinje_assemble_samples_total ${name}`) ?? 0;
    expect(fate('read')).toBe(fate('placed') + fate('rejected'));
    expect(fate('rejected')).toBe(31 * 100);
  });
});

describe('a record in another partition than its key belongs to', () => {
  test('is refused there, whichever producer wrote it: in the right one the device goes on, and no id comes twice', async () => {
    const partition = partitionOfKey('bed-1', 2);
    const log = logOf(...seconds(31));
    const [right, wrong] = [new Store(), new Store()];
    const at = async (store: Store, place: number) => {
      const assignment = store.assignment({ partition: place });
      assignment.run((one) => score(one, deps({ partitions: 2 })));
      await assignment.records(log.map((record) => ({ ...record, partition: place })));
      await assignment.drain();
    };
    await at(right, partition);
    await at(wrong, 1 - partition);
    expect(recordsOf(right)).toHaveLength(3);
    expect(rejectsOf(right)).toEqual([]);
    // The ward hears of it once in half a minute; no bed is said to be silent that may be well where it belongs.
    expect(recordsOf(wrong)).toMatchObject([{ type: 'lost', lost: { topic: TOPICS.signal, partition: 1 - partition, fromOffset: 0, toOffset: 1, reason: 'wrong-partition' } }]);
    expect(rejectsOf(wrong)).toEqual(Array(31).fill('wrong-partition'));
  });
});

test('while records come into a wrong partition the ward is shown it: reported again each half minute, and no more once they stop', async () => {
  const clock = new SimulatedClock();
  const store = new Store();
  const place = 1 - partitionOfKey('bed-1', 2);
  const partition = store.assignment({ partition: place }).run((one) => score(one, deps({ clock, partitions: 2, silentAfterMs: 30_000 })));
  for (const [s, record] of logOf(...seconds(65)).entries()) {
    const taken = partition.records([{ ...record, partition: place }]);
    await clock.run((s + 1) * 1000);
    await taken;
  }
  await clock.run(300_000);
  // One second either way: the clock of the test may be a record ahead of the line.
  const reported = recordsOf(store).map((record) => (record.type === 'lost' ? record.lost.fromOffset : NaN));
  expect(reported.length).toBe(3);
  for (const [k, offset] of reported.entries()) expect(Math.abs(offset - 30 * k)).toBeLessThanOrEqual(k);
  void partition.drain();
});

describe('a device that its gateway has moved from CRC32 to murmur2', () => {
  test('is no more in the partition that it left: its states go with the first commit, it is not reported silent, and a report that stands is over', async () => {
    const clock = new SimulatedClock();
    const used = deps({ clock, partitions: 2, silentAfterMs: 30_000 });
    const home = partitionOfKey('bed-1', 2);
    const at = (store: Store, place: number) => store.assignment({ partition: place }).run((one) => score(one, used));
    // As an engine left it that took every key anywhere.
    const left = new Store();
    const before = at(left, home);
    await before.records(logOf(...seconds(31)).map((record) => ({ ...record, partition: home })));
    await clock.run(40_000);
    void before.drain();
    await clock.run(46_000);
    const states = [...left.checkpoints].map(([key, value]) => [key.replace(`score/${home}/`, `score/${1 - home}/`), value] as const);
    expect(states.map(([key]) => key.replace(/^.*?\/.*?\//, '')).sort()).toEqual(['@position', 'beats/bed-1', 'device/bed-1', 'silence/bed-1']);

    const store = new Store();
    for (const [key, value] of states) store.checkpoints.set(key, value);
    const after = at(store, 1 - home);
    await clock.run(47_000);
    expect([...store.checkpoints.keys()]).toEqual([`score/${1 - home}/@position`]);
    expect(recordsOf(store)).toMatchObject([{ type: 'silence', silence: { device: 'bed-1', silent: false } }]);
    await clock.run(300_000);
    expect(recordsOf(store)).toHaveLength(1);
    void after.drain();

    // One that was not silent leaves without a word.
    const quiet = new Store();
    for (const [key, value] of states) if (!key.includes('silence/')) quiet.checkpoints.set(key, value);
    const other = at(quiet, 1 - home);
    await clock.run(400_000);
    expect(recordsOf(quiet)).toEqual([]);
    expect(quiet.checkpoints.size).toBe(1);
    void other.drain();
  });
});

describe('a bed of which nothing can be used', () => {
  const associations = new AssociationTable();
  const context = { device: 'bed-1', encounter: 'she', sinceMs: 1, knownConditions: [] };
  associations.take([{ topic: TOPICS.context, partition: 0, offset: 0, timestampMs: 0, key: contextKey(context), value: encodeContext(context), headers: {} }]);
  const stories: [string, (chunk: Chunk, s: number) => Chunk | Uint8Array][] = [
    ['since every record is refused', () => Uint8Array.of(1, 2, 3)],
    ['since no chunk continues another', (chunk, s) => ({ ...chunk, epoch: s + 1 })],
    ['since its stream was said to be over, and what it sends is refused', (chunk, s) => (s === 0 ? { ...chunk, endOfStream: true } : Uint8Array.of(1, 2, 3))],
    ['since its stream was said to be over, and what it sends is late', (chunk, s) => (s === 0 ? { ...beating(5000, 100), endOfStream: true } : chunk)],
    ['since it begins again every two seconds', (chunk, s) => ({ ...chunk, epoch: 1 + (s >> 1), firstSample: (s % 2) * 100 })],
  ];
  for (const [why, send] of stories) {
    test(`is reported within half a minute, and said to send: ${why}`, async () => {
      const clock = new SimulatedClock();
      const store = new Store();
      const partition = scoring(store, deps({ clock, associations, silentAfterMs: 30_000 }));
      const log = logOf(...Array.from({ length: 35 }, (_, s) => [s, send(beating(s * 100, 100), s)] as const));
      for (const [s, record] of log.entries()) {
        const taken = partition.records([record]);
        await clock.run((s + 1) * 1000);
        await taken;
      }
      const silences = recordsOf(store).flatMap((record) => (record.type === 'silence' ? [record.silence] : []));
      expect(silences.filter(({ ended }) => ended !== true)).toMatchObject([{ device: 'bed-1', encounter: 'she', silent: true, sends: true }]);
      void partition.drain();
    });
  }
});
