/** Criteria and ranges as guidelines have them, at their limits; each with a citation. Invariants: I122 */
import { describe, expect, test } from 'vitest';
import type { Measurements } from '../../src/ecg/index.js';
import { AXES, axisClassOf, CRITERIA, judged, placeOf, RANGES, RULES, type Seen } from '../../src/explain/criteria/index.js';
import { termOf } from '../../src/explain/index.js';

const seen = (measurements: Partial<Measurements>, patient: Seen['patient'] = {}): Seen => ({ measurements: { beats: [], voltages: [], st: [], ...measurements }, patient });
const volts = (of: Readonly<Record<string, readonly [number, number]>>) => ({ voltages: Object.entries(of).map(([lead, [rMv, sMv]]) => ({ lead, rMv, sMv })) });
const met = (id: string, of: Seen) => judged(CRITERIA.find((one) => one.id === id)!, of)?.met;

describe('at its limit', () => {
  test.each([
    ['sokolow-lyon', seen(volts({ V1: [0, -1.5], V5: [1.2, 0], V6: [2, 0] })), true],
    ['sokolow-lyon', seen(volts({ V1: [0, -1.5], V5: [1.99, 0], V6: [1, 0] })), false],
    ['sokolow-lyon', seen(volts({ V1: [0, -3], V5: [3, 0] })), undefined],
    ['cornell', seen(volts({ aVL: [1, 0], V3: [0, -1.8] }), { sex: 'male' }), false],
    ['cornell', seen(volts({ aVL: [1, 0], V3: [0, -1.81] }), { sex: 'male' }), true],
    ['cornell', seen(volts({ aVL: [1, 0], V3: [0, -1.01] }), { sex: 'female' }), true],
    ['cornell', seen(volts({ aVL: [1, 0], V3: [0, -2] })), undefined],
    ['right-hypertrophy', seen(volts({ V1: [0.61, 0] })), true],
    ['right-hypertrophy', seen(volts({ V1: [0.6, 0] })), false],
    ['first-degree-av-block', seen({ prMs: 200.4 }), false],
    ['first-degree-av-block', seen({ prMs: 200.6 }), true],
    ['wide-qrs', seen({ qrsMs: 119.4 }), false],
    ['wide-qrs', seen({ qrsMs: 120 }), true],
    ['strauss-width', seen({ qrsMs: 135, ...volts({ V1: [0.1, -1] }) }, { sex: 'female' }), true],
    ['strauss-width', seen({ qrsMs: 135, ...volts({ V1: [0.1, -1] }) }, { sex: 'male' }), false],
    ['strauss-width', seen({ qrsMs: 150, ...volts({ V1: [1, -0.1] }) }, { sex: 'male' }), undefined],
    ['low-limb-voltage', seen(volts({ I: [0.3, -0.1], II: [0.2, -0.1], III: [0.2, 0], aVR: [0, -0.3], aVL: [0.1, 0], aVF: [0.1, 0] })), true],
    ['low-limb-voltage', seen(volts({ I: [0.3, -0.1] })), undefined],
    ['very-long-qtc', seen({ qtcMs: 500 }), true],
    ['very-long-qtc', seen({}), undefined],
  ] as const)('%s', (id, of, isMet) => expect(met(id, of)).toBe(isMet));
});

test('what is judged is the number that is shown', () => {
  const range = RANGES.find(({ id }) => id === 'prMs')!.normal(undefined);
  expect([119.4, 119.6, 200.4, 200.6].map((value) => placeOf(value, range))).toEqual(['below', 'within', 'within', 'above']);
});

test('the QTc of a man is long 10 ms earlier than of a woman', () => {
  const { normal } = RANGES.find(({ id }) => id === 'qtcMs')!;
  expect([normal('male')[1], normal('female')[1], normal(undefined)[1]]).toEqual([449, 459, 459]);
});

test('every whole degree has one axis', () => {
  for (let deg = -180; deg <= 180; deg++) expect(AXES.filter(({ from, to }) => deg >= from && deg <= to), String(deg)).toEqual([axisClassOf(deg)]);
  expect([-180, -91, -90, -31, -30, 0, 90, 91, 180].map((deg) => axisClassOf(deg).id)).toEqual(['extreme', 'extreme', 'left', 'left', 'normal', 'normal', 'normal', 'right', 'right']);
});

test('every criterion, range and rule has a citation with a year, and speaks of terms that are there', () => {
  for (const { id, citation } of [...CRITERIA, ...RANGES, ...RULES]) expect([id, /\b(19|20)\d\d\b/.test(citation)]).toEqual([id, true]);
  for (const { id, bears } of CRITERIA) for (const term of bears) expect([id, term, termOf(term) !== undefined]).toEqual([id, term, true]);
});
