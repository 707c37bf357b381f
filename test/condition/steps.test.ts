/** Every step of a contract by itself, with each of its options, against numpy and scipy (`training/golden_steps.py`). Invariants: I9 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { condition } from '../../src/condition/index.js';
import type { Contract, PipelineStep } from '../../src/contract/index.js';
import { LEADS, type Physical } from '../../src/ecg/index.js';

interface Case {
  readonly signal: number;
  readonly step: PipelineStep;
  readonly samples: number;
  readonly output: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/steps.json', import.meta.url), 'utf8'));
const cases: readonly Case[] = golden.cases;

function contractOf(change: Partial<Contract['input']>): Contract {
  return {
    schemaVersion: 1,
    model: { name: 'step', version: '1', license: 'none', trainedOn: [], citation: '' },
    input: { tensor: 'ecg', layout: 'NCT', wire: 'FP32', leads: golden.leads, rateHz: 100, samples: 1, unit: 'mV', pipeline: [], missing: 'refuse', nan: 'refuse', ...change },
    outputs: {},
    targets: [],
  };
}

function segmentOf(rateHz: number, rows: readonly (readonly (number | null)[])[]): Physical {
  return { rateHz, samples: rows[0].length, rows: rows.map((row, i) => ({ lead: golden.leads[i], origin: 'measured', mv: Float32Array.from(row, (value) => value ?? NaN), gaps: [] })) };
}

function tensorOf(segment: Physical, contract: Contract): Float32Array {
  const conditioned = condition(segment, contract);
  if (!conditioned.ok) throw new Error(conditioned.code);
  return conditioned.tensor;
}

function worstOf(found: Float32Array, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const most = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value))) / most;
}

const named = cases.map((one) => [`${JSON.stringify(one.step)} at ${golden.signals[one.signal].rateHz} Hz`, one] as const);

describe('a step', () => {
  test.each(named)('%s', (_name, { signal, step, samples, output }) => {
    const { rateHz, rows } = golden.signals[signal];
    expect(worstOf(tensorOf(segmentOf(rateHz, rows), contractOf({ pipeline: [step], samples })), output)).toBeLessThan(2e-6);
  });
});

describe('what is not there', () => {
  test.each(golden.holes as { nan: Contract['input']['nan']; input: (number | null)[][]; output: number[][] }[])('$nan', ({ nan, input, output }) => {
    expect(worstOf(tensorOf(segmentOf(250, input), contractOf({ nan, samples: 120 })), output.flat())).toBeLessThan(1e-6);
  });

  test('neighbours: those within six samples, else the lead’s mean', () => {
    const row = Array.from({ length: 40 }, (_, i) => (i === 5 || (i >= 15 && i < 35) ? null : i));
    const tensor = tensorOf(segmentOf(250, [row, row]), contractOf({ nan: 'neighbours', samples: 40 }));
    const mean = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.filter((value) => value !== null).length;
    expect(tensor[5]).toBeCloseTo(mean(row.slice(0, 12)), 5);
    expect(tensor[16]).toBeCloseTo(mean(row.slice(10, 23)), 5);
    expect(tensor[25]).toBeCloseTo(mean(row), 5);
  });

  test('a limb lead from any two others', () => {
    const [one, two] = [Array.from({ length: 30 }, (_, i) => Math.sin(i)), Array.from({ length: 30 }, (_, i) => Math.cos(i / 2))];
    const limb: Record<string, number[]> = {
      I: one,
      II: two,
      III: one.map((v, i) => two[i] - v),
      aVR: one.map((v, i) => -(v + two[i]) / 2),
      aVL: one.map((v, i) => v - two[i] / 2),
      aVF: one.map((v, i) => two[i] - v / 2),
    };
    const names = LEADS.slice(0, 6);
    for (const a of names) {
      for (const b of names.filter((name) => name > a)) {
        const rows = [a, b].map((lead) => ({ lead, origin: 'measured' as const, mv: Float32Array.from(limb[lead]), gaps: [] }));
        const tensor = tensorOf({ rateHz: 100, samples: 30, rows }, contractOf({ leads: names, missing: 'derive', samples: 30 }));
        names.forEach((lead, l) => limb[lead].forEach((value, i) => expect(tensor[l * 30 + i]).toBeCloseTo(value, 5)));
      }
    }
    const rows = ['I', 'V1'].map((lead) => ({ lead, origin: 'measured' as const, mv: Float32Array.from(one), gaps: [] }));
    expect(condition({ rateHz: 100, samples: 30, rows }, contractOf({ leads: ['II'], missing: 'derive', samples: 30 }))).toMatchObject({ ok: false, code: 'lead-missing', name: 'II' });
  });
});

describe('units and layouts', () => {
  const segment = segmentOf(100, [[1, 2, 3], [-1, 0.5, 4]]);

  test.each<[Partial<Contract['input']>, number[]]>([
    [{ unit: 'uV' }, [1000, 2000, 3000, -1000, 500, 4000]],
    [{ unit: 'counts', microvoltsPerCount: 5 }, [200, 400, 600, -200, 100, 800]],
    [{ leads: ['I', 'V1'] }, [-1, 0.5, 4, 1, 2, 3]],
    [{ leads: ['I'] }, [-1, 0.5, 4]],
    [{ layout: 'NTC' }, [1, -1, 2, 0.5, 3, 4]],
    [{ layout: 'N1TC' }, [1, -1, 2, 0.5, 3, 4]],
    [{ layout: 'flat', pipeline: [{ step: 'flatten' }] }, [1, 2, 3, -1, 0.5, 4]],
  ])('%j', (change, expected) => {
    expect([...tensorOf(segment, contractOf({ samples: 3, ...change }))]).toEqual(expected);
  });
});

test('a filter that the device is too slow for is refused; a notch there takes nothing out', () => {
  const segment = segmentOf(100, golden.signals[1].rows);
  expect(condition(segment, contractOf({ samples: 97, pipeline: [{ step: 'butterworth', kind: 'lowpass', order: 2, cornersHz: [50], phase: 'zero', scope: 'lead' }] }))).toMatchObject({ ok: false, code: 'rate-too-low' });
  const notched = tensorOf(segment, contractOf({ samples: 97, pipeline: [{ step: 'notch', frequencyHz: 60, q: 30, phase: 'zero', scope: 'lead' }] }));
  expect(notched).toEqual(tensorOf(segment, contractOf({ samples: 97 })));
});
