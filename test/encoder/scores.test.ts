/**
 * What a caller gets through the service is what onnxruntime gives without it: on every wire type, alone or in any
 * batch, no matter who else asks at the same time. Shapes of the signal are synthetic; accuracy is not judged here.
 * Invariants: I22
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEncoder } from '../../src/adapters/inference/index.js';
import { probabilities } from '../../src/contract/index.js';
import { startEncoderServer, type EncoderServer } from '../../src/encoder/index.js';
import { MODEL, client, contractOf, directly, ensureBuilt, inputOf, largestDifference, modelFolder, seeded, segmentOf, serverOptions, type Direct } from './support.js';

const CONTRACT = contractOf();
const SEGMENTS = Array.from({ length: 48 }, (_, i) => segmentOf(i + 1));
const inputs = SEGMENTS.map((tensor) => inputOf(tensor));
const logitsOf = (scores: readonly { readonly logits: Float32Array }[]): Float32Array[] => scores.map(({ logits }) => logits);
const probabilitiesOf = (scores: readonly { readonly logits: Float32Array }[]): number[][] =>
  scores.map(({ logits }) => probabilities(CONTRACT, logits).map(({ probability }) => probability));
const DEADLINE = { deadlineMs: 30_000 };

let server: EncoderServer;
let encoder: InferenceEncoder;
let truth: readonly Direct[];

beforeAll(async () => {
  ensureBuilt();
  truth = await directly(join(MODEL, 'encoder.onnx'), SEGMENTS);
  server = await startEncoderServer(serverOptions());
  encoder = await client([`127.0.0.1:${server.port}`]);
}, 120_000);

afterAll(async () => {
  await encoder?.close();
  await server?.drain();
});

describe('through the service', () => {
  it('FP32 scores are those of onnxruntime within 1e-5', async () => {
    const scores = await encoder.score(inputs, DEADLINE);
    expect(largestDifference(logitsOf(scores), logitsOf(truth))).toBeLessThan(1e-5);
    expect(largestDifference(scores.map(({ embedding }) => embedding!), truth.map(({ embedding }) => embedding))).toBeLessThan(1e-5);
  }, 60_000);

  it('FP16 on the wire costs less than 0.005 of a probability', async () => {
    const half = await client([`127.0.0.1:${server.port}`], { wire: 'FP16' });
    const scores = await half.score(inputs, DEADLINE);
    await half.close();
    const difference = largestDifference(probabilitiesOf(scores), probabilitiesOf(truth));
    console.log(`FP16 wire: largest difference of a probability ${difference.toExponential(2)}`);
    expect(difference).toBeLessThan(0.005);
  }, 60_000);

  it('a segment scores the same alone, in any batch, and beside any other caller', async () => {
    const random = seeded(20260101);
    // Callers with batches of random sizes from random places, all at once; the service joins and splits them as it likes.
    const callers = Array.from({ length: 40 }, () => {
      const from = Math.floor(random() * SEGMENTS.length);
      const size = 1 + Math.floor(random() * random() * 32);
      return Array.from({ length: size }, (_, k) => (from + k) % SEGMENTS.length);
    });
    const answers = await Promise.all(callers.map((rows) => encoder.score(rows.map((row) => inputs[row]), DEADLINE)));
    const difference = Math.max(...answers.map((scores, c) => largestDifference(logitsOf(scores), callers[c].map((row) => truth[row].logits))));
    console.log(`alone against any batch: largest difference of a logit ${difference.toExponential(2)}`);
    expect(difference).toBeLessThan(1e-5);
  }, 60_000);
});

describe('the int8 variant', () => {
  it('is its own onnxruntime within 0.005, in batches as alone, and says how far from fp32', async () => {
    const folder = modelFolder();
    const contract = contractOf(folder);
    const own = await directly(join(folder, 'encoder.int8.onnx'), SEGMENTS, contract);
    const small = await startEncoderServer(serverOptions({ model: folder, variant: 'int8' }));
    const caller = await client([`127.0.0.1:${small.port}`], { contract });
    const scores = await caller.score(inputs, DEADLINE);
    await caller.close();
    await small.drain();
    expect(largestDifference(probabilitiesOf(scores), probabilitiesOf(own))).toBeLessThan(0.005);
    const against = largestDifference(probabilitiesOf(scores), probabilitiesOf(truth));
    console.log(`int8 against fp32: largest difference of a probability ${against.toFixed(4)}, of a logit between batches ${largestDifference(logitsOf(scores), logitsOf(own)).toExponential(2)}`);
  }, 60_000);
});

describe('int16 on the wire', () => {
  it('is taken where the contract has a scale', async () => {
    const folder = modelFolder((contract) => {
      contract.input.wire = 'INT16';
      contract.input.wireScale = 0.001;
    });
    const contract = contractOf(folder);
    const scaled = await startEncoderServer(serverOptions({ model: folder }));
    const caller = await client([`127.0.0.1:${scaled.port}`], { contract });
    const scores = await caller.score(inputs, DEADLINE);
    await caller.close();
    await scaled.drain();
    expect(largestDifference(probabilitiesOf(scores), probabilitiesOf(truth))).toBeLessThan(0.02);
  }, 60_000);
});
