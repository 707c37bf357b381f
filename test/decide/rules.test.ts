/** Rules on measurements: what each asks for, what silences it, and what is new against the patient's own first hour. */
import { describe, expect, test } from 'vitest';
import { type Baseline, baselineAfter, type BaselineState } from '../../src/decide/baseline.js';
import { SEGMENT_RULES } from '../../src/decide/rules/index.js';
import { LEADS, type Measurements, type Outcome } from '../../src/ecg/index.js';

const HEALTHY: Measurements = { beats: [], voltages: [], st: LEADS.map((lead) => ({ lead, mv: 0.02 })), heartRateBpm: 70, prMs: 160, qrsMs: 90, qtMs: 400, qtcMs: 420 };

function outcome(change: Partial<Measurements>, more: Partial<Outcome> = {}): Outcome {
  const gates = { rate: true, morphology: true, twelveLead: true };
  return { measurements: { ...HEALTHY, ...change }, gates, pacing: 'none', placement: 'standard', phase: 'unknown', reasons: [], grade: 'good', rateHz: 500, association: { knownConditions: [], contextOffset: 0 }, ...more } as Outcome;
}

/** Beats so many samples apart, at 500 a second. */
const every = (samples: number): number[] => Array.from({ length: Math.floor(5000 / samples) }, (_, i) => i * samples);

const st = (levels: Readonly<Record<string, number>>) => ({ st: LEADS.map((lead) => ({ lead, mv: levels[lead] ?? 0.02 })) });
const holds = (id: string, of: Outcome, own?: Baseline) => SEGMENT_RULES.find((rule) => rule.id === id)!.holds(of, own);

test('a healthy heart holds none of them', () => {
  const own: Baseline = { qrsMs: 92, qtcMs: 415, stMv: Object.fromEntries(LEADS.map((lead) => [lead, 0])) };
  expect(SEGMENT_RULES.filter((rule) => rule.holds(outcome({}), own) === true).map(({ id }) => id)).toEqual([]);
});

