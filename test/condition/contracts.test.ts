/**
 * The tensor of every published encoder's contract, against numpy and scipy (`training/golden_contracts.py`) on simulated records at
 * four rates, one with holes, one with a lead missing. Prints the errors and times that docs/signal.md states. Invariants: I9
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { condition } from '../../src/condition/index.js';
import { cropsOf, parseCatalogue, segmentElements, segmentShape } from '../../src/contract/index.js';
import type { Physical } from '../../src/ecg/index.js';
import { CASES, CONTRACTS, RECORDS, TABULAR } from './published.js';

const ERROR_MAX = 1e-4;
const known = { ageYears: 60, sex: 'male', measurements: {} } as const;

function tensorOf(model: string, segment: Physical): Float32Array {
  const conditioned = condition(segment, CONTRACTS.get(model)!, known);
  if (!conditioned.ok) throw new Error(`${model} refused: ${conditioned.code} ${conditioned.name}`);
  return conditioned.tensor;
}

/** Fastest of some runs, ms. */
function timed(model: string): number {
  const segment = RECORDS.get('500 Hz')!;
  const runs = Array.from({ length: 12 }, () => {
    const began = process.hrtime.bigint();
    tensorOf(model, segment);
    return Number(process.hrtime.bigint() - began) / 1e6;
  });
  return Math.min(...runs);
}

const order = ['merl', 'ecg-fm', 'ecgfounder-readme', 'ecgfounder-eval', 'xresnet1d101', 'ecg-coca', 'ked', 'ribeiro', 'echonext-mini', 'st-mem', 'hubert-ecg', 'esi', 'deepecg', 'ecg-jepa'];

test('every contract has its reference, and every reference its contract', () => {
  expect([...CONTRACTS.keys()].sort()).toEqual([...order].sort());
  expect([...new Set(CASES.map(({ model }) => model))].sort()).toEqual([...order].sort());
});

describe.each(order)('%s', (model) => {
  test('is conditioned as its reference', () => {
    const contract = CONTRACTS.get(model)!;
    let worst = 0;
    for (const one of CASES.filter((each) => each.model === model)) {
      const segment = RECORDS.get(one.record)!;
      const conditioned = condition(segment, contract, known);
      if (one.refused !== undefined) {
        expect(conditioned, one.record).toMatchObject({ ok: false, code: one.refused });
        continue;
      }
      if (!conditioned.ok) throw new Error(`${one.record}: refused, ${conditioned.code} ${conditioned.name}`);
      const { tensor } = conditioned;
      expect([tensor.length / segmentElements(contract), ...segmentShape(contract)]).toEqual(one.shape);
      expect(one.shape[0]).toBe(cropsOf(contract));
      for (let i = 0; i < one.values.length; i++) worst = Math.max(worst, Math.abs(tensor[i * one.stride] - one.values[i]) / one.max);
      // Of all elements, those between the kept ones too.
      let [max, energy] = [0, 0];
      for (const value of tensor) [max, energy] = [Math.max(max, Math.abs(value)), energy + value * value];
      expect(Math.abs(max - one.max) / one.max).toBeLessThan(ERROR_MAX);
      expect(Math.abs(energy - one.energy) / one.energy).toBeLessThan(ERROR_MAX);
    }
    console.log(`${model}: largest relative error ${worst.toExponential(1)}, ${timed(model).toFixed(1)} ms a segment of 12 × 5000`);
    expect(worst).toBeLessThan(ERROR_MAX);
  });

  test('names only findings that the catalogue has, and claims none', () => {
    const catalogue = parseCatalogue(JSON.parse(readFileSync(new URL('../../models/catalogue.json', import.meta.url), 'utf8')));
    if (!catalogue.ok) throw new Error('the catalogue does not parse');
    const ids = catalogue.value.findings.map(({ id }) => id);
    for (const { id, evidence } of CONTRACTS.get(model)!.targets) {
      expect(ids).toContain(id);
      expect(evidence.level).toBe('none');
    }
  });
});

