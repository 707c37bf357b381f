import { describe, expect, it } from 'vitest';
import { Cursor } from '../../src/adapters/kafka/cursor.js';
import { isNewTopic } from '../../src/adapters/kafka/out-of-reach.js';
import { PartitionWatch } from '../../src/adapters/kafka/partition-watch.js';
import { Doorbell } from '../../src/log/index.js';
import { type LogRecord, type Topic, TOPICS } from '../../src/ports/index.js';

const record = (offset: number): LogRecord => ({ topic: TOPICS.signal, partition: 0, offset, timestampMs: 0, key: undefined, value: null, headers: {} });
const skipped = { topic: TOPICS.signal, partition: 0, from: 2, to: 5, reason: 'unreadable', detail: '' } as const;

describe('a cursor', () => {
  const open = (from: number | undefined): { cursor: Cursor; wanted: () => number } => {
    let wanted = 0;
    return { cursor: new Cursor(TOPICS.signal, 0, from, () => wanted++, new Doorbell()), wanted: () => wanted };
  };

  it('hands over what a fetch brought piece by piece, and asks for more once it is empty', () => {
    const { cursor, wanted } = open(0);
    cursor.deliver(0, { pieces: [{ records: [record(0)], next: 2 }, { records: [record(5)], skipped, next: 9 }], next: 9 });
    expect([cursor.take(), cursor.position, cursor.wantsMore(), wanted()]).toMatchObject([{ records: [{ offset: 0 }] }, 2, false, 0]);
    expect([cursor.take(), cursor.position, cursor.wantsMore(), wanted()]).toMatchObject([{ records: [{ offset: 5 }], skipped }, 9, true, 1]);
    expect(cursor.take()).toEqual({ records: [] });
    // An answer to a question of before.
    cursor.deliver(0, { pieces: [{ records: [record(0)], next: 2 }], next: 2 });
    expect(cursor.take()).toEqual({ records: [] });
  });

  it('passes what holds nothing for it', () => {
    const { cursor } = open(3);
    cursor.deliver(3, { pieces: [], next: 7 });
    expect([cursor.position, cursor.fetchFrom, cursor.wantsMore()]).toEqual([7, 7, true]);
  });

  it('reports what expired before it was read, but not what had before a first reading', () => {
    const wanting = open(3).cursor;
    wanting.skip(8, 'expired', 'gone');
    expect(wanting.take()).toEqual({ records: [], next: 8, skipped: { topic: TOPICS.signal, partition: 0, from: 3, to: 8, reason: 'expired', detail: 'gone' } });
    const fresh = open(undefined).cursor;
    fresh.fetchFrom = 3;
    fresh.skip(8, 'expired', 'gone');
    expect([fresh.take(), fresh.position]).toEqual([{ records: [] }, 8]);
    fresh.deliver(8, { pieces: [{ records: [record(8)], next: 9 }], next: 9 });
    fresh.take();
    fresh.skip(20, 'expired', 'gone');
    expect(fresh.take()).toMatchObject({ skipped: { from: 9, to: 20 } });
  });
});

it('a topic is taken for a new one where it starts over and is far shorter, and for one that lost its end otherwise', () => {
  expect(isNewTopic(5_000, 0, 20)).toBe(true);
  expect(isNewTopic(5_000, 0, 4_990)).toBe(false);
  expect(isNewTopic(5_000, 1_000, 2_000)).toBe(false);
});

describe('the watch over partitions', () => {
  it('reports each change once, and nothing while Kafka or the topic is away', async () => {
    const now = new Map<Topic, number | Error>([[TOPICS.signal, 4], [TOPICS.outcomes, 4]]);
    const changes: unknown[] = [];
    const reports: string[] = [];
    const look = (topic: Topic): Promise<number> => {
      const found = now.get(topic)!;
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    };
    const clock = { nowMs: () => 0, monotonicMs: () => 0, after: () => () => undefined };
    const watch = new PartitionWatch(new Map([[TOPICS.signal, 4], [TOPICS.outcomes, 4]]), { look, clock, report: (level) => void reports.push(level), onChanged: (...change) => changes.push(change) });
    const states: (number | Error)[] = [4, new Error('away'), 0, 6, 6, new Error('away'), 6, 8];
    for (const state of states) {
      now.set(TOPICS.signal, state);
      await watch.lookAtAll();
    }
    expect(changes).toEqual([[TOPICS.signal, 4, 6], [TOPICS.signal, 6, 8]]);
    expect(reports).toEqual(['debug', 'error', 'debug', 'error']);
  });
});
