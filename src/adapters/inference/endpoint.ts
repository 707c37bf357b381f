import { Metadata, credentials, status, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { compareMetadata, inferRequest, knownHash, scoresOf, type Row, type Scores } from '../../encode/index.js';
import type { ScoreOptions } from '../../ports/index.js';
import { GRPCInferenceServiceClient, type ModelConfig, type ModelInferRequest, type ModelInferResponse, type ModelMetadataResponse } from '../../wire/gen/inference/grpc_predict_v2.js';
import { calling, closed, failed, permits, succeeded, type Breaker } from './breaker.js';
import { BATCH_SEGMENTS_DEFAULT, HEALTH_DEADLINE_MS, MESSAGE_BYTES_MAX, type EndpointStatus, type InferenceEncoderOptions } from './options.js';

/** Why a call gave no scores: data for the caller's next choice. */
export type CallFailure = 'busy' | 'away' | 'refused' | 'late' | 'wrong-answer';
export type CallResult = { readonly ok: true; readonly scores: readonly Scores[] } | { readonly ok: false; readonly failure: CallFailure; readonly reason: string };

type Call<Response> = (metadata: Metadata, options: Partial<CallOptions>, callback: (error: ServiceError | null, response: Response) => void) => unknown;

const CHANNEL = {
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  // A restarted encoder is back within seconds; gRPC's own pauses grow to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // Retrying is decided here, on another endpoint.
  'grpc.enable_retries': 0,
};

function failureOf(code: status): CallFailure {
  switch (code) {
    case status.RESOURCE_EXHAUSTED:
      return 'busy';
    case status.DEADLINE_EXCEEDED:
      return 'late';
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.UNIMPLEMENTED:
    case status.OUT_OF_RANGE:
      return 'refused';
    default:
      return 'away';
  }
}

/** One server: its channel, what it serves, and whether to call it. */
export class Endpoint {
  private client: GRPCInferenceServiceClient;
  private breaker: Breaker = closed;
  private found: EndpointStatus;

  constructor(
    readonly address: string,
    private readonly options: InferenceEncoderOptions,
  ) {
    this.client = this.connected();
    options.tls?.onRenewed(() => this.renew());
    this.found = { endpoint: address, status: 'away', reason: 'not asked yet' };
  }

  status(): EndpointStatus {
    return this.found;
  }

  usable(): boolean {
    return this.found.status === 'ready' && permits(this.breaker, this.options.clock.monotonicMs());
  }

  /** Rows in one call (segments, or crops of them): what the server takes, and what fits a message. */
  maxBatch(): number {
    const stated = this.found.status === 'ready' ? this.found.maxBatch : BATCH_SEGMENTS_DEFAULT;
    const { leads, samples } = this.options.contract.input;
    return Math.max(1, Math.min(stated, Math.floor((MESSAGE_BYTES_MAX / 2) / (leads.length * samples * 4))));
  }

  /** Ready? And, if it was not before: is it the contract's model? */
  async check(deadlineMs: number = HEALTH_DEADLINE_MS): Promise<EndpointStatus> {
    const name = this.options.contract.model.name;
    try {
      const { ready } = await this.ask<{ ready: boolean }>((...rest) => this.client.modelReady({ name, version: '' }, ...rest), deadlineMs);
      if (!ready) this.lose('the server has the model not ready');
      else if (this.found.status !== 'ready') this.found = await this.look(deadlineMs);
    } catch (error) {
      const { code, details } = error as ServiceError;
      this.lose(code === undefined ? String(error) : `${status[code]}: ${details}`);
    }
    return this.found;
  }

  /** One attempt. Never rejects. */
  async score(rows: readonly Row[], { deadlineMs, withSaliency }: ScoreOptions): Promise<CallResult> {
    const { contract, wire, clock } = this.options;
    const request = inferRequest(contract, rows, wire ?? contract.input.wire, withSaliency);
    this.breaker = calling(this.breaker);
    try {
      const response = await this.ask<ModelInferResponse>((...rest) => this.client.modelInfer(messageOf(request), ...rest), deadlineMs);
      const sha256 = hashOf(response);
      if (sha256 !== undefined && !knownHash(contract, sha256)) {
        // Restarted with another model since it was looked at.
        this.lose('another model answered');
        return { ok: false, failure: 'wrong-answer', reason: 'another model answered' };
      }
      const result = scoresOf(response, contract, rows.length, withSaliency);
      if (result.ok) {
        this.breaker = succeeded();
        return result;
      }
      this.breaker = failed(this.breaker, clock.monotonicMs());
      return { ok: false, failure: 'wrong-answer', reason: `${result.problem.code} ${result.problem.tensor}` };
    } catch (error) {
      const { code, details } = error as ServiceError;
      const failure = code === undefined ? 'away' : failureOf(code);
      const reason = code === undefined ? String(error) : `${status[code]}: ${details}`;
      // Busy is an answer of a healthy server.
      this.breaker = failure === 'busy' ? succeeded() : failed(this.breaker, clock.monotonicMs());
      // What is away may come back as another model; what refuses may have become one.
      if (code === status.UNAVAILABLE || failure === 'refused') this.lose(reason);
      return { ok: false, failure, reason };
    }
  }

  close(): void {
    this.client.close();
  }

  private connected(): GRPCInferenceServiceClient {
    return new GRPCInferenceServiceClient(this.address, this.options.tls?.current() ?? credentials.createInsecure(), CHANNEL);
  }

  /** Calls under way end on the old channel; the server is looked at again before another is made. */
  private renew(): void {
    this.client.close();
    this.client = this.connected();
    this.lose('its certificates were exchanged here: it is asked again');
  }

  private lose(reason: string): void {
    this.found = { endpoint: this.address, status: 'away', reason };
  }

  private async look(deadlineMs: number): Promise<EndpointStatus> {
    const { contract, wire } = this.options;
    const { name } = contract.model;
    const [metadata, config] = await Promise.all([
      this.ask<ModelMetadataResponse>((...rest) => this.client.modelMetadata({ name, version: '' }, ...rest), deadlineMs),
      this.config(deadlineMs),
    ]);
    const convertedTypes = config?.parameters['input_datatypes']?.stringValue.split(',') ?? [];
    const served = { name: metadata.name, inputs: metadata.inputs, outputs: metadata.outputs, sha256: config?.parameters['sha256']?.stringValue, convertedTypes };
    const mismatches = compareMetadata(contract, served, wire ?? contract.input.wire);
    if (mismatches.length > 0) return { endpoint: this.address, status: 'mismatched', mismatches };
    return { endpoint: this.address, status: 'ready', maxBatch: config?.maxBatchSize || BATCH_SEGMENTS_DEFAULT };
  }

  /** Triton's extension: a server without it is served with defaults. */
  private async config(deadlineMs: number): Promise<ModelConfig | undefined> {
    try {
      const request = { name: this.options.contract.model.name, version: '' };
      const answer = await this.ask<{ config: ModelConfig | undefined }>((...rest) => this.client.modelConfig(request, ...rest), deadlineMs);
      return answer.config;
    } catch (error) {
      if ((error as ServiceError).code === status.UNIMPLEMENTED) return undefined;
      throw error;
    }
  }

  private ask<Response>(call: Call<Response>, deadlineMs: number): Promise<Response> {
    // gRPC takes a point in time, and sends on the wire what is left of it.
    const deadline = this.options.clock.nowMs() + deadlineMs;
    return new Promise((resolve, reject) => {
      call(new Metadata(), { deadline }, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }
}

/** Our encoder signs each answer with the hash of the model's file; others need not. */
function hashOf(response: ModelInferResponse): string | undefined {
  const choice = response.parameters['sha256']?.parameterChoice;
  return choice?.$case === 'stringParam' ? choice.value : undefined;
}

/** The room's plain request as the message; buffers are shared, not copied. */
function messageOf(request: ReturnType<typeof inferRequest>): ModelInferRequest {
  return {
    modelName: request.modelName,
    modelVersion: '',
    id: '',
    parameters: {},
    inputs: request.inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: [...shape], parameters: {}, contents: undefined })),
    outputs: request.outputs.map(({ name }) => ({ name, parameters: {} })),
    rawInputContents: [...request.rawInputContents],
  };
}
