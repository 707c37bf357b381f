import fc from 'fast-check';
import { LEADS, type Measurements, type Outcome } from '../../src/ecg/index.js';
import { type Facts, type Scored, TERMS } from '../../src/explain/index.js';

/** An outcome of a segment in which nothing is wrong. */
export function outcomeWith(over: Partial<Outcome> = {}): Outcome {
  return {
    id: 'bed-1/1/0', device: 'bed-1', epoch: '1', firstSample: 0, samples: 5000, rateHz: 500, startMs: Date.UTC(2026, 0, 2, 3, 4, 5), steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0,
    status: 'scored', grade: 'good', signalQuality: 0.97, gates: { rate: true, morphology: true, twelveLead: true }, reasons: [],
    leads: LEADS.map((lead) => ({ lead, origin: 'measured', reasons: [], gaps: [] })),
    measurements: { beats: [], voltages: [], st: [] }, findings: [], model: 'm@1', modelHash: 'h', source: { partition: 0, offsets: [] },
    association: { knownConditions: [], contextOffset: -1 }, demo: false, partial: false, pacing: 'none', placement: 'standard', phase: 'unknown',
    ...over,
  };
}

export const score = (id: string, value: number, threshold = 0.5, over: Partial<Scored> = {}): Scored => ({ kind: 'score', id, value, threshold, evidence: 'internal', model: 'm@1', ...over });

export function factsWith(scores: readonly Scored[] = [], outcome: Partial<Outcome> = {}, over: Partial<Facts> = {}): Facts {
  return { outcome: outcomeWith(outcome), scores, rules: [], ruledOut: [], carriesSt: true, ...over };
}

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

const measurements: fc.Arbitrary<Measurements> = fc.record({
  beats: fc.constant([]),
  heartRateBpm: maybe(number(20, 250)),
  rrCv: maybe(number(0, 0.6)),
  longestPauseMs: maybe(number(300, 10_000)),
  prMs: maybe(number(60, 400)),
  qrsMs: maybe(number(50, 220)),
  qtMs: maybe(number(200, 700)),
  qtcMs: maybe(number(250, 700)),
  axisDeg: maybe(fc.integer({ min: -180, max: 180 })),
  voltages: fc.uniqueArray(fc.record({ lead: fc.constantFrom(...LEADS), rMv: number(0, 5), sMv: number(-5, 0) }), { selector: ({ lead }) => lead, minLength: 0, maxLength: 12 }),
  st: fc.uniqueArray(fc.record({ lead: fc.constantFrom(...LEADS), mv: number(-0.6, 0.6) }), { selector: ({ lead }) => lead, maxLength: 12 }),
});

const RULES = ['rule-av-block', 'rule-preexcitation', 'rule-low-voltage', 'rule-st-elevation', 'rule-st-elevation-alone', 'rule-dextrocardia', 'rule-wide-qrs'];

/** Whatever a segment may be: scores of any terms, any measurements, faults, kinds of beats. */
export const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    scores: fc.uniqueArray(
      fc.record({ id: fc.constantFrom(...TERMS.map(({ id }) => id)), value: number(0, 1), threshold: number(0.01, 0.99), evidence: fc.constantFrom('external', 'internal', 'simulated', 'none' as const) }),
      { selector: ({ id }) => id, maxLength: 60 },
    ),
    measurements,
    kinds: fc.array(fc.record({ kind: fc.constantFrom('N', 'S', 'V' as const), confidence: number(0, 1) }), { maxLength: 15 }),
    grade: fc.constantFrom('good', 'good', 'limited', 'unusable' as const),
    quality: number(0, 1),
    morphology: fc.boolean(),
    pacing: fc.constantFrom('none', 'paced', 'unknown' as const),
    sex: maybe(fc.constantFrom('female', 'male' as const)),
    ageYears: maybe(fc.integer({ min: 0, max: 110 })),
    endMs: maybe(number(0, 10_000)),
    demo: fc.boolean(),
    reasons: fc.subarray(['noise', 'partial', 'detectors-disagree']),
    faults: fc.subarray(['noise', 'baseline', 'flat']),
    rules: fc.subarray(RULES),
    ruledOut: fc.subarray(['SBRAD', 'CLBBB', 'LAFB', 'prolonged-qt']),
    carriesSt: fc.boolean(),
  })
  .map(({ scores, measurements: measured, kinds, grade, quality, morphology, pacing, sex, ageYears, endMs, demo, reasons, faults, rules, ruledOut, carriesSt }) =>
    factsWith(
      scores.map((one) => ({ kind: 'score' as const, model: 'm@1', ...one, evidence: one.evidence })),
      {
        measurements: measured, kinds, grade, signalQuality: quality, gates: { rate: true, morphology, twelveLead: grade === 'good' }, pacing, reasons,
        association: { knownConditions: [], contextOffset: -1, ...(sex !== undefined && { sex }), ...(ageYears !== undefined && { ageYears }) }, demo,
        ...(endMs !== undefined && { unobserved: [{ fromMs: endMs, toMs: 10_000 }] }),
        leads: LEADS.map((lead, i) => ({ lead, origin: 'measured' as const, reasons: i === 3 ? faults : [], gaps: [] })),
      },
      { rules: rules.map((id) => ({ kind: 'rule', id, holds: true })), ruledOut: ruledOut.map((term) => ({ term, source: 'a guideline' })), carriesSt },
    ),
  );
