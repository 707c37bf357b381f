/** What only the engine's clock can detect: a device that is silent, or sends nothing usable, and is so still; a stay that is over. Invariants: I31, I75 */
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { AbsenceWatch } from '../../src/line/absence.js';
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
  let ended = false;
  const devices = { known: ['bed-1'], silent: new Set<string>(), isEnded: () => ended, isSettled: () => true, lastRecordMs: () => START, silenceCheckpoint: () => ({ topic: TOPICS.checkpoints, key: 'silence', value: null }) };
  const watch = new AbsenceWatch(devices, associations, { ...systemClock(), nowMs: () => START + atMs, monotonicMs: () => atMs }, 30_000);
  watch.ofSegment('bed-1', START);
  /** Looks once a second, and gives what is reported with its minute. */
  const pass = (minutes: number): [minute: number, key: string | undefined, reported: OutcomeRecord][] => {
    const reported: [number, string | undefined, OutcomeRecord][] = [];
    for (const untilMs = atMs + minutes * MINUTE; atMs < untilMs; atMs += 1000) {
      for (const { topic, key, value } of watch.look()) if (topic === TOPICS.outcomes) reported.push([Math.round((10 * atMs) / MINUTE) / 10, key, decodeOutcome(value!)!]);
    }
    return reported;
  };
  /** The device sends each second meanwhile; `forms`: segments close. */
  const sending = (minutes: number, does: (at: number) => void = () => watch.hear('bed-1')) => {
    const reported: ReturnType<typeof pass> = [];
    for (let at = 0; at < minutes * 60; at++) {
      does(at);
      reported.push(...pass(1 / 60));
    }
    return reported;
  };
  return { pass, sending, watch, end: () => void (ended = true), hear: () => watch.hear('bed-1') };
}

const departuresIn = <T extends readonly [number, string | undefined, OutcomeRecord]>(reported: readonly T[]) => reported.filter(([, , { type }]) => type === 'departure');

test('silence is reported after its time, again each minute for an hour, and when it is over', () => {
  const { pass, hear } = watchOf();
  const reported = pass(120);
  expect(reported.slice(0, 3)).toMatchObject([[0.5, 'bed-1', { type: 'silence', silence: { silent: true } }], [1.5, 'bed-1', {}], [2.5, 'bed-1', {}]]);
  expect(reported).toHaveLength(60);
  hear();
  expect(pass(0.4)).toMatchObject([[120, 'bed-1', { silence: { silent: false } }]]);
});

test('a device that sends, but of which no segment is made, is reported within half a minute, and said to send; one segment ends that', () => {
  const { sending, watch } = watchOf();
  const reported = sending(2);
  expect(reported[0]).toMatchObject([0.5, 'bed-1', { type: 'silence', silence: { silent: true, sends: true } }]);
  expect(reported).toHaveLength(2);
  // Since when is the same in every report: time goes on by it, and one alert stays one.
  expect(new Set(reported.map(([, , one]) => (one.type === 'silence' ? one.silence.lastRecordMs : 0)))).toEqual(new Set([START]));
  watch.form('bed-1');
  expect(sending(0.4)).toMatchObject([[2, 'bed-1', { silence: { silent: false } }]]);
});

test('segments every ten seconds, or every twenty with a chunk lost between, are no silence', () => {
  const { sending, watch } = watchOf();
  const form = (everyS: number) => (at: number) => {
    watch.hear('bed-1');
    if (at % everyS === 0) watch.form('bed-1');
  };
  expect([...sending(3, form(10)), ...sending(3, form(20))]).toEqual([]);
});

test('a device that comes back from a silence has time for its first segment', () => {
  const { pass, sending, hear } = watchOf();
  pass(5);
  hear();
  expect(sending(0.45)).toMatchObject([[5, 'bed-1', { silence: { silent: false } }]]);
  expect(sending(0.2)).toMatchObject([[5.5, 'bed-1', { silence: { silent: true, sends: true } }]]);
});

test('a bed whose every record is refused from the first on is reported; a name that nobody lies under is not', () => {
  const { sending, watch } = watchOf(['bed-7', 'she', -60]);
  const refused = sending(2, () => ['bed-7', 'garbage'].forEach((device) => watch.refuse(device))).filter(([, key]) => key !== 'bed-1');
  expect(refused[0]).toMatchObject([0.5, 'she', { type: 'silence', silence: { device: 'bed-7', silent: true, sends: true } }]);
  expect(new Set(refused.map(([, key]) => key))).toEqual(new Set(['she']));
});

test('a stream that said it was over is not missed', () => {
  const { pass, end } = watchOf();
  end();
  expect(pass(5)).toMatchObject([[0, 'bed-1', { type: 'silence', silence: { silent: false, ended: true } }]]);
});

test('a stay that is over is reported once, a minute after its end, to whom it was of, by the hospital\'s time of the device', () => {
  const { pass, end } = watchOf(['bed-1', 'he', 0, 2], ['bed-1', 'she', 2]);
  // Not by the engine\'s, while the stay\'s own segments may still come.
  expect(pass(0.4)).toEqual([]);
  end();
  expect(departuresIn(pass(10))).toMatchObject([[3, 'he', { type: 'departure', departure: { device: 'bed-1', encounter: 'he', atMs: START + 2 * MINUTE } }]]);
});

test('one who moved to another device has not left', () => {
  const { pass, end } = watchOf(['bed-1', 'he', 0, 2], ['bed-2', 'he', 1]);
  end();
  expect(departuresIn(pass(10))).toEqual([]);
});
