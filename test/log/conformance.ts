import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointKey, FencedError, RefusedError, TOPICS } from '../../src/ports/index.js';
import type { Log, LogRecord, NewRecord } from '../../src/ports/index.js';
import { bytes, copyStep, ProbeStep, textOf, until } from './probe-step.js';

export interface LogUnderTest {
  readonly log: Log;
  /** The log as another member sees it: the same object where there is one process only. */
  another(): Promise<Log>;
  close(): Promise<void>;
}

export const PARTITIONS = 4;

const signal = (key: string, text: string, partition?: number): NewRecord => ({ topic: TOPICS.signal, key, value: bytes(text), partition });

/** What every log must keep, whatever it is made of. */
export function logConformance(name: string, makeLog: () => Promise<LogUnderTest>): void {
  describe(`${name} keeps the promises of a log`, () => {
    let under: LogUnderTest;
    let log: Log;

    beforeEach(async () => {
      under = await makeLog();
      log = under.log;
    });
    afterEach(() => under.close());

    const recordsOf = async (topic: (typeof TOPICS)[keyof typeof TOPICS]): Promise<LogRecord[]> => {
      const all: LogRecord[] = [];
      const follower = await log.follow(topic, (records) => all.push(...records));
      await follower.close();
      return all;
    };

    it('counts the partitions', async () => {
      expect(await log.partitionCount(TOPICS.signal)).toBe(PARTITIONS);
    });

    it('gives offsets from 0 without a gap, times that never fall, and all of a record back', async () => {
      const before = Date.now();
      for (let i = 0; i < 5; i++) {
        await log.append([
          { topic: TOPICS.signal, key: 'a', value: bytes(`x${i}`), partition: 1, headers: { n: String(i), unit: 'µV' } },
          { topic: TOPICS.signal, key: undefined, value: bytes(`y${i}`), partition: 1 },
        ]);
      }
      const all = await recordsOf(TOPICS.signal);
      expect(all.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(all.map(({ value }) => textOf(value))).toEqual(['x0', 'y0', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4']);
      expect(all[2]).toMatchObject({ topic: TOPICS.signal, partition: 1, key: 'a', headers: { n: '1', unit: 'µV' } });
      expect(all[3]).toMatchObject({ key: undefined, headers: {} });
      const times = all.map(({ timestampMs }) => timestampMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeGreaterThan(before - 60_000);
    });

    it('puts the same key into the same partition of every topic', async () => {
      const keys = Array.from({ length: 40 }, (_, i) => `device-${i}`);
      await log.append(keys.flatMap((key) => [signal(key, key), { topic: TOPICS.outcomes, key, value: bytes(key) }]));
      const place = (records: LogRecord[]): Record<string, number> => Object.fromEntries(records.map(({ key, partition }) => [key, partition]));
      const inSignal = place(await recordsOf(TOPICS.signal));
      expect(inSignal).toEqual(place(await recordsOf(TOPICS.outcomes)));
      expect(Object.keys(inSignal)).toHaveLength(40);
      expect(new Set(Object.values(inSignal)).size).toBe(PARTITIONS);
    });

    it('hands a step every record once, in order, with the records of all of its inputs from the same partition', async () => {
      const step = new ProbeStep('decide', [TOPICS.outcomes, TOPICS.commands]);
      await log.append([0, 1, 2, 3].flatMap((i) => [
        { topic: TOPICS.outcomes, key: `e${i}`, value: bytes(`o${i}`) },
        { topic: TOPICS.commands, key: `e${i}`, value: bytes(`c${i}`) },
      ]));
      const membership = await log.join(step);
      expect(membership.partitions()).toEqual([0, 1, 2, 3]);
      await until('eight records', () => step.records.length >= 8);
      await log.append([{ topic: TOPICS.commands, key: 'e0', value: bytes('c4') }]);
      await until('a ninth record', () => step.records.length >= 9);
      expect([...step.texts()].sort()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'o0', 'o1', 'o2', 'o3']);
      const partitionsOfE0 = step.records.filter(({ key }) => key === 'e0').map(({ partition }) => partition);
      expect(new Set(partitionsOfE0).size).toBe(1);
      await membership.leave();
    });

    it('shows the records and checkpoints of a commit together, and hands them to the next owner', async () => {
      const first = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      await log.append([signal('a', 'one', 0), signal('a', 'two', 0), signal('b', 'three', 1)]);
      const membership = await log.join(first);
      await until('three copies read', () => first.records.length === 3);
      await membership.leave();

      const second = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      const again = await log.join(second);
      expect(textOf(second.assignments.get(0)?.checkpoints.get(checkpointKey('score', 0, 'position')))).toBe('2');
      expect(second.assignments.get(0)?.checkpoints.size).toBe(1);
      expect(second.assignments.get(2)?.checkpoints.size).toBe(0);
      await log.append([signal('a', 'four', 0)]);
      await until('the fourth', () => second.records.length === 1);
      await again.leave();
      expect((await recordsOf(TOPICS.outcomes)).map(({ value }) => textOf(value)).sort()).toEqual(['four', 'one', 'three', 'two']);
    });

    it('writes nothing for an assignment that is over', async () => {
      const step = new ProbeStep();
      const membership = await log.join(step);
      const assignment = step.assignments.get(0)!;
      await assignment.commit({ records: [{ topic: TOPICS.outcomes, key: 'k', value: bytes('in time') }], nextOffsets: {} });
      await membership.leave();
      const late = { records: [{ topic: TOPICS.outcomes, key: 'k', value: bytes('too late') }], nextOffsets: {} };
      await expect(assignment.commit(late)).rejects.toThrow(FencedError);
      expect((await recordsOf(TOPICS.outcomes)).map(({ value }) => textOf(value))).toEqual(['in time']);
    });

    it('refuses a transaction with a record that is too large, and the assignment goes on', async () => {
      const step = new ProbeStep();
      const membership = await log.join(step);
      const assignment = step.assignments.get(0)!;
      const outcome = (text: string, partition: number): NewRecord => ({ topic: TOPICS.outcomes, key: 'k', value: bytes(text), partition });
      const large = { ...outcome('', 1), value: new Uint8Array(1_200_000) };
      for (let round = 0; round < 3; round++) {
        // Beside others, of its own partition and of others: what was sent of them is undone, and loses nothing later.
        const refused = { records: [outcome(`never ${round}`, 0), large, outcome(`never ${round}`, 1), outcome(`never ${round}`, 2)], nextOffsets: { [TOPICS.signal]: 5 } };
        const start = performance.now();
        await expect(assignment.commit(refused)).rejects.toThrow(RefusedError);
        expect(performance.now() - start).toBeLessThan(5_000);
        await assignment.commit({ records: [0, 1, 2].map((partition) => outcome(`kept ${round}`, partition)), nextOffsets: {} });
      }
      expect(step.events.filter((event) => event.startsWith('lost'))).toEqual([]);
      await membership.leave();
      const seen = await recordsOf(TOPICS.outcomes);
      for (const partition of [0, 1, 2]) expect(seen.filter((record) => record.partition === partition).map(({ value }) => textOf(value))).toEqual(['kept 0', 'kept 1', 'kept 2']);
    });

    it('refuses only the append that holds a record that is too large, not those beside it', async () => {
      const large: NewRecord = { topic: TOPICS.signal, key: 'a', value: new Uint8Array(1_200_000), partition: 1 };
      const texts = Array.from({ length: 12 }, (_, i) => String(i));
      const appends = texts.map((text, i) => log.append([signal('a', text, i % 3), ...(i === 4 || i === 7 ? [large] : [])]));
      const results = await Promise.allSettled(appends);
      expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([4, 7]);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RefusedError);
      await log.append([signal('a', 'after', 1)]);
      const seen = (await recordsOf(TOPICS.signal)).filter(({ value }) => value!.length < 100);
      const written = seen.map(({ value }) => textOf(value)!).filter((text) => text !== '4' && text !== '7');
      expect(written.sort()).toEqual([...texts.filter((text) => text !== '4' && text !== '7'), 'after'].sort());
      expect(seen.map(({ value }) => textOf(value)).length).toBe(new Set(seen.map(({ value }) => textOf(value))).size);
    });

    it('reports an offset that is none of this log’s, and reads what there is', async () => {
      await log.append(Array.from({ length: 20 }, (_, i) => signal('a', String(i), 0)));
      const step = new ProbeStep();
      step.from = ({ partition }) => ({ [TOPICS.signal]: partition === 0 ? 5_000 : 0 });
      const membership = await log.join(step);
      await until('what is there', () => step.records.length === 20);
      expect(step.skipped).toMatchObject([{ topic: TOPICS.signal, partition: 0, from: 5_000, to: 0, reason: 'recreated' }]);
      await membership.leave();
    });

    it('ends the assignment when a step fails, and gives the partition out again', async () => {
      const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      const copy = step.onRecords;
      let failures = 0;
      step.onRecords = (records, assignment) => (failures++ === 0 ? Promise.reject(new Error('planted')) : copy(records, assignment));
      const membership = await log.join(step);
      await log.append([signal('a', 'one', 2)]);
      await until('the partition to be taken again and copied', () => failures === 2);
      await membership.leave();
      expect(step.events.filter((event) => /take 2|lost 2|drain 2/.test(event))).toEqual(['take 2', 'lost 2', 'take 2', 'drain 2']);
      expect((await recordsOf(TOPICS.outcomes)).map(({ value }) => textOf(value))).toEqual(['one']);
    });

    it('hands over no more while the step is busy', async () => {
      const step = new ProbeStep();
      let release = (): void => undefined;
      step.onRecords = () => new Promise((resolve) => (release = resolve));
      const membership = await log.join(step);
      await log.append([signal('a', 'first', 0)]);
      await until('the first', () => step.records.length === 1);
      await log.append([signal('a', 'second', 0)]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(step.texts()).toEqual(['first']);
      release();
      await until('the second', () => step.records.length === 2);
      release();
      await membership.leave();
    });

    it('hands nothing over once drained, and lets the step publish while it drains', async () => {
      const step = new ProbeStep();
      step.onDrain = async (assignment) => {
        await log.append([signal('a', 'during', assignment.partition)]);
        await assignment.commit({ records: [{ topic: TOPICS.outcomes, key: 'k', value: bytes(`left ${assignment.partition}`) }], nextOffsets: {} });
      };
      const membership = await log.join(step);
      await membership.leave();
      await log.append([signal('a', 'after', 0)]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(step.records).toEqual([]);
      expect(membership.partitions()).toEqual([]);
      expect((await recordsOf(TOPICS.outcomes)).map(({ value }) => textOf(value)).sort()).toEqual(['left 0', 'left 1', 'left 2', 'left 3']);
    });

    it('shares the partitions between two members, and loses and doubles nothing as they come and go', async () => {
      const other = await under.another();
      const one = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      const two = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      const write = async (from: number, count: number): Promise<void> => {
        for (let i = from; i < from + count; i++) await log.append([signal(`d${i}`, String(i), i % PARTITIONS)]);
      };
      const first = await log.join(one);
      await write(0, 20);
      const second = await other.join(two);
      await until('two halves', () => first.partitions().length === 2 && second.partitions().length === 2);
      expect([...first.partitions(), ...second.partitions()].sort()).toEqual([0, 1, 2, 3]);
      await write(20, 20);
      await until('both to have copied', () => two.records.length >= 10);
      await first.leave();
      await until('all with the second', () => second.partitions().length === PARTITIONS);
      await write(40, 20);
      const all: string[] = [];
      const follower = await log.follow(TOPICS.outcomes, (records) => all.push(...records.map(({ value }) => textOf(value)!)));
      await until('sixty copies', () => all.length >= 60);
      await second.leave();
      await follower.close();
      expect(all.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    });

    it('follows a topic: first what is there, then what comes, without gap or repeat', async () => {
      await log.append(Array.from({ length: 30 }, (_, i) => signal(`d${i % 7}`, String(i))));
      const seen: LogRecord[] = [];
      const writing = (async () => {
        for (let i = 30; i < 60; i++) await log.append([signal(`d${i % 7}`, String(i))]);
      })();
      const follower = await log.follow(TOPICS.signal, (records) => seen.push(...records));
      expect(seen.length).toBeGreaterThanOrEqual(30);
      await writing;
      await log.append([signal('d0', '60')]);
      await until('the last one', () => seen.length >= 61);
      await follower.close();
      await log.append([signal('d0', 'after closing')]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(seen.map(({ value }) => Number(textOf(value))).sort((a, b) => a - b)).toEqual(Array.from({ length: 61 }, (_, i) => i));
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const offsets = seen.filter((record) => record.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
    });

    it('follows a compacted topic to the latest value of each key, tombstones included', async () => {
      const put = (key: string, text: string | null): Promise<void> =>
        log.append([{ topic: TOPICS.context, key, value: text === null ? null : bytes(text) }]);
      for (let i = 0; i < 4; i++) await put('bed-1', `v${i}`);
      await put('bed-2', 'w0');
      await put('bed-3', 'gone soon');
      await put('bed-3', null);
      const table = new Map<string | undefined, string | undefined>();
      const follower = await log.follow(TOPICS.context, (records) => records.forEach(({ key, value }) => table.set(key, textOf(value))));
      expect(Object.fromEntries(table)).toEqual({ 'bed-1': 'v3', 'bed-2': 'w0', 'bed-3': undefined });
      await put('bed-2', 'w1');
      await until('the new value', () => table.get('bed-2') === 'w1');
      await follower.close();
    });

    it('never shows a follower what was not committed, and catches up though the end of the topic is none of it', async () => {
      const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      const membership = await log.join(step);
      await log.append([signal('a', 'kept', 0)]);
      await until('the copy', () => step.records.length === 1);
      await membership.leave();
      await step.assignments.get(0)!.commit({ records: [{ topic: TOPICS.outcomes, key: 'a', value: bytes('dropped'), partition: 0 }], nextOffsets: {} }).catch(() => undefined);
      expect((await recordsOf(TOPICS.outcomes)).map(({ value }) => textOf(value))).toEqual(['kept']);
    });

    it('reads single records by offset, and leaves out what is not there', async () => {
      await log.append(Array.from({ length: 20 }, (_, i) => signal('a', String(i), 3)));
      const found = await log.read(TOPICS.signal, 3, [17, 2, 2, 900, 5]);
      expect(found.map(({ offset, value }) => [offset, textOf(value)])).toEqual([[2, '2'], [5, '5'], [17, '17']]);
      expect(await log.read(TOPICS.signal, 0, [0])).toEqual([]);
      expect(await log.read(TOPICS.signal, 3, [])).toEqual([]);
    });

    it('reads on from any offset, and says when nothing more is there', async () => {
      await log.append(Array.from({ length: 20 }, (_, i) => signal('a', String(i), 3)));
      const read: string[] = [];
      let next = 4;
      for (;;) {
        const scanned = await log.scan(TOPICS.signal, 3, next);
        expect(scanned.expired).toBe(false);
        read.push(...scanned.records.map(({ value }) => textOf(value)!));
        if (scanned.next === next) break;
        next = scanned.next;
      }
      expect(read).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 4)));
      expect(await log.scan(TOPICS.signal, 3, 900)).toEqual({ records: [], next: 900, expired: false });
      expect(await log.scan(TOPICS.signal, 0, 0)).toMatchObject({ records: [], next: 0 });
    });

    it('has an identity that stays', async () => {
      expect(await log.identity()).toBe(await log.identity());
      expect(await log.identity()).not.toBe('');
    });

    it('copies whatever is written, however it is cut into appends', async () => {
      const membership = await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
      const copied: string[] = [];
      const follower = await log.follow(TOPICS.outcomes, (records) => copied.push(...records.map(({ value }) => textOf(value)!)));
      let written = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 50 }), { maxLength: 20 }), { maxLength: 8 }), async (appends) => {
          await Promise.all(appends.map((keys) => log.append(keys.map((key) => signal(`d${key}`, String(written++))))));
        }),
        { numRuns: 15 },
      );
      await until('every copy', () => copied.length >= written);
      await membership.leave();
      await follower.close();
      expect(copied.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, i) => i));
    });
  });
}
