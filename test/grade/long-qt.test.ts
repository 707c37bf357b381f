/** T waves that last longer than any the network was taught: against simulated patients whose QT is known. */
import { describe, expect, test } from 'vitest';
import { LEADS } from '../../src/ecg/index.js';
import { delineate } from '../../src/grade/waves/index.js';
import { createPatient, readProfile } from '../../src/simulate/index.js';

const RATE_HZ = 250;
const SECONDS = 14;
const profile = await readProfile();

/** Found minus true ends of T, ms ascending: one for each beat that is whole. */
function errorsOf(qtMs: number, heartRateBpm: number): number[] {
  return [1, 2, 3, 4, 5, 6].flatMap((seed) => {
    const traits = { qtcMs: qtMs / Math.cbrt(60 / heartRateBpm), heartRateBpm };
    const patient = createPatient({ condition: 'sinus-rhythm', rateHz: RATE_HZ, noise: 0.3, traits }, seed, profile);
    const { mv } = patient.render(0, SECONDS * RATE_HZ);
    const { waves } = delineate(LEADS.map((lead, i) => ({ lead, mv: mv[i] })), RATE_HZ);
    const beats = patient.truth(0, SECONDS).beats.filter(({ qrs, t }) => qrs.onS > 1 && t.offS < SECONDS - 1);
    return beats.map(({ qrs, t }) => {
      const found = waves.find(({ wave, onset }) => wave === 'T' && onset > qrs.peakS * RATE_HZ && onset < t.offS * RATE_HZ);
      return found === undefined ? expect.unreachable(`no T wave at ${t.peakS} s`) : (found.offset / RATE_HZ - t.offS) * 1000;
    });
  }).sort((a, b) => a - b);
}

describe('the end of T', () => {
  test.each([[40, 650, 15], [40, 750, 25], [50, 650, 25], [50, 750, 40], [60, 650, 25], [60, 700, 40]])('at %d a minute and a QT of %d ms is within %d ms of the truth, and no T wave is lost in its middle', (heartRateBpm, qtMs, atMost) => {
    const errors = errorsOf(qtMs, heartRateBpm);
    expect(Math.abs(errors[errors.length >> 1])).toBeLessThan(atMost);
    expect(errors[Math.floor(0.1 * errors.length)]).toBeGreaterThan(-75);
    expect(errors.at(-1)).toBeLessThan(60);
  });
  test.each([[40, 450], [60, 400], [60, 450], [75, 400]])('at %d a minute and a QT of %d ms is where the first look has it', (heartRateBpm, qtMs) => {
    const errors = errorsOf(qtMs, heartRateBpm);
    expect(Math.abs(errors[errors.length >> 1])).toBeLessThan(12);
  });
  test('the table of docs/signal.md: nowhere is half of the wave lost', () => {
    for (const heartRateBpm of [40, 50, 60, 75]) {
      const lengths = [500, 600, 650, 700, 750].filter((qtMs) => qtMs < 0.88 * (60_000 / heartRateBpm));
      const medians = lengths.map((qtMs) => errorsOf(qtMs, heartRateBpm)).map((errors) => Math.round(errors[errors.length >> 1]));
      console.log(`${heartRateBpm} a minute: ${lengths.map((qtMs, i) => `${qtMs} ms ${medians[i]}`).join(', ')}`);
      for (const median of medians) expect(median).toBeGreaterThan(-125);
    }
  });
});
