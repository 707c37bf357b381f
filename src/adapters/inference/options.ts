import type { ChannelCredentials } from '@grpc/grpc-js';
import type { Contract, WireType } from '../../contract/index.js';
import { mismatchText, type MetadataMismatch } from '../../encode/index.js';
import type { Clock, Encoder, Meter } from '../../ports/index.js';

/** Largest message in either direction, bytes. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
/** Segments in one call where the server does not state its own limit. */
export const BATCH_SEGMENTS_DEFAULT = 32;
/** Between two health checks of an endpoint, ms. */
export const HEALTH_INTERVAL_MS = 1_000;
/** For an answer to a health check or a question about the model, ms. */
export const HEALTH_DEADLINE_MS = 1_000;
/** For the first look at every endpoint, ms. */
export const START_DEADLINE_MS = 3_000;
/** Pause before asking again where every endpoint is busy, ms. */
export const BUSY_PAUSE_MS = 10;

export interface InferenceEncoderOptions {
  /** `host:port` of each server. */
  readonly endpoints: readonly string[];
  readonly contract: Contract;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Type on the wire; the contract's where undefined. */
  readonly wire?: WireType;
  /** In the clear where undefined. */
  readonly tls?: ChannelTls;
  readonly healthIntervalMs?: number;
}

/** What channels are made with; it may change while they are there. */
export interface ChannelTls {
  current(): ChannelCredentials;
  onRenewed(take: () => void): void;
}

/** What is known of one endpoint. */
export type EndpointStatus =
  | { readonly endpoint: string; readonly status: 'ready'; readonly maxBatch: number }
  | { readonly endpoint: string; readonly status: 'away'; readonly reason: string }
  | { readonly endpoint: string; readonly status: 'mismatched'; readonly mismatches: readonly MetadataMismatch[] };

export interface InferenceEncoder extends Encoder {
  /** Asks every endpoint now. */
  check(): Promise<readonly EndpointStatus[]>;
  /** What was found last, without asking. */
  endpoints(): readonly EndpointStatus[];
}

/** A server answers, but what it serves is not the model of the contract. */
export class EncoderMismatchError extends Error {
  override readonly name = 'EncoderMismatchError';
  readonly code: MetadataMismatch['code'];
  readonly hint: string;

  constructor(
    readonly endpoint: string,
    readonly mismatches: readonly MetadataMismatch[],
  ) {
    super(`encoder at ${endpoint} does not serve the contract's model: ${mismatches.map(mismatchText).join('; ')}`);
    this.code = mismatches[0].code;
    this.hint = mismatches[0].hint;
  }
}
