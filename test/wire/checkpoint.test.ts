/** States of the steps: what is kept is read again, by engines of either version; what cannot be read is an error that says what to do. Invariants: I52 */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, snapshot } from '../../src/assemble/index.js';
import { Checkpoint } from '../../src/wire/gen/ecg/v1/checkpoint.js';
import {
  CheckpointError, decodeCheckpoint, decodeDecidePosition, decodeDemoted, decodeDeviceCheckpoint, decodeOwedEvidence, decodeScorePosition, decodeSilenceState, decodeSubjectCheckpoint,
  encodeCheckpoint, encodeDecidePosition, encodeDemoted, encodeDeviceCheckpoint, encodeOwedEvidence, encodeScorePosition, encodeSilenceState, encodeSubjectCheckpoint,
} from '../../src/wire/index.js';
import { STATE_WORDS } from '../../src/wire/state-words.js';
import { chunkOf, ramp, run } from '../assemble/stream.js';
import { decide, outcome, series } from '../decide/series.js';
import type { SubjectState } from '../../src/decide/index.js';

const { state } = run([0, 1, 2].map((k) => chunkOf(k * 100, { I: ramp(k * 100, 100) }, { paceMarks: [k * 100 + 3] })));
const device = { appliedThrough: 2, lastRecordMs: 1_700_000_000_000, ended: false, idle: true, snapshot: snapshot(state, ASSEMBLE_DEFAULTS) };
const subject = decide(series(0.95, 0.95, 0.95, 0.1)).state;
const lasting = decide([0, 1, 2, 3, 4].map((k) => outcome(k, 0.95, {}, 'left-bundle-branch-block'))).state;
const DECODERS = { decodeSilenceState, decodeOwedEvidence, decodeScorePosition, decodeDecidePosition, decodeDeviceCheckpoint, decodeSubjectCheckpoint, decodeDemoted };
const good = [encodeDeviceCheckpoint(device), encodeSubjectCheckpoint(subject), encodeScorePosition({ next: 3, lowWater: 0, timeMs: 1.5e12 })];

function errorOf(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): CheckpointError {
  try {
    decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return error as CheckpointError;
  }
  return expect.unreachable('it was taken');
}

describe('what is kept is read again', () => {
  test('a device', () => expect(decodeDeviceCheckpoint(encodeDeviceCheckpoint(device))).toEqual(device));
  test('a subject', () => expect(decodeSubjectCheckpoint(encodeSubjectCheckpoint(subject))).toEqual(subject));
  test('what a patient’s first hour was like, and that a reader has it', () => {
    expect(Object.values(lasting.findings)[0]).toMatchObject({ firstHour: { seenMs: 50_000, againstMs: 0, listedMs: expect.any(Number) } });
    expect(decodeSubjectCheckpoint(encodeSubjectCheckpoint(lasting))).toEqual(lasting);
  });
  test('every field of a finding that decides: one that the schema lacks would be lost at each restart, and does not compile', () => {
    type Decided = keyof SubjectState['findings'][string];
    type Kept = keyof NonNullable<ReturnType<typeof decodeSubjectCheckpoint>>['findings'][string];
    const isSame: [Exclude<Decided, Kept>, Exclude<Kept, Decided>] extends [never, never] ? true : never = true;
    expect(isSame).toBe(true);
  });
  test('positions: nothing is open, something is, an older engine does not say', () => {
    const position = { next: 7, lowWater: 3, timeMs: 1_700_000_000_000 };
    expect(decodeScorePosition(encodeScorePosition({ ...position, oldestOpenMs: null, partitions: 8 }))).toEqual({ ...position, silent: [], oldestOpenMs: null, partitions: 8 });
    expect(decodeScorePosition(encodeScorePosition({ ...position, oldestOpenMs: 5 })).oldestOpenMs).toBe(5);
    expect(decodeScorePosition(encodeCheckpoint({ ...position, silent: ['a'] }))).toEqual({ ...position, silent: ['a'] });
    expect(decodeDecidePosition(encodeDecidePosition({ 'ecg.outcomes.v1': 4 }))).toEqual({ 'ecg.outcomes.v1': 4 });
  });
  test('a silence, of an older engine too', () => {
    expect(decodeSilenceState(encodeSilenceState({ sends: true, usableMs: 1.7e12 }))).toEqual({ sends: true, usableMs: 1.7e12 });
    expect(decodeSilenceState(encodeCheckpoint({}))).toEqual({ sends: false });
  });
  test('evidence that is owed', () => {
    const owed = { alertId: 'a', finding: 'f', isRule: false, segment: 'bed-1/1/0', source: { partition: 3, offsets: [1, 2] }, key: 'e-1' };
    expect(decodeOwedEvidence(encodeOwedEvidence(owed))).toEqual(owed);
  });
  test('demoted findings', () => expect(decodeDemoted(encodeDemoted([{ finding: 'f', modelHash: '', threshold: 0.5 }]))).toEqual([{ finding: 'f', modelHash: '', threshold: 0.5 }]));
});