describe('ST', () => {
  test.each<[string, Readonly<Record<string, number>>, boolean]>([
    ['V2 and V3', { V2: 0.3, V3: 0.3 }, true],
    ['V2 and V3, less', { V2: 0.2, V3: 0.2 }, false],
    ['II and aVF', { II: 0.2, aVF: 0.2 }, true],
    ['one lead', { II: 0.3 }, false],
    ['two that are no neighbours', { I: 0.3, V6: 0.3 }, false],
  ])('elevation in %s', (_, levels, is) => expect(holds('rule-st-elevation-alone', outcome(st(levels)))).toBe(is));

  test.each<[string, Partial<Outcome['association']>, boolean, boolean]>([
    ['not known', {}, false, true],
    ['a woman', { sex: 'female', ageYears: 30 }, true, true],
    ['a man of fifty', { sex: 'male', ageYears: 50 }, false, true],
    ['a man of thirty', { sex: 'male', ageYears: 30 }, false, false],
    ['a man of an age that is not known', { sex: 'male' }, false, true],
  ])('0.22 and 0.28 mV in V2 and V3, by sex and age: %s', (_, patient, ...expected) => {
    const association = { knownConditions: [], contextOffset: 0, ...patient };
    expect([0.22, 0.28].map((mv) => holds('rule-st-elevation-alone', outcome(st({ V2: mv, V3: mv }), { association })))).toEqual(expected);
  });

  test('beside a hypertrophy by voltage V1 to V3 have to rise by a quarter of the QRS', () => {
    const hypertrophy = [{ lead: 'V1', rMv: 0.2, sMv: -2 }, { lead: 'V2', rMv: 0.4, sMv: -2.6 }, { lead: 'V3', rMv: 0.5, sMv: -2.3 }, { lead: 'V5', rMv: 2.5, sMv: -0.3 }];
    const small = hypertrophy.map((one) => (one.lead === 'V5' ? { ...one, rMv: 1 } : one));
    const elevation = (mv: number, voltages: typeof hypertrophy) => holds('rule-st-elevation-alone', outcome({ ...st({ V2: mv, V3: mv }), voltages }));
    expect([elevation(0.4, small), elevation(0.4, hypertrophy), elevation(0.8, hypertrophy)]).toEqual([true, false, true]);
  });

  test.each<[string, Readonly<Record<string, number>>, boolean]>([
    ['inferior, depression in aVL', { II: 0.2, III: 0.25, aVF: 0.2, aVL: -0.1 }, true],
    ['anterior, depression in III', { V2: 0.4, V3: 0.4, III: -0.06 }, true],
    ['anterior, depression beside it', { V2: 0.4, V3: 0.4, V6: -0.2, aVR: -0.2 }, false],
    ['in all leads but aVR, as in pericarditis', { I: 0.2, II: 0.2, aVF: 0.16, V2: 0.3, V3: 0.3, V4: 0.3, V5: 0.3, aVR: -0.2 }, false],
    ['depression on the other side alone', { aVL: -0.1 }, false],
  ])('reciprocal: %s', (_, levels, is) => expect(holds('rule-st-elevation', outcome(st(levels)))).toBe(is));

  const elevated = st({ II: 0.3, III: 0.3, aVF: 0.3, aVL: -0.1 });
  test.each<[string, Partial<Measurements>, Partial<Outcome>]>([
    ['a wide QRS', { qrsMs: 140 }, {}],
    ['a fast rate', { heartRateBpm: 140 }, {}],
    ['pacing', {}, { pacing: 'paced' }],
    ['EASI leads', {}, { placement: 'easi' }],
    ['a monitor band that shifts phase', {}, { highpassHz: 0.5, phase: 'causal' }],
    ['a band whose phase is unknown', {}, { highpassHz: 0.5 }],
    ['a signal that is not fit for it', {}, { gates: { rate: true, morphology: false, twelveLead: false } }],
  ])('is not reported with %s', (_, change, more) => {
    for (const rule of ['rule-st-elevation', 'rule-st-elevation-alone']) expect(holds(rule, outcome({ ...elevated, ...change }, more))).toBeUndefined();
  });

  test('is reported from 0.05 Hz on, and from 0.67 Hz without phase shift', () => {
    for (const band of [{ highpassHz: 0.05, phase: 'causal' as const }, { highpassHz: 0.5, phase: 'zero' as const }]) expect(holds('rule-st-elevation', outcome(elevated, band))).toBe(true);
  });

  test('change is against the first hour, up or down, from an elevation too', () => {
    const own: Baseline = { stMv: { V4: -0.1, V5: -0.1, V6: -0.1, II: 0, aVF: 0 } };
    expect(holds('rule-st-change', outcome(st({ V4: -0.1, V5: -0.1 })), own)).toBe(false);
    expect(holds('rule-st-change', outcome(st({ V4: -0.25, V5: -0.25 })), own)).toBe(true);
    expect(holds('rule-st-change', outcome(st({ II: 0.11, aVF: 0.12 })), own)).toBe(true);
    expect(holds('rule-st-change', outcome(st({ II: 0.3, aVF: 0.3 })), { stMv: { II: 0.25, aVF: 0.25 } })).toBe(false);
    expect(holds('rule-st-change', outcome(st({ II: 0.4, aVF: 0.4 })), { stMv: { II: 0.25, aVF: 0.25 } })).toBe(true);
    expect(holds('rule-st-change', outcome(st({ V4: -0.25, V5: -0.25 })))).toBeUndefined();
  });
});

