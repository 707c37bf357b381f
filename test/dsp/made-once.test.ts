/** Filters and tables are kept, but within a bound: a device that claims rate after rate takes no more memory. */
import { describe, expect, test } from 'vitest';
import { butterworth, firwin, KEPT_MAX, madeOnce, notch, resample, resampleFourier, resampler } from '../../src/dsp/index.js';

describe('what is made once', () => {
  test('is the same while it is kept, and made again when it was let go', () => {
    const made: number[] = [];
    const kept = madeOnce<number, { n: number }>();
    const get = (n: number) => kept(n, () => (made.push(n), { n }));
    const first = get(0);
    for (let n = 1; n < KEPT_MAX; n++) get(n);
    expect(get(0)).toBe(first);
    get(KEPT_MAX);
    // 1 was asked for longest ago.
    expect(get(0)).toBe(first);
    get(1);
    expect(made).toEqual([...Array(KEPT_MAX + 1).keys(), 1]);
  });

  test('holds so many and no more', () => {
    let made = 0;
    const kept = madeOnce<number, number>();
    const round = (size: number) => {
      for (let n = 0; n < size; n++) kept(n, () => ++made);
    };
    round(KEPT_MAX);
    round(KEPT_MAX);
    expect(made).toBe(KEPT_MAX);
    // One more, round after round: each time the one that is wanted has just gone.
    round(KEPT_MAX + 1);
    round(KEPT_MAX + 1);
    expect(made).toBe(KEPT_MAX + 1 + KEPT_MAX + 1);
  });

  test('keeps undefined too', () => {
    let made = 0;
    const kept = madeOnce<string, undefined>();
    for (let n = 0; n < 3; n++) kept('none', () => void made++);
    expect(made).toBe(1);
  });
});

describe('after others have pushed it out, everything gives the same numbers', () => {
  const input = Float64Array.from({ length: 777 }, (_, i) => Math.sin(i / 7) + Math.cos(i / 3));
  const crowd = Array.from({ length: KEPT_MAX }, (_, i) => 100 + i);
  for (const [name, ask] of Object.entries<(rateHz: number) => unknown>({
    resampler: (rateHz) => resampler(rateHz, 125),
    butterworth: (rateHz) => butterworth('bandpass', 2, [0.5, 40], rateHz),
    notch: (rateHz) => notch(45, 30, rateHz),
    firwin: (rateHz) => firwin('lowpass', 31, [40], rateHz),
  })) {
    test(name, () => {
      const before = ask(499.7);
      expect(ask(499.7)).toBe(before);
      crowd.forEach(ask);
      const after = ask(499.7);
      expect(after).not.toBe(before);
      expect(after).toEqual(before);
    });
  }
  test('resampled signals', () => {
    const both = () => [resample(resampler(360, 125), input), ...resampleFourier([input], 500)];
    const before = both();
    for (const rateHz of crowd) resampleFourier([input.slice(0, rateHz)], resample(resampler(rateHz, 125), input.slice(0, 9)).length + 9);
    expect(both()).toEqual(before);
  });
});
