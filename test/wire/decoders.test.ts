/** Every topic may hold anything: each decoder answers with what it is for, or says that it is none. It never throws, and no odd value gets through. Invariants: I7 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlausibleTime } from '../../src/ecg/index.js';
import { AlertCommand } from '../../src/wire/gen/ecg/v1/alert.js';
import { Context } from '../../src/wire/gen/ecg/v1/context.js';
import { OutcomeRecord } from '../../src/wire/gen/ecg/v1/outcome.js';
import {
  COMMAND_FAULTS, CONTEXT_FAULTS, contextKey, decodeAlert, decodeContext, decodeEvidence, decodeOutcome, decodeTargetPosition, encodeAlert, encodeCommand, encodeContext, encodeEvidence, encodeOutcome,
  readCommand, readContext, stayOfKey,
} from '../../src/wire/index.js';
import { decide, outcome, series } from '../decide/series.js';

const [raised] = decide(series(0.95, 0.95)).events;
const stay = { device: 'bed-1', sinceMs: 1.7e12, untilMs: 1.71e12, encounter: 'e-1', bed: 'bed 1', unit: 'icu', ageYears: 44, sex: 'female', knownConditions: ['stemi'], accelerated: 60 } as const;
const command = { alertId: raised.alertId, kind: 'dismiss', actor: 'nurse-7', atMs: 1.7e12, reason: 'artefact' } as const;
const demotion = { kind: 'demote', point: { finding: 'stemi', modelHash: 'h', threshold: 0.5 }, actor: 'purkinje', atMs: 1.7e12, reason: '0 right of 50' } as const;
const evidence = { alertId: raised.alertId, segment: 'bed-1/1/0', chunks: [Uint8Array.of(1, 2, 3)], missing: '', part: 1, parts: 1, focus: [{ fromMs: 0, toMs: 10, weight: 0.5 }] };
const good = [
  encodeAlert(raised), encodeContext(stay), encodeCommand(command), encodeCommand(demotion), encodeEvidence(evidence), encodeOutcome({ type: 'segment', outcome: outcome(0, 0.9) }),
  encodeOutcome({ type: 'silence', silence: { device: 'bed-1', silent: true, atMs: 1.7e12, lastRecordMs: 1.7e12, encounter: 'e-1' } }),
  encodeOutcome({ type: 'departure', departure: { device: 'bed-1', encounter: 'e-1', atMs: 1.7e12 } }),
  encodeOutcome({ type: 'gap', gap: { device: 'bed-1', epoch: 1, firstSample: 0, segments: 3, startMs: 1.7e12 } }),
];
const mutated = fc
  .record({
    from: fc.constantFrom(...good),
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
    cut: fc.option(fc.nat()),
    splice: fc.option(fc.uint8Array({ maxLength: 20 })),
    at: fc.nat(),
  })
  .map(({ from, flips, cut, splice, at }) => {
    let bytes = Uint8Array.from(from);
    for (const [place, by] of flips) bytes[place % bytes.length] ^= by;
    if (splice !== null) bytes = Uint8Array.from([...bytes.slice(0, at % bytes.length), ...splice, ...bytes.slice(at % bytes.length)]);
    return cut === null ? bytes : bytes.slice(0, cut % bytes.length);
  });
const any = fc.oneof({ weight: 9, arbitrary: mutated }, fc.uint8Array({ maxLength: 300 }));

test('any bytes: nothing throws, and what is taken can be used', () => {
  const taken = { alert: 0, context: 0, command: 0, evidence: 0, outcome: 0 };
  fc.assert(
    fc.property(any, (bytes) => {
      decodeTargetPosition(bytes);
      if (decodeAlert(bytes) !== undefined) taken.alert++;
      if (decodeEvidence(bytes) !== undefined) taken.evidence++;
      const context = readContext(bytes);
      if (context.ok) {
        taken.context++;
        const { sinceMs, untilMs = sinceMs, accelerated = 1, ageYears = 1 } = context.context;
        for (const ms of [sinceMs, untilMs]) expect(Number.isFinite(new Date(ms).getTime())).toBe(true);
        expect(accelerated > 0 && Number.isFinite(accelerated) && ageYears <= 150).toBe(true);
      } else expect(CONTEXT_FAULTS).toContain(context.fault);
      const read = readCommand(bytes);
      if (read.ok) {
        taken.command++;
        expect(isPlausibleTime(read.command.atMs)).toBe(true);
      } else expect(COMMAND_FAULTS).toContain(read.fault);
      const record = decodeOutcome(bytes);
      if (record?.type === 'segment') {
        taken.outcome++;
        expect(JSON.stringify(record.outcome)).not.toContain('null');
        expect(Number.isFinite(new Date(record.outcome.startMs).getTime())).toBe(true);
      }
    }),
    { numRuns: 20_000 },
  );
  for (const count of Object.values(taken)) expect(count).toBeGreaterThan(100);
});

describe('a stay', () => {
  const faultOf = (change: (message: Context) => void): string => {
    const message = Context.decode(encodeContext(stay));
    change(message);
    const read = readContext(Context.encode(message).finish());
    return read.ok ? 'taken' : read.fault;
  };
  const cases: [string, (message: Context) => void][] = [
    ['taken', () => {}],
    ['taken', (m) => (m.sinceMs = 0)],
    ['taken', (m) => (m.sinceMs = Date.UTC(1950, 0, 1) + 3e12)],
    ['bad-time', (m) => (m.sinceMs = -1)],
    ['bad-time', (m) => (m.sinceMs = Date.UTC(2100, 0, 1) + 1)],
    ['bad-time', (m) => (m.untilMs = -5)],
    ['bad-device', (m) => (m.device = '')],
    ['bad-device', (m) => (m.device = 'd'.repeat(129))],
    ['bad-encounter', (m) => (m.encounter = '')],
    ['bad-encounter', (m) => (m.encounter = 'ж'.repeat(65))],
  ];
  for (const [fault, change] of cases) test(`${fault}: ${change.toString().slice(7)}`, () => expect(faultOf(change)).toBe(fault));
  test('one that ends in the year 9999 goes on', () => expect(decodeContext(encodeContext({ ...stay, untilMs: Date.UTC(9999, 11, 31) }))).toEqual({ ...stay, untilMs: undefined }));
  test('an age of 4,000,000,000 is none, and so is a history that stands still', () => {
    expect(decodeContext(encodeContext({ ...stay, ageYears: 4e9, accelerated: NaN }))).toEqual({ ...stay, ageYears: undefined, accelerated: undefined });
  });
  test('any key', () =>
    fc.assert(
      fc.property(fc.string(), (key) => {
        const found = stayOfKey(key);
        if (found !== undefined) expect(Number.isFinite(found.sinceMs)).toBe(true);
      }),
    ));
  test('its own key', () => expect(stayOfKey(contextKey(stay))).toEqual({ device: 'bed-1', sinceMs: 1.7e12 }));
});

describe('a command', () => {
  const faultOf = (from: Uint8Array, change: (message: AlertCommand) => void): string => {
    const message = AlertCommand.decode(from);
    change(message);
    const read = readCommand(AlertCommand.encode(message).finish());
    return read.ok ? 'taken' : read.fault;
  };
  const cases: [string, Uint8Array, (message: AlertCommand) => void][] = [
    ['taken', encodeCommand(command), () => {}],
    ['taken', encodeCommand(demotion), () => {}],
    ['unknown-kind', encodeCommand(command), (m) => (m.kind = 7 as never)],
    ['bad-subject', encodeCommand(command), (m) => (m.alertId = '')],
    ['bad-subject', encodeCommand(demotion), (m) => (m.finding = '')],
    ['bad-subject', encodeCommand(demotion), (m) => (m.threshold = NaN)],
    ['bad-time', encodeCommand(command), (m) => (m.atMs = 0)],
    ['bad-time', encodeCommand(command), (m) => (m.atMs = -(2 ** 50))],
    ['bad-time', encodeCommand(demotion), (m) => (m.atMs = 2 ** 52)],
  ];
  for (const [fault, from, change] of cases) test(`${fault}: ${change.toString().slice(7)}`, () => expect(faultOf(from, change)).toBe(fault));
});

test('an outcome of an odd device is none', () => {
  const read = (change: (message: NonNullable<OutcomeRecord['record']>) => void) => {
    const message = OutcomeRecord.decode(encodeOutcome({ type: 'segment', outcome: outcome(0, 0.9) }));
    change(message.record!);
    return decodeOutcome(OutcomeRecord.encode(message).finish())?.type;
  };
  const segment = (more: object) => read((record) => Object.assign(record.value, more));
  expect(read(() => {})).toBe('segment');
  for (const odd of [{ rateHz: 0 }, { rateHz: NaN }, { rateHz: -1 }, { startMs: 9e15 }, { device: '' }, { device: 'd'.repeat(200) }, { encounter: 'e'.repeat(200) }, { id: 'x'.repeat(300) }]) expect(segment(odd), JSON.stringify(odd)).toBeUndefined();
});
