/** One workspace serves segment after segment: what an earlier one left in it is not seen in a later one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { physical, samplesIn } from '../../src/assemble/index.js';
import type { Samples, Segment, SegmentLead } from '../../src/ecg/index.js';

const SAMPLES_MAX = 60;
const NAMES = ['I', 'II', 'III', 'aVF', 'V1', 'V6', 'ES', 'AS', 'AI', 'MCL1'];

const counts = (samples: number): fc.Arbitrary<Samples> =>
  fc.oneof(
    fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: samples, maxLength: samples }).map((values) => Int16Array.from(values)),
    fc.array(fc.integer(), { minLength: samples, maxLength: samples }).map((values) => Int32Array.from(values)),
    fc.array(fc.float(), { minLength: samples, maxLength: samples }).map((values) => Float32Array.from(values)),
  );
const leadOf = (lead: string, samples: number): fc.Arbitrary<SegmentLead> =>
  fc.record({
    lead: fc.constant(lead),
    origin: fc.constant('measured'),
    aduPerMv: fc.constantFrom(1, 200, 204.8),
    offsetAdu: fc.constantFrom(0, 1024),
    counts: counts(samples),
    before: fc.constant(new Int16Array(0)),
    gaps: fc.constantFrom([], [{ fromMs: 0, toMs: 20 }], [{ fromMs: 8, toMs: 12 }]),
  });
const segment: fc.Arbitrary<Segment> = fc
  .tuple(fc.integer({ min: 1, max: SAMPLES_MAX }), fc.subarray(NAMES, { minLength: 1 }))
  .chain(([samples, names]) => fc.tuple(...names.map((name) => leadOf(name, samples))).map((leads) => ({
    id: 'bed-1/1/0', device: 'bed-1', epoch: 1, firstSample: 0, samples, before: 0, last: true, rateHz: 250, leads, closedBy: 'complete', partial: false, placement: 'unknown',
    band: { phase: 'unknown' }, calibration: false, demo: false, leadsOff: [], sources: [0],
    clock: { startMs: 0, steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0, brokerStartMs: 0 },
  })));

test('two segments through one workspace are what they are through fresh ones', () =>
  fc.assert(
    fc.property(segment, segment, (first, second) => {
      const workspace = new Float32Array(SAMPLES_MAX * NAMES.length);
      const fresh = [physical(first), physical(second)];
      expect(physical(first, workspace)).toEqual(fresh[0]);
      expect(physical(second, workspace)).toEqual(fresh[1]);
    }),
  ));

test('rows of the twelve leads and of the further ones lie apart', () =>
  fc.assert(
    fc.property(segment, (one) => {
      const { rows } = physical(one, new Float32Array(samplesIn(one)));
      const places = rows.filter(({ origin }) => origin === 'measured').map(({ mv }) => mv.byteOffset);
      expect(places).toHaveLength(one.leads.length);
      expect(new Set(places).size).toBe(places.length);
    }),
  ));
