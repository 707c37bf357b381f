import type { Tls } from '../adapters/http/index.js';
import type { Clock } from '../ports/index.js';

/** Where inference runs. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Largest message in either direction, bytes. gRPC's own 4 MiB are 35 segments of 12 × 2500 float32. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
/** Segments waiting for a batch; beyond it a request is RESOURCE_EXHAUSTED. About a second's work of one core. */
export const QUEUED_SEGMENTS_MAX = 1024;
/** Calls open at once on one connection. */
export const CONCURRENT_CALLS_MAX = 512;
/** Segments in one batch, whatever the options say. */
export const BATCH_SEGMENTS_MAX = 1024;
/** Time for the calls under way to end after a stop was asked for, ms; the process has 10 s in all. */
export const DRAIN_MS_MAX = 8_000;

/** What the service reports of itself; names no subject and no value of a tensor. */
export interface EncoderLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface EncoderServerOptions {
  /** A model folder: encoder.onnx and encoder.json. */
  readonly model: string;
  /** Another file of the same model: `int8` takes encoder.int8.onnx. */
  readonly variant?: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC; undefined: in the clear. */
  readonly tls?: Tls;
  /** Undefined: no metrics endpoint. 0: any free one. */
  readonly metricsPort?: number;
  readonly provider: Provider;
  /** Threads within one inference. */
  readonly threads: number;
  /** Inferences at once, each with a session of its own. */
  readonly workers: number;
  /** Segments. */
  readonly maxBatch: number;
  readonly preferred: readonly number[];
  readonly longestWaitMs: number;
  readonly clock: Clock;
  readonly log: EncoderLog;
}

export type EncoderStartErrorCode =
  | 'provider-unavailable'
  | 'model-unreadable'
  | 'model-mismatch'
  | 'port-taken'
  | 'address-unavailable'
  | 'bad-options';

/** The service cannot start: one line in `message`, what to do about it in `hint`. */
export class EncoderStartError extends Error {
  override readonly name = 'EncoderStartError';

  constructor(
    readonly code: EncoderStartErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** Refuses numbers that cannot work together. */
export function checkOptions(options: EncoderServerOptions): void {
  const bad = (what: string, hint: string): never => {
    throw new EncoderStartError('bad-options', what, hint);
  };
  const { maxBatch, preferred, longestWaitMs, threads, workers } = options;
  if (!Number.isInteger(maxBatch) || maxBatch < 1 || maxBatch > BATCH_SEGMENTS_MAX) bad(`max-batch ${maxBatch} is not within 1 to ${BATCH_SEGMENTS_MAX}`, 'give a whole number');
  for (const size of preferred) {
    if (!Number.isInteger(size) || size < 1 || size > maxBatch) bad(`preferred size ${size} is not within 1 to ${maxBatch}`, 'preferred sizes are whole and at most max-batch');
  }
  if (!(longestWaitMs >= 0 && longestWaitMs <= 1000)) bad(`longest-wait-ms ${longestWaitMs} is not within 0 to 1000`, 'a few milliseconds fill a batch');
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) bad(`threads ${threads} is not within 1 to 256`, 'one is best for small models');
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) bad(`workers ${workers} is not within 1 to 64`, 'at most one a core');
}
