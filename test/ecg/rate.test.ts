import { expect, it } from 'vitest';
import { isRate, RATES_TEXT } from '../../src/ecg/index.js';

it('rates: the nominal ones, and less than 1% beyond', () => {
  for (const hz of [99.01, 99.97, 100, 500, 1000, 1000.4, 1009.99]) expect(isRate(hz), `${hz}`).toBe(true);
  for (const hz of [NaN, -500, 0, 50, 99, 1010, Infinity]) expect(isRate(hz), `${hz}`).toBe(false);
  expect(RATES_TEXT).toBe('100 to 1000 Hz, and less than 1% beyond');
});