test('P waves that early ventricular beats hide are not blocked; escape beats come late', () => {
  const holdsFor = (beats: readonly number[], letters: string) => holds('rule-av-block', outcome({ atrialRateBpm: 82, beats }, { kinds: Array.from(letters, (kind) => ({ kind, confidence: 1 })) } as Partial<Outcome>));
  const bigeminy = [0, 400, 1500, 1900, 3000, 3400, 4500];
  expect([holdsFor(bigeminy, 'NVNVNVN'), holdsFor(bigeminy, 'NSNSNSN')]).toEqual([undefined, true]);
  // Conducted, then two escapes after long pauses.
  expect([holdsFor([0, 400, 800, 1200, 2300, 3400, 4500], 'NNNNVVN'), holdsFor(every(750), 'VVVVVVV')]).toEqual([true, true]);
});

describe('P, PR, QRS and QTc', () => {
  test.each<[string, Partial<Measurements>, Baseline | undefined, boolean | undefined]>([
    ['rule-wide-qrs', { qrsMs: 120 }, undefined, true],
    ['rule-wide-qrs', { qrsMs: 118 }, undefined, false],
    ['rule-wide-qrs', { qrsMs: undefined }, undefined, undefined],
    ['rule-new-wide-qrs', { qrsMs: 140 }, { qrsMs: 95, stMv: {} }, true],
    ['rule-new-wide-qrs', { qrsMs: 140 }, { qrsMs: 130, stMv: {} }, false],
    ['rule-new-wide-qrs', { qrsMs: 140 }, undefined, undefined],
    ['rule-preexcitation', { prMs: 100, qrsMs: 115 }, undefined, true],
    ['rule-preexcitation', { prMs: 100, qrsMs: 95 }, undefined, false],
    ['rule-av-block', { atrialRateBpm: 82, beats: every(750) }, undefined, true],
    // One beat in five dropped: the median says nothing of it.
    ['rule-av-block', { atrialRateBpm: 75, beats: every(400).filter((_, i) => i % 5 !== 4) }, undefined, true],
    ['rule-av-block', { atrialRateBpm: 76, beats: every(400) }, undefined, false],
    ['rule-av-block', { atrialRateBpm: 130, beats: every(250) }, undefined, undefined],
    ['rule-av-block', { beats: every(400) }, undefined, undefined],
    ['rule-long-qtc', { qtcMs: 505 }, undefined, true],
    ['rule-long-qtc', { qtcMs: 505, qrsMs: 140 }, undefined, undefined],
    ['rule-qtc-change', { qtcMs: 485 }, { qtcMs: 420, stMv: {} }, true],
    ['rule-qtc-change', { qtcMs: 470 }, { qtcMs: 420, stMv: {} }, false],
  ])('%s of %j', (id, change, own, is) => expect(holds(id, outcome(change), own)).toBe(is));
});

describe('the first hour', () => {
  const hour = (change: (k: number) => Partial<Measurements>, more: Partial<Outcome> = {}) => {
    let state: BaselineState | undefined;
    for (let k = 0; k <= 360; k++) state = baselineAfter(state, outcome(change(k), more), k * 10_000);
    return state;
  };
  test('is kept as medians, and no longer', () => {
    const state = hour((k) => ({ qrsMs: k % 3 === 0 ? 150 : 92, qtcMs: 430, ...st({ V5: -0.12 }) }))!;
    expect(state.sketches).toEqual({});
    expect(state.own!.qrsMs).toBeCloseTo(92, -1);
    expect(Math.abs(state.own!.qtcMs! - 430)).toBeLessThanOrEqual(2.5);
    expect(Math.abs(state.own!.stMv.V5 + 0.12)).toBeLessThanOrEqual(0.0101);
    expect(baselineAfter(state, outcome({ qrsMs: 200 }), 4_000_000)).toBe(state);
  });
  test('that was paced or unfit yields nothing', () => {
    expect(hour(() => ({}), { pacing: 'paced' })).toBeUndefined();
    expect(hour(() => ({}), { gates: { rate: true, morphology: false, twelveLead: false } })).toBeUndefined();
  });
  test('with few measurements leaves the value open', () => {
    expect(hour((k) => ({ qrsMs: k < 20 ? 92 : undefined }))!.own!.qrsMs).toBeUndefined();
  });
});
