/** Figures of neighbours: Jaccard by hand, the floor that refuses nine tenths, distractors that are what they say. */
import { describe, expect, test } from 'vitest';
import { LEADS, type Physical } from '../../src/ecg/index.js';
import { agreementFigures, chance, distracted, DISTRACTORS, floorAt, jaccard, statedIn } from '../../src/evaluate/index.js';

test('Jaccard by hand', () => {
  expect(jaccard(['a', 'b'], ['b', 'c'])).toBeCloseTo(1 / 3);
  expect([jaccard([], []), jaccard(['a'], []), jaccard(['a'], ['a'])]).toEqual([1, 0, 1]);
});

test('agreement, chance and those refused', () => {
  const one = { stated: ['a'], nearest: [['a'], ['a', 'b'], []], drawn: [['b']], isSufficient: true };
  const figures = agreementFigures([one, { ...one, stated: ['c'], isSufficient: false }]);
  expect(figures).toEqual({ records: 2, jaccard: 0.25, chance: 0, refused: 1, jaccardAnswered: 0.5 });
  expect(agreementFigures([]).jaccard).toBeNull();
});

test('the floor lies above nine tenths of the distractors, and no higher than it must', () => {
  const random = chance(1);
  const values = Array.from({ length: 137 }, () => random());
  const floor = floorAt(values);
  const below = (limit: number) => values.filter((value) => value < limit).length;
  expect(below(floor)).toBeGreaterThanOrEqual(0.9 * 137);
  expect(below(floor - 1e-4)).toBeLessThan(0.9 * 137);
});

test('what was stated: statements, else findings', () => {
  const [targets, none] = [new Map([['stemi', true], ['low', false]]), new Map<string, boolean>()];
  expect(statedIn({ targets, statements: new Map([['AFIB', true], ['SR', false]]), superclasses: none })).toEqual(['AFIB']);
  expect(statedIn({ targets, statements: none, superclasses: none })).toEqual(['stemi']);
});

describe('distractors', () => {
  const samples = 1000;
  const mv: Physical = { rateHz: 100, samples, rows: LEADS.map((lead, k) => ({ lead, origin: lead === 'V6' ? 'missing' : 'measured', mv: Float32Array.from({ length: samples }, (_, i) => (lead === 'V6' ? NaN : Math.sin(i / (7 + k)))), gaps: [] })) };
  const row = (one: Physical, lead: string) => one.rows.find((own) => own.lead === lead)!.mv;

  test.each(DISTRACTORS)('$name: finite, as long as it was, not the tracing; limb leads follow from I and II; the same in every run', (kind) => {
    const made = distracted(mv, kind, chance(4));
    for (const { lead, mv: values } of made.rows) expect([values.length, lead === 'V6' || values.every(Number.isFinite)]).toEqual([samples, true]);
    expect([...row(made, 'II')]).not.toEqual([...row(mv, 'II')]);
    for (const i of [0, 500, 999]) expect(row(made, 'III')[i]).toBeCloseTo(row(made, 'II')[i] - row(made, 'I')[i], 4);
    expect(made.rows.find(({ lead }) => lead === 'V6')!.origin).toBe('missing');
    expect(distracted(mv, kind, chance(4))).toEqual(made);
  });

  const made = (name: string) => distracted(mv, DISTRACTORS.find((one) => one.name === name)!, chance(5));
  test('reversed is reversed, upside down is upside down, shuffled has the same samples', () => {
    expect([...row(made('reversed in time'), 'V1')]).toEqual([...row(mv, 'V1')].reverse());
    expect(row(made('upside down'), 'V1')[17]).toBe(-row(mv, 'V1')[17]);
    const sorted = (one: Physical) => [...row(one, 'V2')].sort((a, b) => a - b);
    expect(sorted(made('shuffled by 0.1 s'))).toEqual(sorted(mv));
  });

  test('kinds that choose the floor have no part among the others', () => {
    expect(DISTRACTORS.filter(({ choosesFloor }) => choosesFloor).map(({ name }) => name)).toEqual(['white noise', 'flat', 'leads off', 'reversed in time', 'like an EEG']);
    expect(new Set(DISTRACTORS.map(({ name }) => name)).size).toBe(DISTRACTORS.length);
  });
});
