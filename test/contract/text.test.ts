/** The text side parses or says what is wrong; a watch phrase's score is a rank among ordinary records. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTextSide, similarity, watchRank, type TextSide } from '../../src/contract/index.js';

const unit = (x: number, y: number): number[] => [x / Math.hypot(x, y), y / Math.hypot(x, y)];

const document = (): any => ({
  schemaVersion: 1,
  encoder: { name: 'some encoder', version: '1', license: 'Apache-2.0', sha256: 'abc' },
  size: 2, temperature: 0.07, casing: 'lower',
  prompts: [{ id: 'atrial-fibrillation', prompt: 'atrial fibrillation', row: unit(1, 0) }],
  superclasses: [{ code: 'NORM', prompt: 'normal ECG', row: unit(1, 1) }],
  statements: [{ code: 'AFIB', prompt: 'atrial fibrillation', row: unit(1, 0) }],
  watch: [{ id: 'watch-giant-t', phrase: 'giant T waves', row: unit(0, 1), reference: { data: 'ordinary', records: 4, quantiles: [-0.5, 0, 0.25, 0.5, 1] } }],
});

function parsed(json: any): TextSide {
  const result = parseTextSide(json);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

describe('text.json', () => {
  it.each<[string, (text: any) => void, string]>([
    ['a row of another size', (t) => t.prompts[0].row.push(0), 'row-size prompts[0].row'],
    ['quantiles that fall', (t) => t.watch[0].reference.quantiles.reverse(), 'bad-quantiles watch[0].reference.quantiles'],
    ['a phrase with a name of its own making', (t) => (t.watch[0].id = 'Giant T'), 'invalid-format watch[0].id'],
    ['an unknown key', (t) => (t.prompt = []), 'unrecognized-keys '],
  ])('refuses %s', (_, change, problem) => {
    const json = document();
    change(json);
    const result = parseTextSide(json);
    expect(result.ok ? [] : result.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([problem]);
  });

  it('likens a segment of several crops by the mean over them', () => {
    expect(similarity([1, 0], [1, 0, 0, 1])).toBeCloseTo(0.5);
  });
});

describe('a watch phrase', () => {
  const [phrase] = parsed(document()).watch;
  const at = (cosine: number): number => watchRank(phrase, [Math.sqrt(1 - cosine ** 2), cosine]);

  it('ranks among the ordinary records', () => {
    expect([at(-0.9), at(0), at(0.25), at(0.375), at(1)].map((rank) => Number(rank.toFixed(6)))).toEqual([0, 0.25, 0.5, 0.625, 1]);
  });

  it('never ranks a liker segment lower, and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), (a, b) => {
        const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
        return low >= 0 && low <= high + 1e-12 && high <= 1;
      }),
    );
  });
});
