/** Comparing found with marked: one to one, nothing counted twice or dropped; as EC57's bxb does it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wave } from '../../src/ecg/index.js';
import { alarmFigures, compareBeats, compareWaves, detection, globalWaves, isBorneOut, markedBeats, markedWaves } from '../../src/evaluate/index.js';
import { matchTimes } from '../../src/evaluate/match.js';

const times = fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b));

describe('matching', () => {
  test('pairs lie within the window, keep their order, and with the rest make up both lists', () => {
    fc.assert(
      fc.property(times, times, fc.integer({ min: 0, max: 100 }), (reference, found, window) => {
        const { pairs, missed, extra } = matchTimes(reference, found, window);
        for (const [r, f] of pairs) expect(Math.abs(reference[r] - found[f])).toBeLessThanOrEqual(window);
        expect([...pairs.map(([r]) => r), ...missed].sort((a, b) => a - b)).toEqual(reference.map((_, i) => i));
        expect([...pairs.map(([, f]) => f), ...extra].sort((a, b) => a - b)).toEqual(found.map((_, i) => i));
        for (let i = 1; i < pairs.length; i++) expect(pairs[i][1]).toBeGreaterThan(pairs[i - 1][1]);
      }),
    );
  });
  test('the same times match whole, and with none found all are missed', () => {
    fc.assert(fc.property(times, (list) => void expect(matchTimes(list, list, 10).pairs.length).toBe(list.length)));
    fc.assert(fc.property(times, (list) => void expect(matchTimes(list, [], 10).missed.length).toBe(list.length)));
  });
  test('of two candidates the nearer one', () => expect(matchTimes([100], [60, 95], 50)).toEqual({ pairs: [[0, 1]], missed: [], extra: [0] }));
});

test('in ventricular flutter nothing is compared', () => {
  const marks = markedBeats([
    { sample: 100, symbol: 'N' },
    { sample: 300, symbol: '[' },
    { sample: 400, symbol: '!' },
    { sample: 700, symbol: ']' },
    { sample: 900, symbol: 'V' },
    { sample: 950, symbol: '+' },
  ]);
  expect(marks).toEqual({ beats: [100, 900], flutter: [[300, 700]] });
  expect(compareBeats(marks.beats, [101, 350, 450, 899, 1500], marks.flutter, 360)).toEqual({ tp: 2, fn: 0, fp: 1 });
});

test('percentages say nothing where nothing was counted', () => {
  expect(detection(0, 0, 0)).toEqual({ se: undefined, ppv: undefined, tp: 0, fn: 0, fp: 0 });
  expect(detection(997, 3, 0)).toEqual({ se: 99.7, ppv: 100, tp: 997, fn: 3, fp: 0 });
});

describe('waves', () => {
  const marks = markedWaves([
    { sample: 90, symbol: '(' },
    { sample: 100, symbol: 'p' },
    { sample: 110, symbol: ')' },
    { sample: 140, symbol: 'N' },
    { sample: 160, symbol: ')' },
    { sample: 250, symbol: 't' },
  ]);
  test('brackets are edges where they are there', () =>
    expect(marks).toEqual([
      { wave: 'P', peak: 100, onset: 90, offset: 110 },
      { wave: 'QRS', peak: 140, onset: undefined, offset: 160 },
      { wave: 'T', peak: 250, onset: undefined, offset: undefined },
    ]));
  test('errors are found minus marked in ms; what lies beyond the marks is nobody’s', () => {
    const found: Wave[] = [
      { wave: 'P', onset: 94, peak: 100, offset: 108 },
      { wave: 'QRS', onset: 130, peak: 141, offset: 161 },
      { wave: 'T', onset: 600, peak: 620, offset: 650 },
      { wave: 'P', onset: 200, peak: 205, offset: 210 },
    ];
    expect(compareWaves(marks, found, 500)).toEqual([
      { wave: 'P', onsetMs: [8], offsetMs: [-4], marked: 1, matched: 1, extra: 1 },
      { wave: 'QRS', onsetMs: [], offsetMs: [2], marked: 1, matched: 1, extra: 0 },
      { wave: 'T', onsetMs: [], offsetMs: [], marked: 1, matched: 0, extra: 0 },
    ]);
  });
  test('a global wave is the median of the leads that have it, and one lead’s own is none', () => {
    const lead = (shift: number) => [{ wave: 'QRS' as const, onset: 100 + shift, peak: 120 + shift, offset: 150 + shift }];
    const odd = [...lead(0), { wave: 'P' as const, onset: 20, peak: 30, offset: 40 }];
    expect(globalWaves([lead(0), lead(2), odd, lead(8)], 500)).toEqual([{ wave: 'QRS', onset: 101, peak: 121, offset: 151 }]);
  });
});

describe('alarms that beats decide', () => {
  const RATE = 250;
  const every = (seconds: number, from = 0, to = 300) => Array.from({ length: Math.floor((to - from) / seconds) }, (_, i) => Math.round((from + i * seconds) * RATE));
  test('asystole: no beat for four seconds before the alarm', () => {
    expect(isBorneOut('Asystole', every(0.8), 300, RATE)).toBe(false);
    expect(isBorneOut('Asystole', [...every(0.8, 0, 290), ...every(0.8, 294.2)], 300, RATE)).toBe(true);
    expect(isBorneOut('Asystole', every(0.8, 0, 295), 300, RATE)).toBe(true);
    expect(isBorneOut('Asystole', [], 300, RATE)).toBe(true);
  });
  test('bradycardia: five beats under 40 a minute; tachycardia: seventeen over 140', () => {
    expect(isBorneOut('Bradycardia', every(1.6), 300, RATE)).toBe(true);
    expect(isBorneOut('Bradycardia', every(1.4), 300, RATE)).toBe(false);
    expect(isBorneOut('Tachycardia', every(0.4), 300, RATE)).toBe(true);
    expect(isBorneOut('Tachycardia', every(0.45), 300, RATE)).toBe(false);
    expect(isBorneOut('Tachycardia', every(0.4, 0, 280), 300, RATE)).toBe(false);
  });
  test('figures count true and false alarms apart', () => {
    const judged = [[true, true], [true, false], [false, false], [false, false]].map(([isTrue, isBorneOut]) => ({ alarm: 'Asystole' as const, isTrue, isBorneOut }));
    expect(alarmFigures(judged)).toEqual([{ alarm: 'Asystole', sensitivity: 50, specificity: 100, trueAlarms: 2, falseAlarms: 2 }]);
  });
});
