/** Thresholds for a stated PPV at a stated prevalence, at the unit of decision. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initial, step, type SubjectState } from '../../src/decide/index.js';
import { chosenThreshold, decisionScore, operatingChoice, ppvAt, shareUpper95 } from '../../src/evaluate/index.js';
import { AF, outcome, policyWith } from '../decide/series.js';

test('PPV is Bayes: the rows of a table that everybody knows', () => {
  for (const [prevalence, specificity, ppv] of [[0.1, 0.9, 0.49], [0.01, 0.99, 0.46], [0.001, 0.999, 0.46]] as const) expect(ppvAt(0.85, specificity, prevalence)).toBeCloseTo(ppv, 2);
  // scipy.stats.beta.ppf(0.975, 1, 20)
  expect(shareUpper95(0, 20)).toBeCloseTo(0.1684334714, 8);
});

describe('a decision score', () => {
  test('of structure is the median', () => {
    expect(decisionScore({ kind: 'structural', n: 1, m: 1 }, [0.1, 0.9, 0.5])).toBe(0.5);
    expect(decisionScore({ kind: 'structural', n: 1, m: 1 }, [0.2, 0.4])).toBeCloseTo(0.3);
  });
  test('of one segment is what it says, however many the policy wants', () => {
    expect(decisionScore({ kind: 'sustained', n: 4, m: 5 }, [0.7])).toBe(0.7);
  });
  test('is the highest threshold at which the policy itself would raise it', () => {
    const probability = fc.integer({ min: 11, max: 99 }).map((percent) => percent / 100);
    fc.assert(fc.property(fc.array(probability, { minLength: 3, maxLength: 12 }), (probabilities) => {
      const score = decisionScore({ kind: 'episodic', n: 2, m: 3 }, probabilities);
      const isRaisedAt = (threshold: number): boolean => {
        const by = policyWith({ findings: { [AF]: { n: 2, m: 3, threshold } } });
        let state: SubjectState = initial('e-1');
        return probabilities.some((p, k) => {
          const { state: after, out } = step(state, { type: 'outcome', outcome: outcome(k, p), partition: 0, offset: k }, by);
          state = after;
          return out.events.some(({ event }) => event.state === 'raised');
        });
      };
      expect([isRaisedAt(score), isRaisedAt(score + 0.005)]).toEqual([true, false]);
    }), { numRuns: 60 });
  });
});

describe('a threshold', () => {
  const units = [...[0.9, 0.8, 0.7, 0.4].map((score) => ({ isTrue: true, score })), ...Array.from({ length: 96 }, (_, i) => ({ isTrue: false, score: i / 110 }))];
  test('is the lowest that reaches the PPV, with its arithmetic', () => {
    const choice = chosenThreshold(units, 0.35, 0.1)!;
    expect(choice.threshold).toBe(0.8);
    expect(choice).toMatchObject({ tp: 2, fn: 2, fp: 8, tn: 88 });
    expect(choice.ppv.value).toBeCloseTo(ppvAt(0.5, 88 / 96, 0.1), 12);
    expect(choice.ppv.lower95).toBeLessThan(choice.ppv.value);
    expect(operatingChoice(units, 0.7, 0.1).ppv.value).toBeLessThan(0.35);
  });
  test('is not there where nothing reaches it, or a class is empty', () => {
    expect(chosenThreshold(units, 0.5, 0.0001)).toBeDefined();
    expect(chosenThreshold([{ isTrue: true, score: 0.2 }, { isTrue: false, score: 0.9 }], 0.9, 0.01)).toBeUndefined();
    expect(chosenThreshold([{ isTrue: true, score: 0.2 }], 0.1, 0.5)).toBeUndefined();
  });
});
