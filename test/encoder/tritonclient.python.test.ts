/** Triton's own Python client, from PyPI, finds all it asks for in our encoder, and gets what onnxruntime gives. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf } from '../../src/contract/index.js';
import { MODEL, contractOf, ensureBuilt, modelFolder, spawnEncoder } from './support.js';
import { runPython, venv } from './venv.js';

const VERSION = '2.73.0';
const environment = venv(`tritonclient-${VERSION}`, [`tritonclient[grpc]==${VERSION}`, 'onnxruntime==1.30.0', 'onnx==1.19.1', 'numpy<3']);

describe.skipIf(environment === undefined)('tritonclient', () => {
  it('reads everything and infers, FP32 and FP16', async () => {
    ensureBuilt();
    const encoder = spawnEncoder(['--model', MODEL, '--port', '0']);
    const { port } = (await encoder.ready)!;
    const contract = contractOf();
    const { name, version } = contract.model;
    const found = runPython(environment!.python, 'test/encoder/tritonclient_probe.py', [`127.0.0.1:${port}`, name, join(MODEL, 'encoder.onnx')]);
    encoder.child.kill('SIGTERM');
    expect(await encoder.exit).toBe(0);

    expect([found.live, found.ready, found.modelReady]).toEqual([true, true, [true, false]]);
    expect(found.server.name).toBe('purkinje');
    expect(found.metadata).toMatchObject({ name, versions: [version], inputs: inputsOf(contract).map(({ name: of, shape }) => ({ name: of, datatype: 'FP32', shape: ['-1', ...shape.map(String)] })) });
    expect(found.config).toMatchObject({ name, max_batch_size: 32, backend: 'onnxruntime', dynamic_batching: { preferred_batch_size: [8, 16, 32] } });
    expect(found.config.input).toEqual(inputsOf(contract).map(({ name: of, shape }) => ({ name: of, data_type: 'TYPE_FP32', dims: shape.map(String) })));
    expect(found.index.models).toEqual([{ name, version, state: 'READY' }]);
    expect(found.statistics).toMatchObject({ name, version, inference_count: '24', execution_count: '2' });
    expect(Number(found.statistics.inference_stats.compute_infer.ns)).toBeGreaterThan(0);
    console.log(`tritonclient against onnxruntime: ${JSON.stringify({ fp32: found.fp32, fp16: found.fp16 })}`);
    expect(Math.max(found.fp32.logits, found.fp32.embedding)).toBeLessThan(1e-5);
    expect(found.fp16.probability).toBeLessThan(0.005);
    expect(found.codes).toEqual({ model: 'StatusCode.NOT_FOUND', tensor: 'StatusCode.INVALID_ARGUMENT', batch: 'StatusCode.INVALID_ARGUMENT', shape: 'StatusCode.INVALID_ARGUMENT' });
  }, 300_000);

  it('infers with the int8 variant as onnxruntime does with its file', async () => {
    ensureBuilt();
    const encoder = spawnEncoder(['--model', MODEL, '--variant', 'int8', '--port', '0']);
    const { port } = (await encoder.ready)!;
    const found = runPython(environment!.python, 'test/encoder/tritonclient_probe.py', [`127.0.0.1:${port}`, contractOf().model.name, join(MODEL, 'encoder.int8.onnx')]);
    encoder.child.kill('SIGTERM');
    expect(await encoder.exit).toBe(0);
    console.log(`tritonclient against onnxruntime, int8: ${JSON.stringify({ fp32: found.fp32 })}`);
    expect(found.fp32.probability).toBeLessThan(0.005);
  }, 300_000);

  it('infers with a model in half precision as onnxruntime does with the full one', async () => {
    ensureBuilt();
    const folder = modelFolder();
    const { sha256 } = runPython(environment!.python, 'test/encoder/half_model.py', [join(MODEL, 'encoder.onnx'), join(folder, 'encoder.onnx')]);
    const file = join(folder, 'encoder.json');
    const contract = JSON.parse(readFileSync(file, 'utf8'));
    contract.model.sha256 = sha256;
    writeFileSync(file, JSON.stringify(contract));
    const encoder = spawnEncoder(['--model', folder, '--port', '0']);
    const { port } = (await encoder.ready)!;
    const found = runPython(environment!.python, 'test/encoder/tritonclient_probe.py', [`127.0.0.1:${port}`, contract.model.name, join(MODEL, 'encoder.onnx')]);
    encoder.child.kill('SIGTERM');
    expect(await encoder.exit).toBe(0);
    console.log(`tritonclient against onnxruntime, a half-precision model: ${JSON.stringify({ fp32: found.fp32, fp16: found.fp16 })}`);
    expect(found.fp32.probability).toBeLessThan(0.005);
    expect(found.fp16.probability).toBeLessThan(0.005);
  }, 300_000);
});
