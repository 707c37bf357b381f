/**
 * A thread that does nothing but inference. `run()` of onnxruntime-node blocks its event loop from start to end, so the
 * loop that serves gRPC must be another one. One session, made once.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { floatsToHalves, halvesToFloats } from '../dsp/index.js';
import type { FromWorker, RunInput, ToWorker, WorkerSetup } from './messages.js';

const port = parentPort!;
const setup = workerData as WorkerSetup;
const say = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0];
  // onnxruntime puts file, line and the failed condition before what it says.
  return line.split(' was false. ').at(-1)!;
}

async function open(): Promise<ort.InferenceSession> {
  // Only what is fatal: a provider's own lines about missing libraries would bury our one.
  ort.env.logLevel = 'fatal';
  return ort.InferenceSession.create(setup.onnxPath, {
    executionProviders: [setup.provider],
    intraOpNumThreads: setup.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
}

/** Callers speak float32; a model in half precision is spoken to in its own type. */
function tensorOf(session: ort.InferenceSession, { name, dims }: RunInput, values: Float32Array): ort.Tensor {
  const input = session.inputMetadata.find((value) => value.name === name);
  const halves = input?.isTensor === true && input.type === 'float16';
  return halves ? new ort.Tensor('float16', floatsToHalves(values), dims) : new ort.Tensor('float32', values, dims);
}

/** The tensors of a run, by name. */
function feedsOf(session: ort.InferenceSession, inputs: readonly RunInput[], buffer: ArrayBuffer): Record<string, ort.Tensor> {
  const feeds: Record<string, ort.Tensor> = {};
  let offset = 0;
  for (const input of inputs) {
    const elements = input.dims.reduce((a, b) => a * b, 1);
    feeds[input.name] = tensorOf(session, input, new Float32Array(buffer, offset * 4, elements));
    offset += elements;
  }
  return feeds;
}

function floatsOf({ type, data }: ort.Tensor): Float32Array {
  if (type !== 'float16') return data as Float32Array;
  // Uint16Array, or Float16Array on a newer Node: the same bits.
  const { buffer, byteOffset, length } = data as Uint16Array;
  return halvesToFloats(new Uint16Array(buffer, byteOffset, length));
}

async function run(session: ort.InferenceSession, message: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const { inputs, outputs: asked, buffer } = message;
  const beganNs = process.hrtime.bigint();
  try {
    const results = await session.run(feedsOf(session, inputs, buffer), asked);
    const computeMs = Number(process.hrtime.bigint() - beganNs) / 1e6;
    const outputs = Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, floatsOf(tensor)]));
    say({ type: 'ran', computeMs, outputs, buffer }, [buffer]);
  } catch (error) {
    say({ type: 'failed', reason: firstLine(error), buffer }, [buffer]);
  }
}

try {
  const session = await open();
  const describe = (values: readonly ort.InferenceSession.ValueMetadata[]): { name: string; type: string; shape: (number | string)[] }[] =>
    values.map((value) => ({ name: value.name, type: value.isTensor ? value.type : 'not a tensor', shape: value.isTensor ? [...value.shape] : [] }));
  port.on('message', (message: ToWorker) => {
    if (message.type === 'run') void run(session, message);
    else void session.release().finally(() => port.close());
  });
  say({ type: 'ready', inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) });
} catch (error) {
  say({ type: 'unable', reason: firstLine(error) });
}
