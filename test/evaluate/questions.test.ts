/** Figures of answers, by hand: exact sets, the balance of yes and no, majorities of what asks the same, confidence. */
import { expect, test } from 'vitest';
import { type AnsweredQuestion, figuresByKind, questionFigures } from '../../src/evaluate/index.js';

const answered = (answers: string[], right: string[], more: Partial<AnsweredQuestion> = {}): AnsweredQuestion => ({ type: 'verify', attribute: 'scp', asked: '', answers, right, confidence: 1, measured: ['no'], ...more });

test('of yes and no', () => {
  const figures = questionFigures([answered(['yes'], ['yes']), answered(['yes'], ['yes']), answered(['no'], ['yes']), answered(['not sure'], ['no'], { confidence: 0.5 })])!;
  expect(figures).toMatchObject({ n: 4, accuracy: 0.5, majority: 0.75, measurementOnly: 0.25, notSure: { said: 1, share: 0.25 } });
  expect(figures.balanced).toBeCloseTo((2 / 3 + 0) / 2, 12);
  // Three say 1 and two are right; one says 0.5 and is not.
  expect(figures.ece).toBeCloseTo((1 + 0.5) / 4, 12);
});

test('a set is right as a whole, in any order; a majority is of what asks the same', () => {
  const query = (asked: string, answers: string[], right: string[]) => answered(answers, right, { type: 'query', asked, measured: ['SR'] });
  const questions = [query('rhythm', ['A', 'B'], ['B', 'A']), query('rhythm', ['A'], ['A', 'B']), query('form', ['none'], ['none']), query('form', ['none'], ['none']), query('form', ['X'], ['Y'])];
  expect(questionFigures(questions)).toMatchObject({ accuracy: 3 / 5, majority: 4 / 5, balanced: null, measurementOnly: 0 });
  expect(Object.keys(figuresByKind(questions))).toEqual(['query/scp', 'query/scp/form', 'query/scp/rhythm']);
  expect(figuresByKind(questions)['query/scp/form']).toMatchObject({ n: 3, accuracy: 2 / 3 });
});

test('of no question there is no figure', () => expect(questionFigures([])).toBeUndefined());
