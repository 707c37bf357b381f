import { Worker } from 'node:worker_threads';
import type { FromWorker, ModelValue, RunInput, ToWorker, WorkerSetup } from './messages.js';

export interface Inference {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly computeMs: number;
}

/** Inference threads, each with one session. Callers hold at most one run for each thread. */
export interface Pool {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly size: number;
  /** Fills a buffer with the inputs' float32 elements, one after the other, and computes `outputs` of it. Rejects with Error where the model fails on it. */
  run(inputs: readonly RunInput[], outputs: readonly string[], fill: (into: Float32Array) => void): Promise<Inference>;
  close(): Promise<void>;
}

export type PoolResult = { readonly ok: true; readonly pool: Pool } | { readonly ok: false; readonly reason: string };

interface Thread {
  readonly worker: Worker;
  buffer: ArrayBuffer;
  settle?: (message: Extract<FromWorker, { type: 'ran' | 'failed' }>) => void;
  reject?: (error: Error) => void;
}

/** Compiled beside this file; where this file runs from its source (tests), the build's copy. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../../dist/encoder/worker.js' : './worker.js', import.meta.url);
}

type Opened = { readonly thread: Thread; readonly first: Extract<FromWorker, { type: 'ready' | 'unable' }> };

function openThread(setup: WorkerSetup, bufferBytes: number, onLost: (error: Error) => void): Promise<Opened> {
  return new Promise((resolve) => {
    const worker = new Worker(workerUrl(), { workerData: setup, execArgv: [] });
    const thread: Thread = { worker, buffer: new ArrayBuffer(bufferBytes) };
    let opened = false;
    const lose = (error: Error): void => {
      if (!opened) resolve({ thread, first: { type: 'unable', reason: error.message.split('\n', 1)[0] } });
      thread.reject?.(error);
      onLost(error);
    };
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready' || message.type === 'unable') {
        opened = true;
        resolve({ thread, first: message });
        return;
      }
      thread.buffer = message.buffer;
      thread.settle?.(message);
    });
    worker.on('error', lose);
    worker.on('exit', (code) => lose(new Error(`an inference thread ended with code ${code}`)));
  });
}

function runOn(thread: Thread, inputs: readonly RunInput[], outputs: readonly string[], fill: (into: Float32Array) => void): Promise<Inference> {
  fill(new Float32Array(thread.buffer));
  return new Promise((resolve, reject) => {
    thread.reject = reject;
    thread.settle = (message) => (message.type === 'ran' ? resolve(message) : reject(new Error(message.reason)));
    const message: ToWorker = { type: 'run', inputs, outputs, buffer: thread.buffer };
    thread.worker.postMessage(message, [thread.buffer]);
  });
}

/**
 * Opens `size` threads over one model. `maxElements` bounds one run. A thread that ends unexpectedly is the end of the
 * service (`onLost`): a native crash leaves nothing worth repairing, and a restart takes a second.
 */
export async function openPool(setup: WorkerSetup, size: number, maxElements: number, onLost: (error: Error) => void): Promise<PoolResult> {
  let closing = false;
  const opened = await Promise.all(Array.from({ length: size }, () => openThread(setup, maxElements * 4, (error) => closing || onLost(error))));
  const unable = opened.find(({ first }) => first.type === 'unable');
  const threads = opened.map(({ thread }) => thread);
  const close = async (): Promise<void> => {
    closing = true;
    await Promise.all(threads.map(({ worker }) => new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
      worker.postMessage({ type: 'close' } satisfies ToWorker);
    })));
  };
  if (unable?.first.type === 'unable') {
    closing = true;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    return { ok: false, reason: unable.first.reason };
  }
  const { inputs, outputs } = opened[0].first as Extract<FromWorker, { type: 'ready' }>;
  const free = [...threads];
  return {
    ok: true,
    pool: {
      inputs,
      outputs,
      size,
      async run(runInputs, runOutputs, fill) {
        const thread = free.pop();
        if (thread === undefined) throw new Error('more runs than inference threads');
        try {
          return await runOn(thread, runInputs, runOutputs, fill);
        } finally {
          free.push(thread);
        }
      },
      close,
    },
  };
}
