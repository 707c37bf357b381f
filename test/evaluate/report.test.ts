/** Figures of reports: F1 by hand, BLEU-4 and ROUGE-L as sacrebleu and rouge-score have them (training/golden_text.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FoundRecord, groupFigures, textFigures, tokensOf } from '../../src/evaluate/index.js';

const golden: readonly { pairs: { made: string; written: string }[]; bleu4: number; rougeL: number }[] = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/text.json'), 'utf8'));

test.each(golden.map((one, i) => [i, one] as const))('texts score as outside references score them: %i', (_, { pairs, bleu4, rougeL }) => {
  const figures = textFigures(pairs);
  expect(figures.references).toBe(pairs.length);
  expect(figures.bleu4).toBeCloseTo(bleu4, 6);
  expect(figures.rougeL).toBeCloseTo(rougeL, 6);
});

test('the same text is 100, another 0, and of no reference there is no figure', () => {
  const text = 'sinusrhythmus lagetyp normal normales ekg';
  expect(textFigures([{ made: text, written: text.toUpperCase() }])).toEqual({ references: 1, bleu4: 100, rougeL: 100 });
  expect(textFigures([{ made: text, written: 'trace only requested.' }])).toEqual({ references: 1, bleu4: 0, rougeL: 0 });
  expect(textFigures([{ made: '', written: text }])).toEqual({ references: 1, bleu4: 0, rougeL: 0 });
  expect(textFigures([])).toEqual({ references: 0, bleu4: null, rougeL: null });
});

test('signs are tokens of their own, umlauts are letters', () => {
  expect(tokensOf('QRS(T) abnorm, fÜr 4.46')).toEqual(['qrs', '(', 't', ')', 'abnorm', ',', 'für', '4', '.', '46']);
});

test('F1 over all statements and over each; what is unknown of a record does not count', () => {
  const record = (said: string[], labels: Record<string, boolean>): FoundRecord => ({ said: new Set(said), labels: new Map(Object.entries(labels)) });
  const { micro, macro, byStatement } = groupFigures([
    record(['A', 'B'], { A: true, B: false, C: false }),
    record(['A'], { A: true, B: true, C: false }),
    record(['B'], { A: true, B: true }),
    record(['C'], { A: false, B: false }),
  ], ['A', 'B', 'C']);
  expect(byStatement['A']).toMatchObject({ tp: 2, fp: 0, fn: 1, precision: 1, recall: 2 / 3, f1: 0.8 });
  expect(byStatement['B']).toMatchObject({ tp: 1, fp: 1, fn: 1, precision: 0.5, recall: 0.5, f1: 0.5 });
  expect(byStatement['C']).toMatchObject({ tp: 0, fp: 0, fn: 0, precision: null, recall: null, f1: null });
  expect(micro).toMatchObject({ tp: 3, fp: 1, fn: 2, precision: 0.75, recall: 0.6, f1: 6 / 9 });
  expect(macro).toEqual({ statements: 2, precision: 0.75, recall: (2 / 3 + 0.5) / 2, f1: 0.65 });
});
