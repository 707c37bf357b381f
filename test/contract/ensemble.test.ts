/** Several models as one: what is claimed together, and what their probabilities become. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Contract, type ContractTarget, ensembleFindings, ensembleIdentity, ensembleTargets, parseContract } from '../../src/contract/index.js';

const parsed = parseContract(JSON.parse(readFileSync('models/purkinje-s/encoder.json', 'utf8')));
if (!parsed.ok) throw new Error('the bundled contract does not parse');
const bundled = parsed.value;

const target = (change: Partial<ContractTarget>): ContractTarget => ({
  id: 'stemi', threshold: 0.4, calibration: { method: 'none' }, evidence: { level: 'external' }, leadSets: [['I', 'II']], placements: ['standard', 'mason-likar'], ...change,
});
const having = (...targets: ContractTarget[]): Contract => ({ ...bundled, targets });

describe('the targets of several models', () => {
  test('of one model are its own', () => {
    expect(ensembleTargets([bundled])).toEqual(bundled.targets);
    expect(ensembleTargets([])).toEqual([]);
  });

  test('are claimed where each model claims them, on the least evidence among them', () => {
    const [together] = ensembleTargets([
      having(target({ bandHz: { highpassMax: 0.5, lowpassMin: 40 } })),
      having(target({ threshold: 0.6, evidence: { level: 'simulated' }, leadSets: [['II'], ['V1']], placements: ['standard'], bandHz: { highpassMax: 0.05 } })),
    ]);
    expect(together).toMatchObject({
      id: 'stemi', threshold: 0.5, evidence: { level: 'simulated' }, leadSets: [['I', 'II'], ['I', 'II', 'V1']], placements: ['standard'], bandHz: { highpassMax: 0.05, lowpassMin: 40 },
    });
  });
});

describe('what several models say', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const models = fc.array(fc.tuple(fc.uniqueArray(fc.constantFrom(...ids)), fc.boolean()), { minLength: 1, maxLength: 4 });

  test('is the mean of all that have the finding, or nothing; whatever the order of the models', () => {
    fc.assert(fc.property(models, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 }), (made, values) => {
      const said = made.map(([own, answers], m) => (answers ? own.map((id, k) => ({ id, probability: values[m * 4 + k] })) : undefined));
      const has = made.map(([own]) => new Set(own));
      const found = new Map(ensembleFindings(has, said).map(({ id, probability }) => [id, probability]));
      for (const id of ids) {
        const who = made.flatMap(([own], m) => (own.includes(id) ? [m] : []));
        const all = who.map((m) => said[m]?.find((one) => one.id === id)?.probability);
        if (who.length === 0 || all.includes(undefined)) expect(found.has(id)).toBe(false);
        else expect(found.get(id)).toBeCloseTo(all.reduce<number>((sum, p) => sum + p!, 0) / all.length, 12);
      }
      const backwards = ensembleFindings([...has].reverse(), [...said].reverse());
      expect(new Map(backwards.map(({ id, probability }) => [id, probability.toFixed(12)]))).toEqual(new Map([...found].map(([id, p]) => [id, p.toFixed(12)])));
    }));
  });
});

test('one model keeps its name and hash; of several every hash counts', () => {
  const { name, version, sha256 } = bundled.model;
  expect(ensembleIdentity([bundled])).toEqual({ model: `${name}@${version}`, modelHash: sha256 });
  const other: Contract = { ...bundled, model: { ...bundled.model, name: 'other', sha256: '1'.repeat(64) } };
  const another: Contract = { ...other, model: { ...other.model, sha256: '2'.repeat(64) } };
  expect(ensembleIdentity([bundled, other]).model).toBe(`${name}@${version}+other@${version}`);
  expect(ensembleIdentity([bundled, other]).modelHash).not.toBe(ensembleIdentity([bundled, another]).modelHash);
  expect(ensembleIdentity([])).toEqual({ model: '', modelHash: '' });
});
