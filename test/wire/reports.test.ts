/** Reports in ecg.outcomes.v1 that are no outcome of a segment: the end of a stream, and records that were lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeOutcome, encodeOutcome } from '../../src/wire/index.js';

const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: 'grapheme' });

test('the silence of a device comes back as it was, ended or not', () => {
  fc.assert(
    fc.property(fc.record({ device: fc.string({ minLength: 1 }), silent: fc.boolean(), ended: fc.constantFrom(true, undefined), atMs: whole, lastRecordMs: whole, encounter: fc.option(fc.string({ minLength: 1 }), { nil: undefined }) }), (silence) => {
      expect(decodeOutcome(encodeOutcome({ type: 'silence', silence }))).toMatchObject({ type: 'silence', silence });
    }),
  );
});

test('lost records come back as they were, with any reason', () => {
  fc.assert(
    fc.property(fc.record({ topic: text, partition: fc.nat(), fromOffset: whole, toOffset: whole, reason: fc.oneof(text, fc.constantFrom('expired', 'unreadable', 'recreated')), atMs: whole }), (lost) => {
      expect(decodeOutcome(encodeOutcome({ type: 'lost', lost }))).toEqual({ type: 'lost', lost });
    }),
  );
});
