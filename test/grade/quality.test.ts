/** The score of a segment: more trouble never raises it, and each check can refuse on its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreOf, type Trouble } from '../../src/grade/quality/score.js';
import { changed, gradedChunk, noise, patientChunk } from './segment.js';

const NONE: Trouble = { stillS: 0, hardS: 0, driftMv: 0.1, range: -1.6 };

describe('the score', () => {
  test('more of any trouble can only lower it', () => {
    const trouble = fc.record({ stillS: fc.double({ min: 0, max: 1, noNaN: true }), hardS: fc.double({ min: 0, max: 120, noNaN: true }), driftMv: fc.double({ min: 0, max: 20, noNaN: true }), range: fc.double({ min: -1.6, max: 3, noNaN: true }) });
    fc.assert(fc.property(trouble, fc.constantFrom('stillS', 'hardS', 'driftMv', 'range'), fc.double({ min: 0, max: 5, noNaN: true }), (before, what, more) => {
      expect(scoreOf({ ...before, [what]: before[what] + more })).toBeLessThanOrEqual(scoreOf(before));
    }));
  });
  test('without trouble it is near one; a lead that is off, a hundred lead-seconds of noise, and a drift with a range that no heart has are refused', () => {
    expect(scoreOf(NONE)).toBeGreaterThan(0.95);
    for (const alone of [{ stillS: 1 }, { hardS: 100 }, { driftMv: 20, range: 2 }]) expect(scoreOf({ ...NONE, ...alone })).toBeLessThan(0.5);
  });
  test('a short rail in one lead costs less than a long one', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    const scores = [0, 100, 300, 1500].map((samples) => gradedChunk(changed(chunk, (lead, mv) => void (lead === 'V2' && mv.fill(30, 2000, 2000 + samples)))).score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores[3]).toBeLessThan(0.5);
  });
  test('the longer a burst of muscle noise, and the more leads it is in, the lower', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    const score = (seconds: number, leads: number) => gradedChunk(changed(chunk, (lead, mv, rateHz) => {
      const gauss = noise(5);
      if (['V1', 'V2', 'V3', 'V4', 'V5', 'V6'].indexOf(lead) < leads && lead.startsWith('V')) for (let n = 0; n < seconds * rateHz; n++) mv[n] += 2 * gauss();
    })).score;
    const scores = [score(0, 0), score(2, 1), score(5, 1), score(5, 4), score(10, 6)];
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(scores.length);
  });
});
