/** What only the engine's clock can detect: a device that is silent, or sends nothing usable, and is so still; a stay that is over. Invariants: I31, I75 */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { AbsenceWatch } from '../../src/line/absence.js';
import { AssociationTable } from '../../src/line/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { contextKey, decodeOutcome, decodeSilenceState, encodeCheckpoint, encodeContext, encodeSilenceState, type OutcomeRecord, type SilenceState } from '../../src/wire/index.js';

const START = 1_700_000_000_000;
/** The broker's clock is so far behind the engine's. */
const BROKER_BEHIND_MS = 7 * 60_000;
const MINUTE = 60_000;

type Stay = readonly [device: string, encounter: string, sinceMin: number, untilMin?: number];
const watchOf = (...stays: readonly Stay[]) => watchAfter({}, ...stays);

/** Of an engine that takes over with these silences, bed-1's stream perhaps ended. */
function watchAfter({ silences = new Map(), isEnded = false }: { readonly silences?: ReadonlyMap<string, Uint8Array>; readonly isEnded?: boolean }, ...stays: readonly Stay[]) {
  const associations = new AssociationTable();
  associations.take(stays.map(([device, encounter, since, until], offset) => {
    const context = { device, encounter, sinceMs: START + since * MINUTE, untilMs: until && START + until * MINUTE, knownConditions: [] };
    return { topic: TOPICS.context, partition: 0, offset, timestampMs: 0, key: contextKey(context), value: encodeContext(context), headers: {} };
  }));
  let atMs = 0;
  let ended = isEnded;
  let lastRecordMs = START;
  const kept = new Map(silences);
  const devices = {
    ...{ known: ['bed-1'], isSettled: () => true, isEnded: (device: string) => ended && device === 'bed-1', lastRecordMs: () => lastRecordMs },
    silent: new Map([...silences].map(([device, bytes]) => [device, decodeSilenceState(bytes)])),
    silenceCheckpoint: (device: string, silence?: SilenceState) => ({ topic: TOPICS.checkpoints, key: device, value: silence === undefined ? null : encodeSilenceState(silence) }),
  };
  const watch = new AbsenceWatch(devices, associations, { ...systemClock(), nowMs: () => START + atMs, monotonicMs: () => atMs }, 30_000);
  watch.ofSegment('bed-1', START);
  const hear = () => {
    watch.hear('bed-1', START + atMs - BROKER_BEHIND_MS);
    lastRecordMs = START + atMs - BROKER_BEHIND_MS;
  };
  const refuse = (device = 'bed-1') => watch.refuse(device, START + atMs - BROKER_BEHIND_MS);
  /** Looks once a second, and gives what is reported with its minute. */
  const pass = (minutes: number): [minute: number, key: string | undefined, reported: OutcomeRecord][] => {
    const reported: [number, string | undefined, OutcomeRecord][] = [];
    for (const untilMs = atMs + minutes * MINUTE; atMs < untilMs; atMs += 1000) {
      for (const { topic, key, value } of watch.look()) {
        if (topic === TOPICS.outcomes) reported.push([Math.round((10 * atMs) / MINUTE) / 10, key, decodeOutcome(value!)!]);
        else if (value === null) kept.delete(key!);
        else kept.set(key!, value);
      }
    }
    return reported;
  };
  /** The device sends each second meanwhile; `forms`: segments close. */
  const sending = (minutes: number, does: (at: number) => void = hear) => {
    const reported: ReturnType<typeof pass> = [];
    for (let at = 0; at < minutes * 60; at++) {
      does(at);
      reported.push(...pass(1 / 60));
    }
    return reported;
  };
  const end = (isOver = true) => {
    ended = isOver;
    watch.end('bed-1');
  };
  return { pass, sending, watch, end, hear, refuse, form: () => watch.form('bed-1'), kept };
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
  const { sending, form } = watchOf();
  const reported = sending(2);
  expect(reported[0]).toMatchObject([0.5, 'bed-1', { type: 'silence', silence: { silent: true, sends: true } }]);
  expect(reported).toHaveLength(2);
  // Since when is the same in every report: time goes on by it, and one alert stays one.
  expect(new Set(reported.map(([, , one]) => (one.type === 'silence' ? one.silence.lastRecordMs : 0)))).toEqual(new Set([START]));
  form();
  expect(sending(0.4)).toMatchObject([[2, 'bed-1', { silence: { silent: false } }]]);
});

test('segments every ten seconds, or every twenty with a chunk lost between, are no silence', () => {
  const { sending, hear, form } = watchOf();
  const forming = (everyS: number) => (at: number) => {
    hear();
    if (at % everyS === 0) form();
  };
  expect([...sending(3, forming(10)), ...sending(3, forming(20))]).toEqual([]);
});

test('a device that comes back from a silence has time for its first segment', () => {
  const { pass, sending, hear } = watchOf();
  pass(5);
  hear();
  expect(sending(0.45)).toMatchObject([[5, 'bed-1', { silence: { silent: false } }]]);
  expect(sending(0.2)).toMatchObject([[5.5, 'bed-1', { silence: { silent: true, sends: true } }]]);
});

test('a bed whose every record is refused from the first on is reported; a name that nobody lies under is not', () => {
  const { sending, refuse } = watchOf(['bed-7', 'she', -60]);
  const refused = sending(2, () => ['bed-7', 'garbage'].forEach((device) => refuse(device))).filter(([, key]) => key !== 'bed-1');
  expect(refused[0]).toMatchObject([0.5, 'she', { type: 'silence', silence: { device: 'bed-7', silent: true, sends: true } }]);
  expect(new Set(refused.map(([, key]) => key))).toEqual(new Set(['she']));
});

