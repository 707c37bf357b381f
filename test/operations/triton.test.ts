/** What Triton is given, against the contract. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { segmentShape } from '../../src/contract/index.js';
import { contractOf, MODEL } from '../encoder/support.js';
import { venv } from '../encoder/venv.js';

const script = resolve(import.meta.dirname, '../../deploy/triton/export.sh');
const file = resolve(import.meta.dirname, '../../deploy/triton/purkinje-s/config.pbtxt');
const config = readFileSync(file, 'utf8').replace(/^#.*$/gm, '');
const contract = contractOf();
const work = mkdtempSync(join(tmpdir(), 'purkinje-triton-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** name, data type and dims of each tensor in a section. */
function tensors(section: string): Record<string, { type: string; dims: number[] }> {
  const [, body] = new RegExp(`^${section} \\[([^]*?)^\\]`, 'm').exec(config)!;
  return Object.fromEntries([...body.matchAll(/name: "(\w+)" data_type: TYPE_(\w+) dims: \[ ([\d, ]+) \]/g)].map(([, name, type, dims]) => [name, { type, dims: dims.split(',').map(Number) }]));
}

describe('config.pbtxt', () => {
  test('is of the contract\'s model, with its tensors', () => {
    const { logits, embedding } = contract.outputs;
    expect(config).toContain(`name: "${contract.model.name}"`);
    expect(config).toContain('backend: "onnxruntime"');
    expect(tensors('input')).toEqual({ [contract.input.tensor]: { type: contract.input.wire, dims: segmentShape(contract) } });
    expect(tensors('output')).toEqual({
      [logits!.tensor]: { type: 'FP32', dims: [logits!.targets.length] },
      [embedding!.tensor]: { type: 'FP32', dims: [embedding!.size] },
    });
  });

  test('batches: sizes within the largest, and a wait that a segment can afford', () => {
    expect(config).toMatch(/^max_batch_size: 64$/m);
    expect(/preferred_batch_size: \[ ([\d, ]+) \]/.exec(config)![1].split(',').map(Number)).toEqual([16, 32, 64]);
    expect(Number(/max_queue_delay_microseconds: (\d+)/.exec(config)![1])).toBeLessThanOrEqual(10_000);
  });

  // The same environment as test/encoder/tritonclient.python.test.ts.
  const environment = venv('tritonclient-2.73.0', ['tritonclient[grpc]==2.73.0', 'onnxruntime==1.30.0', 'numpy<3']);
  test.skipIf(environment === undefined)('reads as Triton\'s own ModelConfig', () => {
    const parser = 'import sys\nfrom google.protobuf import text_format\nfrom tritonclient.grpc.model_config_pb2 import ModelConfig\nc = text_format.Parse(open(sys.argv[1]).read(), ModelConfig())\nprint(c.name, list(c.input[0].dims), c.max_batch_size, len(c.model_warmup))';
    const { stdout, stderr } = spawnSync(environment!.python, ['-c', parser, file], { encoding: 'utf8', timeout: 30_000 });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('purkinje-s [8, 1000] 64 2');
  });
});

describe('export.sh', () => {
  test('lays out a repository that Triton reads, and again over the first', () => {
    const repository = join(work, 'repository');
    for (let again = 0; again < 2; again++) execFileSync('sh', [script, MODEL, repository], { timeout: 20_000 });
    expect(readdirSync(repository, { recursive: true }).sort()).toEqual(['purkinje-s', 'purkinje-s/1', 'purkinje-s/1/model.onnx', 'purkinje-s/config.pbtxt']);
    expect(readFileSync(join(repository, 'purkinje-s/1/model.onnx')).equals(readFileSync(join(MODEL, 'encoder.onnx')))).toBe(true);
  });

  test('refuses a file that is not the contract\'s', () => {
    const model = join(work, 'purkinje-s');
    cpSync(MODEL, model, { recursive: true });
    appendFileSync(join(model, 'encoder.onnx'), 'x');
    const { status, stderr } = spawnSync('sh', [script, model, join(work, 'none')], { encoding: 'utf8', timeout: 20_000 });
    expect(status).toBe(1);
    expect(stderr).toContain('is not the file that encoder.json names');
  });
});
