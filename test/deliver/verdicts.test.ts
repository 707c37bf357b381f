/** What people find of alerts: a live PPV with its interval, and a finding that they refute. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefuted, livePpv, stepVerdicts, type Tallies } from '../../src/deliver/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';

const dismissed = (cause: string, snapshot: Partial<AlertEvent['snapshot']> = {}): AlertEvent => ({ state: 'dismissed', cause, snapshot: { finding: 'stemi', modelHash: 'h', threshold: 0.5, ...snapshot } }) as AlertEvent;
const point = { finding: 'stemi', modelHash: 'h', threshold: 0.5 };

test('reasons are verdicts, or none; each operating point has its own', () => {
  const tallies: Tallies = new Map();
  for (const cause of ['confirmed', 'known', 'artefact', 'not-present', 'other', 'constructor', '']) stepVerdicts(tallies, dismissed(cause));
  stepVerdicts(tallies, dismissed('artefact', { threshold: 0.6 }));
  stepVerdicts(tallies, { ...dismissed('artefact'), state: 'resolved' });
  expect([...tallies.values()]).toEqual([{ point, right: 2, wrong: 2 }, { point: { ...point, threshold: 0.6 }, right: 0, wrong: 1 }]);
});

describe('the interval', () => {
  // statsmodels.stats.proportion.proportion_confint(k, n, method='wilson')
  test.each([[5, 50, 0.04347, 0.2136], [0, 50, 0, 0.07135], [50, 50, 0.92865, 1], [1, 3, 0.06149, 0.79234]])('%d of %d', (k, n, lower95, upper95) => {
    const live = livePpv({ point, right: k, wrong: n - k });
    expect(live.lower95).toBeCloseTo(lower95, 4);
    expect(live.upper95).toBeCloseTo(upper95, 4);
  });
  test('holds the share, and is narrower with more verdicts', () => {
    fc.assert(fc.property(fc.nat(200), fc.integer({ min: 1, max: 200 }), (right, wrong) => {
      const [some, more] = [livePpv({ point, right, wrong }), livePpv({ point, right: 4 * right, wrong: 4 * wrong })];
      expect(some.lower95).toBeLessThanOrEqual(some.value + 1e-12);
      expect(some.upper95).toBeGreaterThanOrEqual(some.value - 1e-12);
      expect(more.upper95 - more.lower95).toBeLessThan(some.upper95 - some.lower95);
    }));
  });
});

test('a finding is refuted by fifty verdicts at least, whose upper bound is under the floor', () => {
  expect(isRefuted({ point, right: 0, wrong: 49 }, 0.1)).toBe(false);
  expect(isRefuted({ point, right: 0, wrong: 50 }, 0.1)).toBe(true);
  expect(isRefuted({ point, right: 1, wrong: 49 }, 0.1)).toBe(false);
  expect(isRefuted({ point, right: 50, wrong: 0 }, 0.1)).toBe(false);
});
