import type { Provider } from './options.js';

/** What the serving thread and an inference thread say to each other. */
export interface WorkerSetup {
  readonly onnxPath: string;
  readonly provider: Provider;
  readonly threads: number;
}

/** One of the tensors that lie end to end in a run's buffer. */
export interface RunInput {
  readonly name: string;
  readonly dims: readonly number[];
}

export interface ModelValue {
  readonly name: string;
  /** onnxruntime's name: float32, float16, … */
  readonly type: string;
  /** Named sizes are free ones. */
  readonly shape: readonly (number | string)[];
}

export type ToWorker =
  | {
      readonly type: 'run';
      readonly inputs: readonly RunInput[];
      /** Names of what is to be computed. */
      readonly outputs: readonly string[];
      /** Float32; may be longer than the inputs need. Moves to the worker and comes back with the answer. */
      readonly buffer: ArrayBuffer;
    }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready'; readonly inputs: readonly ModelValue[]; readonly outputs: readonly ModelValue[] }
  /** The session cannot be made. */
  | { readonly type: 'unable'; readonly reason: string }
  | { readonly type: 'ran'; readonly computeMs: number; readonly outputs: Readonly<Record<string, Float32Array>>; readonly buffer: ArrayBuffer }
  | { readonly type: 'failed'; readonly reason: string; readonly buffer: ArrayBuffer };
