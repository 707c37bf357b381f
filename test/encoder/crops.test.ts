/**
 * A segment that becomes seven crops, with a mask and what is known of the patient beside it, through conditioning, batches, client, our
 * encoder and a real ONNX file, against the sum done here. Alone and among others it scores the same. Invariants: I22
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import type { InferenceEncoder } from '../../src/adapters/inference/index.js';
import { loadModel } from '../../src/adapters/models.js';
import { condition } from '../../src/condition/index.js';
import { cropsOf, segmentElements, type Contract } from '../../src/contract/index.js';
import type { Physical } from '../../src/ecg/index.js';
import { startEncoderServer, type EncoderServer } from '../../src/encoder/index.js';
import { lineMeters, Scorer } from '../../src/line/index.js';
import type { EncoderInput } from '../../src/ports/index.js';
import { linearModel, weight } from './onnx.js';
import { client, countingMeter, ensureBuilt, seeded, serverOptions } from './support.js';

const TARGETS = ['atrial-fibrillation', 'stemi', 'cardiac-amyloidosis'];
const { folder, contract } = linearModel({
  schemaVersion: 1,
  model: { name: 'linear', version: '1', license: 'none', weights: 'made by the test', trainedOn: [], citation: '' },
  input: {
    ...{ tensor: 'ecg', layout: 'NTC', wire: 'FP32', leads: ['V1', 'I', 'II'], rateHz: 100, samples: 250, unit: 'mV', missing: 'mask', nan: 'interpolate' },
    pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }, { step: 'crop', samples: 250, strideSamples: 125 }, { step: 'zscore', scope: 'crop', epsilon: 1e-6 }],
    mask: { tensor: 'mask' },
    tabular: { tensor: 'known', features: [{ name: 'ageYears', mean: 60, sd: 20, missing: { scaled: 0 } }, { name: 'sex', missing: { raw: 0.5 } }] },
  },
  outputs: { logits: { tensor: 'logits', activation: 'sigmoid', targets: TARGETS, merge: ['max', 'mean', 'first'] } },
  targets: TARGETS.map((id) => ({ id, threshold: 0.5, calibration: { method: 'none' }, evidence: { level: 'none' }, leadSets: [['I']], placements: ['standard'] })),
});

/** Three leads, one of them missing in every third segment. */
function segmentOf(seed: number): Physical {
  const random = seeded(seed);
  const rows = ['I', 'II', 'V1'].map((lead, l) => ({
    lead,
    origin: l === seed % 3 && seed % 2 === 0 ? ('missing' as const) : ('measured' as const),
    mv: Float32Array.from({ length: 2500 }, (_, i) => Math.sin(i / (9 + 5 * random())) + random()),
    gaps: [],
  }));
  return { rateHz: 250, samples: 2500, rows };
}

function inputOf(seed: number): EncoderInput {
  const conditioned = condition(segmentOf(seed), contract, seed % 4 === 0 ? {} : { ageYears: 40 + seed, sex: seed % 2 ? 'male' : 'female' });
  if (!conditioned.ok) throw new Error(conditioned.code);
  return conditioned;
}

/** What the model makes of an input, crop by crop, column by column. */
function logitsOf({ tensor, further = [] }: EncoderInput): number[][] {
  const elements = segmentElements(contract);
  return Array.from({ length: tensor.length / elements }, (_, crop) => {
    const all = [...tensor.subarray(crop * elements, (crop + 1) * elements), ...further.flatMap((values) => [...values])];
    return TARGETS.map((_t, column) => all.reduce((sum, x, i) => sum + x * weight(i, column), 0));
  });
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const expected = (input: EncoderInput): number[] => {
  const [af, stemi, amyloid] = TARGETS.map((_t, column) => logitsOf(input).map((crop) => sigmoid(crop[column])));
  return [Math.max(...af), stemi.reduce((a, b) => a + b, 0) / stemi.length, amyloid[0]];
};

const SEEDS = Array.from({ length: 23 }, (_, i) => i + 1);
let server: EncoderServer;
let encoder: InferenceEncoder;

beforeAll(async () => {
  ensureBuilt();
  // 10 rows a call: segments of seven are split and joined again.
  server = await startEncoderServer(serverOptions({ model: folder, maxBatch: 10, preferred: [] }));
  encoder = await client([`127.0.0.1:${server.port}`], { contract });
}, 120_000);

afterAll(async () => {
  await encoder?.close();
  await server?.drain();
});

function scorerOf(model: Contract, maxBatch: number): Scorer {
  const batch = { preferred: [], maxBatch, longestWaitMs: 2, maxInFlight: 2, maxQueued: 512, order: 'newest' } as const;
  return new Scorer(encoder, model, systemClock(), lineMeters(countingMeter()), { batch, maxAgeMs: Infinity, deadlineMs: 20_000 });
}

describe('crops and further inputs', () => {
  it('are scored row by row, and come back as they went', async () => {
    expect(cropsOf(contract)).toBe(7);
    const inputs = SEEDS.map(inputOf);
    const scores = await encoder.score(inputs, { deadlineMs: 20_000 });
    inputs.forEach((input, i) => logitsOf(input).flat().forEach((logit, k) => expect(scores[i].logits[k]).toBeCloseTo(logit, 3)));
  }, 60_000);

  it('are merged after the activation, alone and in any batch', async () => {
    for (const maxBatch of [7, 32]) {
      const scorer = scorerOf(contract, maxBatch);
      const inputs = SEEDS.map(inputOf);
      const together = await Promise.all(inputs.map((input) => scorer.submit(input)));
      for (const [i, { status, findings }] of together.entries()) {
        expect(status).toBe('scored');
        expected(inputs[i]).forEach((probability, k) => expect(findings[k].probability).toBeCloseTo(probability, 4));
        const alone = await scorer.submit(inputs[i]);
        alone.findings.forEach(({ probability }, k) => expect(Math.abs(probability - findings[k].probability)).toBeLessThan(1e-5));
      }
      scorer.close();
    }
  }, 60_000);

  it('depend on the mask and on the patient', () => {
    const conditioned = condition(segmentOf(3), contract, { ageYears: 80, sex: 'male' });
    if (!conditioned.ok) throw new Error(conditioned.code);
    expect(expected(conditioned)).not.toEqual(expected(inputOf(3)));
    expect(conditioned.further.map((values) => [...values])).toEqual([[1, 1, 1], [1, 1]]);
  });

  it('that no batch can hold are reported at the start', () => {
    expect(() => scorerOf(contract, 6)).toThrow(/7 crops, a batch holds 6/);
  });
});

describe('a contract without weights', () => {
  it('cannot be served, and says where the weights are', async () => {
    await expect(loadModel('models/contracts/merl')).rejects.toMatchObject({ code: 'no-weights', hint: expect.stringContaining('MERL-ICML2024') });
    await expect(startEncoderServer(serverOptions({ model: 'models/contracts/merl' }))).rejects.toMatchObject({ code: 'model-unreadable', message: expect.stringContaining('without weights') });
  });
});
