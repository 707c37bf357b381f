/** The service's behaviour: which status for which fault, what it reports of itself, what two callers at once do to its batches. */
import { Metadata, credentials, makeClientConstructor, status, type ServiceError } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EncoderMismatchError } from '../../src/adapters/inference/index.js';
import { outputsOf } from '../../src/contract/index.js';
import { inferRequest } from '../../src/encode/index.js';
import { startEncoderServer, type EncoderServer } from '../../src/encoder/index.js';
import { GRPCInferenceServiceClient, ModelInferRequest, type ModelInferResponse, type ModelStatisticsResponse } from '../../src/wire/gen/inference/grpc_predict_v2.js';
import { client, contractOf, ensureBuilt, inputOf, modelFolder, segmentOf, serverOptions } from './support.js';

const CONTRACT = contractOf();
const NAME = CONTRACT.model.name;
let server: EncoderServer;
let raw: GRPCInferenceServiceClient;

beforeAll(async () => {
  ensureBuilt();
  server = await startEncoderServer(serverOptions({ metricsPort: 0 }));
  raw = new GRPCInferenceServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
}, 120_000);

afterAll(async () => {
  raw?.close();
  await server?.drain();
});

function request(batch: number, change: (request: any) => void = () => {}): ModelInferRequest {
  const made: any = ModelInferRequest.fromPartial(inferRequest(CONTRACT, Array.from({ length: batch }, (_, i) => inputOf(segmentOf(i))), 'FP32') as any);
  made.rawInputContents = made.rawInputContents.map((bytes: Uint8Array) => Buffer.from(bytes));
  change(made);
  return made;
}

function infer(message: ModelInferRequest): Promise<ModelInferResponse> {
  return new Promise((resolve, reject) => raw.modelInfer(message, new Metadata(), (error, response) => (error ? reject(error) : resolve(response))));
}

async function fault(message: ModelInferRequest): Promise<ServiceError> {
  return infer(message).then(
    () => {
      throw new Error('it was answered');
    },
    (error: ServiceError) => error,
  );
}

const statistics = (): Promise<ModelStatisticsResponse> =>
  new Promise((resolve, reject) => raw.modelStatistics({ name: NAME, version: '' }, (error, response) => (error ? reject(error) : resolve(response))));

describe('a fault', () => {
  it.each<[string, status, string, (request: any) => void]>([
    ['an unknown model', status.NOT_FOUND, 'unknown model', (r) => (r.modelName = 'other')],
    ['an unknown version', status.NOT_FOUND, 'no version', (r) => (r.modelVersion = '9')],
    ['an unknown input', status.INVALID_ARGUMENT, 'unexpected input', (r) => (r.inputs[0].name = 'x')],
    ['no input', status.INVALID_ARGUMENT, '0 inputs', (r) => (r.inputs = [])],
    ['another type', status.INVALID_ARGUMENT, 'takes FP32, FP16', (r) => (r.inputs[0].datatype = 'INT64')],
    ['another shape', status.INVALID_ARGUMENT, 'has shape', (r) => (r.inputs[0].shape = [2, 1000, 8])],
    ['an empty batch', status.INVALID_ARGUMENT, 'has shape', (r) => (r.inputs[0].shape = [0, 8, 1000])],
    ['contents too short', status.INVALID_ARGUMENT, 'bytes', (r) => (r.rawInputContents[0] = Buffer.alloc(8))],
    ['no contents', status.INVALID_ARGUMENT, 'raw contents', (r) => (r.rawInputContents = [])],
    ['typed contents', status.INVALID_ARGUMENT, 'raw_input_contents', (r) => (r.inputs[0].contents = { boolContents: [], intContents: [], int64Contents: [], uintContents: [], uint64Contents: [], fp32Contents: [1], fp64Contents: [], bytesContents: [] })],
    ['shared memory', status.INVALID_ARGUMENT, 'shared memory', (r) => (r.inputs[0].parameters = { shared_memory_region: { parameterChoice: { $case: 'stringParam', value: 'x' } } })],
    ['an unknown output', status.INVALID_ARGUMENT, 'unexpected output', (r) => (r.outputs = [{ name: 'x', parameters: {} }])],
    ['classification', status.INVALID_ARGUMENT, 'not supported', (r) => (r.outputs[0].parameters = { classification: { parameterChoice: { $case: 'int64Param', value: 3 } } })],
  ])('%s has its status and says what', async (_name, code, text, change) => {
    const error = await fault(request(2, change));
    expect(error.code).toBe(code);
    expect(error.details).toContain(text);
  });

  it('a batch over the maximum is INVALID_ARGUMENT', async () => {
    const error = await fault(request(33));
    expect([error.code, error.details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('at most 32')]);
  });
});

describe('an answer', () => {
  it('has the outputs that were asked for, all where none were, and the request’s id', async () => {
    const all = await infer(request(2, (r) => ((r.outputs = []), (r.id = 'q7'))));
    expect([all.id, all.outputs.map(({ name, shape }) => [name, ...shape])]).toEqual(['q7', outputsOf(CONTRACT).map(({ name, shape }) => [name, 2, ...shape])]);
    const one = await infer(request(1, (r) => (r.outputs = [{ name: 'embedding', parameters: {} }])));
    expect(one.rawOutputContents.map(({ length }) => length)).toEqual([512]);
  });
});

