/** Neighbours: every row is compared, in whole numbers that give the cosine; a file is read back as it was written, or refused; under the floor nothing is shown. Invariants: I150, I151 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContract } from '../../src/contract/index.js';
import { chance } from '../../src/evaluate/index.js';
import { nearest, neighboursHtml, neighboursText, neighboursView, parseReference, type ReferenceAbout, referenceBytes, referenceOf, type ReferenceSet, similarities, spaceOf, vectorIn } from '../../src/explain/index.js';

const ABOUT: ReferenceAbout = {
  model: { name: 'a', version: '1', sha256: 'a'.repeat(64) },
  space: { kind: 'embedding', size: 20 },
  source: { data: 'Ours', rule: 'all', licence: 'CC0' },
  floor: { similarity: 0.5, chosenOn: 'nothing' },
};

function unit(values: readonly number[]): Float64Array {
  const length = Math.hypot(...values);
  return Float64Array.from(values, (value) => value / length);
}

function random(count: number, seed: number): Float64Array[] {
  const draw = chance(seed);
  return Array.from({ length: count }, () => unit(Array.from({ length: 20 }, () => draw() - 0.5)));
}

const setOf = (vectors: readonly Float64Array[], about = ABOUT): ReferenceSet => referenceOf(about, vectors.map((_, k) => ({ id: `r${k}`, statements: [k % 2 === 0 ? 'AFIB' : 'SR'] })), vectors);
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe('the nearest', () => {
  test('are those of the cosine in floating point, of every row, within the rounding of int8', () => {
    const [rows, queries] = [random(3000, 1), random(20, 2)];
    const set = setOf(rows);
    for (const query of queries) {
      const exact = rows.map((row) => dot(row, query));
      const found = similarities(set, query);
      exact.forEach((cosine, k) => expect(Math.abs(found[k] - cosine)).toBeLessThan(0.02));
      const sorted = [...found].sort((a, b) => b - a);
      const { neighbours, similarity } = nearest(set, query);
      expect(neighbours.map((one) => one.similarity)).toEqual(sorted.slice(0, 5));
      expect(neighbours.every((one) => one.similarity === found[Number(one.id.slice(1))])).toBe(true);
      expect(similarity).toBeCloseTo(sorted.slice(0, 5).reduce((sum, value) => sum + value, 0) / 5, 12);
    }
  });

  test('a row finds itself; of equals the earlier stands first; the floor is of five, however many are asked for', () => {
    const rows = random(40, 3);
    const { neighbours } = nearest(setOf([rows[0], ...rows]), rows[0], 2);
    expect(neighbours.map(({ id }) => id)).toEqual(['r0', 'r1']);
    expect(neighbours[0].similarity).toBeGreaterThan(0.999);
    const [one, many] = [1, 30].map((k) => nearest(setOf(rows), rows[7], k));
    expect(one.similarity).toBe(many.similarity);
    expect([one.neighbours.length, many.neighbours.length]).toEqual([1, 30]);
  });

  test('at the floor it is sufficient, under it not', () => {
    const rows = random(40, 4);
    const { similarity } = nearest(setOf(rows), rows[0]);
    const at = (floor: number) => nearest(setOf(rows, { ...ABOUT, floor: { similarity: floor, chosenOn: '-' } }), rows[0]).isSufficient;
    expect([at(similarity), at(similarity + 1e-6)]).toEqual([true, false]);
  });
});

describe('a file', () => {
  test('is read back as it was written', () => {
    const set = setOf(random(7, 5));
    const parsed = parseReference(referenceBytes(set));
    expect(parsed).toEqual({ ok: true, value: set });
    // As files are read: a Buffer, a view of something larger.
    expect(parseReference(Buffer.from(referenceBytes(set)))).toEqual(parsed);
  });

  test('cut anywhere, or another file, is refused, and nothing is thrown', () => {
    const bytes = referenceBytes(setOf(random(3, 6)));
    for (let length = 0; length < bytes.length; length++) expect(parseReference(bytes.subarray(0, length)).ok).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(bytes.length), (noise, at) => void parseReference(Uint8Array.of(...bytes.subarray(0, at), ...noise))), { numRuns: 300 });
  });

  test('a scale that is no number is refused', () => {
    const set = setOf(random(3, 7));
    const parsed = parseReference(referenceBytes({ ...set, scales: Float32Array.of(NaN, 0.1, 0.1) }));
    expect(parsed).toMatchObject({ ok: false, problems: [{ code: 'bad-scale' }] });
  });
});

describe('the space', () => {
  const json = JSON.parse(readFileSync('models/purkinje-s/encoder.json', 'utf8'));
  const contract = (change: (json: any) => void = () => {}) => {
    const copy = structuredClone(json);
    change(copy);
    const parsed = parseContract(copy);
    if (!parsed.ok) throw new Error('the contract does not parse');
    return parsed.value;
  };
  const columns = json.outputs.logits.labels.map((_: string, k: number) => ({ logit: k % 3 - 1, activated: 0 }));

  test('is of statements where there are columns of them, else of the embedding, else there is none', () => {
    expect(spaceOf(contract())).toMatchObject({ kind: 'scores', statements: expect.arrayContaining(['AFIB', 'SR']) });
    expect(spaceOf(contract(), 'embedding')).toEqual({ kind: 'embedding', size: 128 });
    const without = contract((one) => delete one.outputs.logits.labels);
    expect(spaceOf(without).kind).toBe('embedding');
    expect(() => spaceOf(without, 'scores')).toThrow(/no column of a statement/);
  });

  test('gives vectors of unit length, and none of what is no number', () => {
    const space = spaceOf(contract());
    const vector = vectorIn(space, contract(), { columns })!;
    expect([vector.length, Math.hypot(...vector)]).toEqual([71, expect.closeTo(1, 12)]);
    // The first statement is column 37: its logit is 0, so that the softened score is one half before scaling; the next is 1/(1 + e^(-1/1.5)).
    expect(vector[1] / vector[0]).toBeCloseTo(2 / (1 + Math.exp(-1 / 1.5)), 12);
    expect(vectorIn(space, contract(), { columns: columns.map((one: any) => ({ ...one, logit: NaN })) })).toBeUndefined();
    expect(vectorIn(space, contract(), { columns: [] })).toBeUndefined();
    expect(vectorIn({ kind: 'embedding', size: 128 }, contract(), { columns, embedding: new Float32Array(128) })).toBeUndefined();
  });
});

describe('words', () => {
  const rows = random(40, 8);
  const found = nearest(setOf(rows, { ...ABOUT, floor: { similarity: 0, chosenOn: '-' } }), rows[0]);

  test('name what was stated, with its source, and that it is no finding of this tracing', () => {
    const text = neighboursText(neighboursView(found, ABOUT), 'en');
    expect(text).toContain('is no finding of this one');
    expect(text).toMatch(/1\.000 {2}r0: Atrial fibrillation/);
    expect(text).toContain('Ours. CC0');
    expect(neighboursText(neighboursView(found, ABOUT), 'de')).toContain('Vorhofflimmern');
  });

  test('under the floor, or where the model says nothing, no neighbour is named', () => {
    for (const [none, words] of [[{ ...found, isSufficient: false }, 'Insufficient evidence'], ['unusable', 'Insufficient evidence'], ['no-samples', 'not kept any more'], ['away', 'does not answer'], ['nothing-to-compare-with', 'no labelled recordings']] as const) {
      const view = neighboursView(none, ABOUT);
      expect(view.neighbours).toEqual([]);
      expect(neighboursText(view, 'en')).toContain(words);
      expect(neighboursText(view, 'en')).not.toMatch(/r\d/);
      expect(neighboursHtml(view, 'de')).not.toMatch(/r\d|<ol>/);
    }
  });

  test('of a report are text on a page', () => {
    const hostile = { ...found, neighbours: [{ ...found.neighbours[0], report: '<script>alert(1)</script>' }] };
    expect(neighboursHtml(neighboursView(hostile, ABOUT), 'en')).not.toContain('<script>');
  });
});