describe('another version beside this one', () => {
  const storedSubject = () => decodeCheckpoint<{ findings: Record<string, { active: { snapshot: { measurements: Record<string, unknown> } } }> }>(encodeSubjectCheckpoint(subject));
  test('an older engine finds the quality of an alert\'s signal under its name', () => {
    expect(Object.values(storedSubject().findings)[0]).toMatchObject({ active: { snapshot: { score: 1 } } });
  });

  test('an older engine finds the names that it knows', () => {
    const old = decodeCheckpoint<Record<string, never>>(encodeDeviceCheckpoint(device));
    expect(old).toMatchObject({ asOf: 2, snapshot: { epoch: { runs: [{ next: 0, lanes: [['I', { format: 'int16' }]] }], sources: [{ offset: 0, from: 0, to: 100 }, { offset: 1 }, { offset: 2 }] } } });
    // It hands on what it does not know within an epoch, and would go on to report what is no longer so.
    expect(Object.keys((old.snapshot as { epoch: { runs: object[] } }).epoch.runs[0]).sort()).toEqual(['lanes', 'next', 'origin', 'rateHz']);
    expect(decodeCheckpoint(encodeScorePosition({ next: 7, lowWater: 3, timeMs: 0 }))).toEqual({ next: 7, lowWater: 3, timeMs: 0, silent: [] });
  });
  test('what a newer engine adds is left out', () => {
    const added = { ...storedSubject(), mood: 'calm' };
    expect(decodeSubjectCheckpoint(encodeCheckpoint(added))).toEqual(subject);
  });
  test('null for a number that was none, as older engines wrote it, is unknown', () => {
    const added = storedSubject();
    const [finding] = Object.values(added.findings);
    finding.active.snapshot.measurements.qrsMs = null;
    expect(decodeSubjectCheckpoint(encodeCheckpoint(added))).toEqual(subject);
  });
});

describe('what cannot be read says where and what to do', () => {
  test('bytes that are none, another layout, no JSON', () => {
    expect(errorOf(decodeDeviceCheckpoint, Uint8Array.of(255, 255)).message).toMatch(/device state: not a Checkpoint of ecg\.v1: .*start with new topics/);
    expect(errorOf(decodeScorePosition, Checkpoint.encode({ version: 3, state: Buffer.from('{}') }).finish()).message).toMatch(/score position: layout 3, this engine reads 1 and 2: run the version that wrote it/);
    expect(errorOf(decodeSubjectCheckpoint, Checkpoint.encode({ version: 1, state: Buffer.from('{') }).finish()).what).toContain('not JSON');
  });
  test('a field that is wrong is named, its content is not', () => {
    const wrong = JSON.parse(JSON.stringify({ asOf: 2, ...device }));
    wrong.snapshot.epoch.runs[0].rateHz = 'secret';
    const error = errorOf(decodeDeviceCheckpoint, encodeCheckpoint(wrong));
    expect(error.where).toBe('device state.snapshot.epoch.runs.0.rateHz');
    expect(error.message).not.toContain('secret');
    expect(error.hint).not.toBe('');
  });
});

describe('larger states are deflated', () => {
  const layoutOf = (bytes: Uint8Array) => Checkpoint.decode(bytes).version;
  test('to a fifth at most; small ones are written as they are', () => {
    const [deflated, state] = [encodeSubjectCheckpoint(lasting), Buffer.from(JSON.stringify(decodeCheckpoint(encodeSubjectCheckpoint(lasting))))];
    expect(layoutOf(deflated)).toBe(2);
    expect(deflated.length).toBeLessThan(state.length / 5);
    expect(layoutOf(encodeScorePosition({ next: 3, lowWater: 0, timeMs: 1.5e12 }))).toBe(1);
  });
  test('what an engine wrote before is read', () => {
    const plain = Checkpoint.encode({ version: 1, state: Buffer.from(JSON.stringify(decodeCheckpoint(encodeDeviceCheckpoint(device)))) }).finish();
    expect(decodeDeviceCheckpoint(plain)).toEqual(device);
  });
  test('the dictionary of this layout stays: states were written with it', () => {
    expect(createHash('sha256').update(STATE_WORDS).digest('hex').slice(0, 16)).toBe('218a088b02dda92c');
  });
  test('one damaged byte, and one that inflates to more than a state can be: an error', () => {
    const { version, state } = Checkpoint.decode(encodeSubjectCheckpoint(lasting));
    for (let at = 0; at < state.length; at++) {
      const damaged = Uint8Array.from(state);
      damaged[at] ^= 1;
      expect(errorOf(decodeSubjectCheckpoint, Checkpoint.encode({ version, state: Buffer.from(damaged) }).finish()).what).toContain('cannot be inflated');
    }
    const bomb = deflateSync(Buffer.alloc(20 * 2 ** 20, '1'));
    expect(errorOf(decodeSubjectCheckpoint, Checkpoint.encode({ version, state: bomb }).finish()).what).toContain('cannot be inflated');
  });
});

test('any bytes and any JSON: a state, or a CheckpointError', () => {
  const mutated = fc.tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }), fc.nat()).map(([bytes, flips, cut]) => {
    const copy = Uint8Array.from(bytes);
    for (const [at, by] of flips) copy[at % copy.length] ^= by;
    return cut % 3 === 0 ? copy.slice(0, cut % copy.length) : copy;
  });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated, fc.json().map((text) => Checkpoint.encode({ version: 1, state: Buffer.from(text) }).finish()));
  fc.assert(
    fc.property(bytes, fc.constantFrom(...Object.values(DECODERS)), (some, decode) => {
      try {
        decode(some);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    }),
    { numRuns: 3000 },
  );
});
