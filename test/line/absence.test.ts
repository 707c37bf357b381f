/** What only the engine's clock can tell: a device that is silent, and is so still; a stay that is over. Invariants: I31 */
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { AbsenceWatch } from '../../src/line/absence.js';
import type { DeviceBook } from '../../src/line/books.js';
import { AssociationTable } from '../../src/line/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { contextKey, decodeOutcome, encodeContext, type OutcomeRecord } from '../../src/wire/index.js';

const START = 1_700_000_000_000;
const MINUTE = 60_000;

function watchOf(...stays: readonly (readonly [device: string, encounter: string, sinceMin: number, untilMin?: number])[]) {
  const associations = new AssociationTable();
  associations.take(stays.map(([device, encounter, since, until], offset) => {
    const context = { device, encounter, sinceMs: START + since * MINUTE, untilMs: until && START + until * MINUTE, knownConditions: [] };
    return { topic: TOPICS.context, partition: 0, offset, timestampMs: 0, key: contextKey(context), value: encodeContext(context), headers: {} };
  }));
  let atMs = 0;
  const watch = new AbsenceWatch(associations, { ...systemClock(), nowMs: () => START + atMs, monotonicMs: () => atMs }, 30_000);
  const book = { heardMs: 0, ended: false, silent: false, silenceToldMs: -Infinity, hospitalMs: START, groups: [], departure: undefined } as unknown as DeviceBook;
  /** Looks once a second, and gives what is told with its minute. */
  const pass = (minutes: number): [minute: number, key: string | undefined, told: OutcomeRecord][] => {
    const told: [number, string | undefined, OutcomeRecord][] = [];
    for (const untilMs = atMs + minutes * MINUTE; atMs < untilMs; atMs += 1000) {
      for (const { key, value } of watch.look('bed-1', book, START)) told.push([Math.round((10 * atMs) / MINUTE) / 10, key, decodeOutcome(value!)!]);
    }
    return told;
  };
  return { pass, book, hear: () => void (book.heardMs = atMs) };
}

test('silence is told after its time, again each minute for an hour, and when it is over', () => {
  const { pass, hear } = watchOf();
  const told = pass(120);
  expect(told.slice(0, 3)).toMatchObject([[0.5, 'bed-1', { type: 'silence', silence: { silent: true } }], [1.5, 'bed-1', {}], [2.5, 'bed-1', {}]]);
  expect(told).toHaveLength(60);
  hear();
  expect(pass(0.4)).toMatchObject([[120, 'bed-1', { silence: { silent: false } }]]);
});

test('a stream that said it was over is not missed', () => {
  const { pass, book } = watchOf();
  book.ended = true;
  expect(pass(5)).toEqual([]);
});

test('a stay that is over is told once, a minute after its end, to whom it was of, by the hospital\'s time of the device', () => {
  const { pass, book } = watchOf(['bed-1', 'he', 0, 2], ['bed-1', 'she', 2]);
  // Not by the engine\'s, while the stay\'s own segments may still come.
  expect(pass(0.4)).toEqual([]);
  book.ended = true;
  expect(pass(10)).toMatchObject([[3, 'he', { type: 'departure', departure: { device: 'bed-1', encounter: 'he', atMs: START + 2 * MINUTE } }]]);
});

test('one who moved to another device has not left', () => {
  const { pass, book } = watchOf(['bed-1', 'he', 0, 2], ['bed-2', 'he', 1]);
  book.ended = true;
  expect(pass(10)).toEqual([]);
});