it('joins concurrent callers in one batch and counts them', async () => {
  const before = (await statistics()).modelStats[0];
  await Promise.all(Array.from({ length: 16 }, () => infer(request(1))));
  const after = (await statistics()).modelStats[0];
  expect(after.inferenceCount - before.inferenceCount).toBe(16);
  expect(after.executionCount - before.executionCount).toBeLessThan(16);
  expect(after.inferenceStats!.success!.count - before.inferenceStats!.success!.count).toBe(16);
  expect(after.inferenceStats!.computeInfer!.ns).toBeGreaterThan(before.inferenceStats!.computeInfer!.ns);
  expect(after.batchStats.reduce((sum, { batchSize, computeInfer }) => sum + batchSize * computeInfer!.count, 0)).toBe(after.inferenceCount);
});

it('refuses with RESOURCE_EXHAUSTED when the queue is full, and answers everything else', async () => {
  // 80 × 32 segments at once are more than the queue's 1024 and the one batch that runs.
  const message = request(32);
  const results = await Promise.all(Array.from({ length: 80 }, () => infer(message).then(() => status.OK, (error: ServiceError) => error.code)));
  const counted = (code: status): number => results.filter((result) => result === code).length;
  expect(counted(status.OK) + counted(status.RESOURCE_EXHAUSTED)).toBe(80);
  expect(counted(status.OK)).toBeGreaterThanOrEqual(32);
  expect(counted(status.RESOURCE_EXHAUSTED)).toBeGreaterThan(0);
}, 60_000);

it('drops from the queue what its caller gave up', async () => {
  // A lone segment here waits a second for company.
  const slow = await startEncoderServer(serverOptions({ longestWaitMs: 1000, preferred: [32] }));
  const caller = new GRPCInferenceServiceClient(`127.0.0.1:${slow.port}`, credentials.createInsecure());
  const scored = (): Promise<number> => new Promise((resolve) => caller.modelStatistics({ name: '', version: '' }, (_error, answer) => resolve(answer.modelStats[0].inferenceCount)));
  const given = new Promise<status>((resolve) => {
    const call = caller.modelInfer(request(1), new Metadata(), (error) => resolve(error!.code));
    setTimeout(() => call.cancel(), 300);
  });
  expect(await given).toBe(status.CANCELLED);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(await scored()).toBe(0);
  caller.close();
  await slow.drain();
});

it('is SERVING to the gRPC health protocol', async () => {
  const Health: any = makeClientConstructor(healthService, 'Health');
  const health = new Health(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const ask = (name: string): Promise<any> => new Promise((resolve) => health.check({ service: name }, (error: unknown, response: any) => resolve(error ?? response.status)));
  expect([await ask(''), await ask('inference.GRPCInferenceService')]).toEqual(['SERVING', 'SERVING']);
  health.close();
});

it('has metrics, health and readiness over HTTP', async () => {
  const get = async (path: string): Promise<[number, string]> => fetch(`http://127.0.0.1:${server.metricsPort}${path}`).then(async (response) => [response.status, await response.text()]);
  const [code, text] = await get('/metrics');
  expect(code).toBe(200);
  for (const name of ['requests_total{code="OK"}', 'requests_total{code="INVALID_ARGUMENT"}', 'segments_total', 'batch_segments_bucket', 'queue_seconds_sum', 'compute_seconds_sum', 'queue_depth_segments 0', 'queue_depth_segments_max 1024']) {
    expect(text).toContain(`purkinje_encoder_${name}`);
  }
  // There before the first is refused: a burst between two scrapes shows.
  for (const door of ['grpc', 'health']) for (const whose of ['own', 'all']) expect(text).toContain(`purkinje_process_connections_refused_total{door="${door}",whose="${whose}"} 0`);
  expect((await get('/health'))[0]).toBe(200);
  expect(await get('/ready')).toEqual([200, '{"ready":true}\n']);
  expect((await get('/else'))[0]).toBe(404);
});

describe('what cannot be served', () => {
  const starting = (change: Parameters<typeof serverOptions>[0]): Promise<unknown> => startEncoderServer(serverOptions(change)).then((started) => started.drain(), (error) => error.code);

  it.each<[string, () => Parameters<typeof serverOptions>[0], string]>([
    ['a port that is taken', () => ({ port: server.port }), 'port-taken'],
    ['a metrics port that is taken', () => ({ metricsPort: server.port }), 'port-taken'],
    ['a folder without a model', () => ({ model: 'models/none' }), 'model-unreadable'],
    ['a file that its contract does not know', () => ({ model: modelFolder((c) => (c.model.sha256 = 'a'.repeat(64))) }), 'model-unreadable'],
    ['a variant that its contract does not name', () => ({ variant: 'tiny' }), 'model-unreadable'],
    ['a contract with another tensor', () => ({ model: modelFolder((c) => (c.input.tensor = 'signal')) }), 'model-mismatch'],
    ['a contract with another shape', () => ({ model: modelFolder((c) => (c.input.leads.pop())) }), 'model-mismatch'],
    ['a preferred size over the largest batch', () => ({ maxBatch: 8 }), 'bad-options'],
  ])('%s is an error with a code', async (_name, change, code) => {
    expect(await starting(change())).toBe(code);
  }, 60_000);
});

it('reports to a client that its contract differs, by code', async () => {
  const contract = { ...CONTRACT, outputs: { ...CONTRACT.outputs, embedding: { tensor: 'embedding', size: 64, joint: false } } };
  const error = await client([`127.0.0.1:${server.port}`], { contract }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EncoderMismatchError);
  expect((error as EncoderMismatchError).code).toBe('output-shape');
});
