/** Thresholds of decisions on stays, beside those of the contract on single segments. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseContract, parseThresholdSet, withThresholds } from '../../src/contract/index.js';

const read = (name: string) => JSON.parse(readFileSync(`models/purkinje-s/${name}`, 'utf8'));
const parsed = parseContract(read('encoder.json'));
if (!parsed.ok) throw new Error('the bundled contract does not parse');
const contract = parsed.value;
const of = (contractIn: typeof contract) => Object.fromEntries(contractIn.targets.map(({ id, threshold }) => [id, threshold]));

test('the set that ships is one of its model, and says where it comes from', () => {
  const set = parseThresholdSet(read('thresholds.json'), contract);
  expect(set).toMatchObject({ ok: true, value: { id: 'stays-3', provenance: expect.stringContaining('fold 9') } });
});

test('what a set names decides at it; all else stays the contract\'s', () => {
  const set = { schemaVersion: 1, id: 'ours', provenance: 'a ward', thresholds: { stemi: 0.42 } } as const;
  expect(of(withThresholds(contract, set))).toEqual({ ...of(contract), stemi: 0.42 });
});

describe('a set is refused', () => {
  const set = { schemaVersion: 1, id: 'ours', provenance: 'a ward', thresholds: { stemi: 0.42 } };
  test.each<[string, object, string]>([
    ['without where it comes from', { provenance: '' }, 'provenance'],
    ['with a threshold that is no probability', { thresholds: { stemi: 1 } }, 'thresholds.stemi'],
    ['with a target that the model has not', { thresholds: { steming: 0.4 } }, 'thresholds.steming'],
    ['with a word that it does not know', { more: 1 }, ''],
  ])('%s', (_what, change, where) => {
    const result = parseThresholdSet({ ...set, ...change }, contract);
    expect(result.ok ? [] : result.problems.map((problem) => problem.where)).toEqual([where]);
  });
});
