/**
 * Our client against a real Triton (the tritonserver that the wheel of pytriton carries), as against our own encoder:
 * same scores, and a clear word where the served model is not the contract's.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EncoderMismatchError } from '../../src/adapters/inference/index.js';
import { inputsOf, outputsOf, probabilities, type TensorOf } from '../../src/contract/index.js';
import { EncoderAwayError } from '../../src/ports/index.js';
import { MODEL, client, contractOf, directly, eventually, freePort, inputOf, largestDifference, segmentOf } from './support.js';
import { venv } from './venv.js';

const CONTRACT = contractOf();
const { name } = CONTRACT.model;
const VERSION = '0.7.0';
// Its Python backend was built for numpy 1: with 2 it answers with empty tensors. The wheel's own requirements are not needed.
const environment = venv(`pytriton-${VERSION}`, [`nvidia-pytriton==${VERSION}`, 'numpy==1.26.4', 'onnxruntime==1.30.0', 'flatbuffers', 'protobuf', 'packaging'], ['--no-deps']);

function repository(datatype: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'purkinje-triton-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const version = join(folder, name, '1');
  mkdirSync(version, { recursive: true });
  copyFileSync('test/encoder/triton_model.py', join(version, 'model.py'));
  const tensor = ({ name: of, shape }: TensorOf, type = 'FP32'): string => `{ name: "${of}" data_type: TYPE_${type} dims: [ ${shape.join(', ')} ] }`;
  const [signal, ...further] = inputsOf(CONTRACT);
  writeFileSync(
    join(folder, name, 'config.pbtxt'),
    `name: "${name}"
backend: "python"
max_batch_size: 32
input [ ${[tensor(signal, datatype), ...further.map((one) => tensor(one))].join(', ')} ]
output [ ${outputsOf(CONTRACT).map((one) => tensor(one)).join(', ')} ]
instance_group [ { kind: KIND_CPU count: 1 } ]
dynamic_batching { preferred_batch_size: [ 8, 16, 32 ] max_queue_delay_microseconds: 5000 }
`,
  );
  return folder;
}

let triton: ChildProcess | undefined;
let said = '';

async function startTriton(datatype: string): Promise<string> {
  const { site, version } = environment!;
  const home = join(site, 'pytriton', 'tritonserver');
  const stub = join(home, 'backends', 'python', 'triton_python_backend_stub');
  if (!existsSync(stub)) copyFileSync(join(home, 'python_backend_stubs', version, 'triton_python_backend_stub'), stub);
  for (const file of [stub, join(home, 'bin', 'tritonserver')]) chmodSync(file, 0o755);
  const port = await freePort();
  const args = [`--model-repository=${repository(datatype)}`, `--backend-directory=${join(home, 'backends')}`, `--grpc-port=${port}`, '--grpc-address=127.0.0.1', '--allow-http=false', '--allow-metrics=false'];
  const env = { ...process.env, ENCODER_SITE: site, ENCODER_ONNX: resolve(MODEL, 'encoder.onnx') };
  // A group of its own, to end the backend's processes with: they outlive a server that is killed.
  triton = spawn(join(home, 'bin', 'tritonserver'), args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  said = '';
  for (const stream of [triton.stdout!, triton.stderr!]) stream.on('data', (data) => (said += data));
  const ended = new Promise<number | null>((done) => triton!.once('exit', done));
  let gone = false;
  void ended.then(() => (gone = true));
  await eventually(() => gone || said.includes('Started GRPCInferenceService'), 60_000);
  if (gone) throw new Error(`tritonserver ended: ${said.trim().split('\n').at(-1)}`);
  return `127.0.0.1:${port}`;
}

afterEach(async () => {
  if (triton?.pid === undefined) return;
  const { pid } = triton;
  if (triton.exitCode === null && triton.signalCode === null) {
    const gone = new Promise((done) => triton!.once('exit', done));
    triton.kill('SIGTERM');
    await gone;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
});

describe.skipIf(environment === undefined)('a real Triton', () => {
  const segments = Array.from({ length: 70 }, (_, i) => segmentOf(i + 1));
  const inputs = segments.map((tensor) => inputOf(tensor));
  const DEADLINE = { deadlineMs: 30_000 };

  it('gives our client the scores of onnxruntime, over its batch size too; then is away when it stops', async () => {
    const address = await startTriton('FP32');
    const encoder = await client([address]);
    expect(encoder.endpoints()).toEqual([{ endpoint: address, status: 'ready', maxBatch: 32 }]);
    const scores = await encoder.score(inputs, DEADLINE);
    const truth = await directly(join(MODEL, 'encoder.onnx'), segments);
    const difference = largestDifference(scores.map(({ logits }) => logits), truth.map(({ logits }) => logits));
    console.log(`Triton against onnxruntime: largest difference of a logit ${difference.toExponential(2)}`);
    expect(difference).toBeLessThan(1e-5);
    expect(largestDifference(scores.map(({ embedding }) => embedding!), truth.map(({ embedding }) => embedding))).toBeLessThan(1e-5);
    triton!.kill('SIGKILL');
    await eventually(() => encoder.score(inputs.slice(0, 1), DEADLINE).then(() => false, (error) => error instanceof EncoderAwayError), 5_000);
    await encoder.close();
  }, 300_000);

  it('does not convert: a contract with another type on the wire is refused', async () => {
    const address = await startTriton('FP32');
    const error = await client([address], { wire: 'FP16' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EncoderMismatchError);
    expect((error as EncoderMismatchError).code).toBe('input-type');
  }, 300_000);

  it('takes half precision where its model does', async () => {
    const encoder = await client([await startTriton('FP16')], { wire: 'FP16' });
    const scores = await encoder.score(inputs.slice(0, 16), DEADLINE);
    await encoder.close();
    const truth = await directly(join(MODEL, 'encoder.onnx'), segments.slice(0, 16));
    const probabilitiesOf = (rows: readonly { readonly logits: Float32Array }[]): number[][] => rows.map(({ logits }) => probabilities(CONTRACT, logits).map(({ probability }) => probability));
    expect(largestDifference(probabilitiesOf(scores), probabilitiesOf(truth))).toBeLessThan(0.005);
  }, 300_000);
});