describe('what each model is known by', () => {
  const record = RECORDS.get('500 Hz')!;
  const only = (lead: string, at: number): Physical => ({
    ...record,
    rows: record.rows.map((row) => ({ ...row, mv: row.mv.map((_, i) => (row.lead === lead && i === at ? 1 : 0)) })),
  });

  test('MERL has aVF before aVL', () => {
    for (const [lead, row] of [['aVF', 4], ['aVL', 5], ['aVR', 3], ['V1', 6]] as const) {
      const tensor = tensorOf('merl', only(lead, 1234));
      expect(tensor.indexOf(Math.max(...tensor))).toBe(row * 5000 + 1234);
    }
  });

  test('ECG-FM normalises the record before it cuts', () => {
    const tensor = tensorOf('ecg-fm', record);
    const mean = (from: number) => tensor.subarray(from, from + 2500).reduce((sum, value) => sum + value, 0) / 2500;
    // Lead I of both crops: neither has the mean 0, together they have.
    expect(Math.abs(mean(0))).toBeGreaterThan(1e-3);
    expect(mean(0) + mean(12 * 2500)).toBeCloseTo(0, 5);
  });

  test('ST-MEM filters each crop by itself', () => {
    const tensor = tensorOf('st-mem', record);
    const [first, second] = [tensor.subarray(0, 2250), tensor.subarray(12 * 2250, 12 * 2250 + 2250)];
    // The same second of the record, at the edge of one crop and inside the other.
    expect(Math.max(...Array.from({ length: 60 }, (_, i) => Math.abs(second[i] - first[i + 125])))).toBeGreaterThan(0.01);
  });

  test('HuBERT smears across the border of two leads', () => {
    const steps: Physical = { ...record, rows: record.rows.map((row) => ({ ...row, mv: row.mv.map((_, i) => (row.lead === 'I' && i > 2490 && i < 2500 ? 1 : row.lead === 'II' && i > 4000 ? 1 : 0)) })) };
    const tensor = tensorOf('hubert-ecg', steps);
    // Lead II is level at its begin; what is seen there comes from the end of lead I.
    expect(Math.abs(tensor[501] - tensor[600])).toBeGreaterThan(1e-3);
  });

  test('xresnet1d101 has seven crops, a stride of 125, and takes the largest', () => {
    const contract = CONTRACTS.get('xresnet1d101')!;
    const tensor = tensorOf('xresnet1d101', record);
    expect(tensor.length).toBe(7 * 12 * 250);
    expect(contract.outputs.logits!.merge).toBe('max');
    for (let crop = 1; crop < 7; crop++) for (let i = 0; i < 125; i++) expect(tensor[crop * 3000 + i]).toBe(tensor[(crop - 1) * 3000 + 125 + i]);
  });

  test('EchoNext-Mini gets what is known of the patient and of the beats', () => {
    for (const { known: of, values } of TABULAR) {
      const conditioned = condition(record, CONTRACTS.get('echonext-mini')!, of);
      if (!conditioned.ok) throw new Error(conditioned.code);
      expect(conditioned.further).toHaveLength(1);
      values.forEach((value, i) => expect(conditioned.further[0][i]).toBeCloseTo(value, 5));
    }
    expect(condition(record, CONTRACTS.get('echonext-mini')!, { ageYears: 60 })).toMatchObject({ ok: false, code: 'value-missing', name: 'sex' });
  });

  test('EchoNext-Mini recomputes its derived leads, whatever the device sent', () => {
    const wrong: Physical = { ...record, rows: record.rows.map((row) => (['III', 'aVR', 'aVL', 'aVF'].includes(row.lead) ? { ...row, mv: row.mv.map(() => 3) } : row)) };
    const [right, made] = [tensorOf('echonext-mini', record), tensorOf('echonext-mini', wrong)];
    for (let i = 0; i < right.length; i++) expect(Math.abs(made[i] - right[i])).toBeLessThan(0.01);
  });

  test('DeepECG and ECG-JEPA derive a limb lead, the others want it', () => {
    const without: Physical = { ...record, rows: record.rows.map((row) => (row.lead === 'II' ? { ...row, origin: 'missing', mv: row.mv.map(() => NaN) } : row)) };
    for (const model of ['deepecg', 'ecg-jepa']) {
      const [right, made] = [tensorOf(model, record), tensorOf(model, without)];
      const max = Math.max(...right.map(Math.abs));
      for (let i = 0; i < right.length; i++) expect(Math.abs(made[i] - right[i]) / max).toBeLessThan(1e-3);
    }
    expect(condition(without, CONTRACTS.get('ribeiro')!)).toMatchObject({ ok: false, code: 'lead-missing', name: 'II' });
  });
});
