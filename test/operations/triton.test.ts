/** What Triton is given, against the contract. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensorsIn } from '../../src/adapters/onnx-file.js';
import { inputsOf, outputsOf, type TensorOf } from '../../src/contract/index.js';
import { type TensorHead, tritonConfig } from '../../src/encode/index.js';
import { contractOf, MODEL } from '../encoder/support.js';
import { venv } from '../encoder/venv.js';

const contract = contractOf();
const file = await tensorsIn(join(MODEL, 'encoder.onnx'));
const written = tritonConfig(contract, file);
const config = written.replace(/^#.*$/gm, '');

/** name, data type and dims of each tensor in a section. */
function tensors(section: string): Record<string, { type: string; dims: number[] }> {
  const [, body] = new RegExp(`^${section} \\[([^]*?)^\\]`, 'm').exec(config)!;
  return Object.fromEntries([...body.matchAll(/name: "(\w+)" data_type: TYPE_(\w+) dims: \[ ([\d, ]+) \]/g)].map(([, name, type, dims]) => [name, { type, dims: dims.split(',').map(Number) }]));
}

describe('config.pbtxt', () => {
  test('is of the contract\'s model, with its tensors', () => {
    expect(config).toContain(`name: "${contract.model.name}"`);
    expect(config).toContain('backend: "onnxruntime"');
    const declared = (of: readonly TensorOf[]) => Object.fromEntries(of.map(({ name, shape }) => [name, { type: 'FP32', dims: shape }]));
    expect(tensors('input')).toEqual(declared(inputsOf(contract)));
    expect(tensors('output')).toEqual(declared(outputsOf(contract)));
  });

  test('has each tensor in the type of the file', () => {
    const inHalves = (heads: readonly TensorHead[]) => heads.map((head) => ({ ...head, datatype: 'FP16' }));
    const halves = tritonConfig(contract, { inputs: inHalves(file.inputs), outputs: inHalves(file.outputs) });
    expect(halves).toContain('data_type: TYPE_FP16');
    expect(halves).not.toContain('TYPE_FP32');
  });

  test('batches: sizes within the largest, and a wait that a segment can afford', () => {
    expect(config).toMatch(/^max_batch_size: 64$/m);
    expect(/preferred_batch_size: \[ ([\d, ]+) \]/.exec(config)![1].split(',').map(Number)).toEqual([16, 32, 64]);
    expect(Number(/max_queue_delay_microseconds: (\d+)/.exec(config)![1])).toBeLessThanOrEqual(10_000);
  });

  // The same environment as test/encoder/tritonclient.python.test.ts.
  const environment = venv('tritonclient-2.73.0', ['tritonclient[grpc]==2.73.0', 'onnxruntime==1.30.0', 'numpy<3']);
  test.skipIf(environment === undefined)('reads as Triton\'s own ModelConfig', () => {
    const parser = 'import sys\nfrom google.protobuf import text_format\nfrom tritonclient.grpc.model_config_pb2 import ModelConfig\nc = text_format.Parse(sys.stdin.read(), ModelConfig())\nprint(c.name, list(c.input[0].dims), c.max_batch_size, len(c.model_warmup))';
    const { stdout, stderr } = spawnSync(environment!.python, ['-c', parser], { encoding: 'utf8', timeout: 30_000, input: written });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('purkinje-s [8, 1000] 64 2');
  });
});