test('a stream that said it was over is not missed', () => {
  const { pass, end } = watchOf();
  end();
  expect(pass(5)).toMatchObject([[0, 'bed-1', { type: 'silence', silence: { silent: false, ended: true } }]]);
});

describe('a bed whose stream was said to be over', () => {
  test('and that sends on, only what is refused or late, is reported within half a minute or so; a stream that begins, or another end, ends that', () => {
    for (const send of ['refuse', 'hear'] as const) {
      const ward = watchOf();
      ward.end();
      ward.pass(60);
      const reported = ward.sending(5, () => ward[send]());
      expect(reported[0]).toMatchObject([60.5, 'bed-1', { type: 'silence', silence: { silent: true, sends: true } }]);
      expect(reported.every(([, , one]) => one.type === 'silence' && one.silence.silent && one.silence.ended !== true)).toBe(true);
      // Since when: when it sent again, by the broker's clock.
      expect(reported[0][2]).toMatchObject({ silence: { lastRecordMs: START + 60 * MINUTE - BROKER_BEHIND_MS } });
      // Quiet, it is still missed, and by the next owner too.
      expect(ward.pass(5).every(([, , one]) => one.type === 'silence' && one.silence.silent)).toBe(true);
      expect([...ward.kept.keys()]).toEqual(['bed-1']);
      const next = watchAfter({ silences: ward.kept, isEnded: true }).pass(3);
      expect(next).toHaveLength(3);
      for (const [, , one] of next) expect(one).toMatchObject({ type: 'silence', silence: { silent: true } });
      ward.end();
      expect(ward.pass(5)).toMatchObject([[70, 'bed-1', { silence: { silent: false, ended: true } }]]);
    }
  });

  test('is not missed for its last chunks, which come a little later', () => {
    const { pass, sending, end, refuse, hear } = watchOf();
    end();
    expect(sending(0.3, (at) => (at % 2 ? refuse() : hear()))).toHaveLength(1);
    expect(pass(30)).toEqual([]);
  });
});

describe('a device that sends in its silence, but nothing usable', () => {
  test('is not heard again by a record that is refused; that it sends is reported', () => {
    const { pass, sending, refuse } = watchOf();
    pass(5);
    const reported = sending(5, () => refuse());
    expect(reported).toHaveLength(5);
    for (const [, , one] of reported) expect(one).toMatchObject({ type: 'silence', silence: { silent: true, sends: true, lastRecordMs: START } });
  });

  test('stays silent over a take-over, whatever it sends: one segment ends it', () => {
    const before = watchOf(['bed-7', 'she', -60]);
    before.sending(1, () => (before.hear(), before.refuse('bed-7')));
    expect([...before.kept.keys()].sort()).toEqual(['bed-1', 'bed-7']);
    for (const silence of before.kept.values()) expect(decodeSilenceState(silence)).toMatchObject({ sends: true });
    const after = watchAfter({ silences: before.kept }, ['bed-7', 'she', -60]);
    const reported = after.sending(3, () => (after.hear(), after.refuse('bed-7')));
    expect(reported.length).toBeGreaterThan(4);
    for (const [, , one] of reported) expect(one).toMatchObject({ type: 'silence', silence: { silent: true } });
    // Of one of which nothing was ever accepted it is known since when.
    for (const [, key, one] of reported) if (key === 'she') expect(one).toMatchObject({ silence: { lastRecordMs: START - BROKER_BEHIND_MS } });
    after.form();
    expect(after.sending(0.1).filter(([, key]) => key === 'bed-1')).toMatchObject([[3, 'bed-1', { silence: { silent: false } }]]);
    expect([...after.kept.keys()]).toEqual(['bed-7']);
  });

  test('an older engine kept only that it is silent', () => {
    expect(decodeSilenceState(encodeCheckpoint({}))).toEqual({ sends: false });
    const { sending, pass } = watchAfter({ silences: new Map([['bed-1', encodeCheckpoint({})]]) });
    expect(pass(0.1)).toMatchObject([[0, 'bed-1', { silence: { silent: true } }]]);
    expect(sending(0.1)).toMatchObject([[0.1, 'bed-1', { silence: { silent: false } }]]);
  });

  test('that it stops, or begins, to send is reported within a minute, and since when stays the same', () => {
    const { sending, pass, refuse } = watchOf();
    sending(1);
    const quiet = pass(3);
    const again = sending(2, () => refuse());
    expect(quiet.at(-1)?.[2]).toMatchObject({ silence: { silent: true, lastRecordMs: START } });
    expect((quiet.at(-1)?.[2] as { silence: { sends?: boolean } }).silence.sends).toBeUndefined();
    expect(again.at(-1)?.[2]).toMatchObject({ silence: { silent: true, sends: true, lastRecordMs: START } });
  });

  test('what closes after it went quiet does not bring it back', () => {
    const { sending, pass, form, refuse } = watchOf();
    sending(1);
    pass(2);
    form();
    for (const [, , one] of sending(1, () => refuse())) expect(one).toMatchObject({ silence: { silent: true } });
  });
});

test('back from a silence without a segment, it is reported since it came back, by the broker\'s clock', () => {
  const { pass, sending } = watchOf();
  pass(5);
  const [, again] = sending(1);
  expect(again[2]).toMatchObject({ silence: { silent: true, sends: true, lastRecordMs: START + 5 * MINUTE - BROKER_BEHIND_MS } });
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
