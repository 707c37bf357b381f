import { status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type { LoadedModel } from '../adapters/models.js';
import type { TensorOf } from '../contract/index.js';
import type { GRPCInferenceServiceServer, ModelInferRequest, ModelInferResponse } from '../wire/gen/inference/grpc_predict_v2.js';
import { configAnswer, inferAnswer, metadataAnswer, statisticsAnswer } from './answers.js';
import type { EncoderMetrics } from './metrics.js';
import type { EncoderLog, EncoderServerOptions } from './options.js';
import { reasonOf } from '../log/index.js';
import type { RequestQueue, RequestResult } from './queue.js';
import { checkModel, checkRequest, type Refusal } from './request.js';
import type { Statistics } from './statistics.js';

const EXTENSIONS = ['model_configuration', 'statistics', 'model_repository'];

export interface ServiceParts {
  readonly loaded: LoadedModel;
  readonly outputs: readonly TensorOf[];
  readonly options: EncoderServerOptions;
  readonly queue: RequestQueue;
  readonly statistics: Statistics;
  readonly metrics: EncoderMetrics;
  readonly log: EncoderLog;
  readonly version: string;
  readonly draining: () => boolean;
}

function refuse<T>(callback: sendUnaryData<T>, refusal: Refusal): void {
  callback({ code: refusal.code, details: refusal.text });
}

function refusalOf(result: Exclude<RequestResult, { type: 'answered' }>): Refusal {
  switch (result.type) {
    case 'refused':
      return { code: status.RESOURCE_EXHAUSTED, text: 'the queue is full: send less, or add an encoder' };
    case 'withdrawn':
      return { code: status.CANCELLED, text: 'the caller went away' };
    case 'failed':
      return { code: status.INTERNAL, text: 'the model failed on this batch: see the log of the encoder' };
  }
}

/** Handlers of the Open Inference Protocol over one model. */
export function inferenceService(parts: ServiceParts): GRPCInferenceServiceServer {
  const { loaded, outputs, options, queue, statistics, metrics, log, draining } = parts;
  const { contract } = loaded;
  const served = { contract, maxBatch: options.maxBatch, outputs };
  const ready = (): boolean => !draining();

  function modelInfer(call: ServerUnaryCall<ModelInferRequest, ModelInferResponse>, callback: sendUnaryData<ModelInferResponse>): void {
    const refused = (refusal: Refusal): void => {
      metrics.request(status[refusal.code]);
      refuse(callback, refusal);
    };
    // Also while draining: what came before the connection's GOAWAY is answered, and nothing comes after it.
    const checked = checkRequest(call.request, served);
    if ('code' in checked) return refused(checked);
    const ticket = queue.submit(checked, checked.segments);
    call.on('cancelled', () => ticket.withdraw());
    void ticket.result.then((result) => {
      if (result.type === 'answered') {
        metrics.request('OK');
        return callback(null, inferAnswer(loaded, call.request, checked.outputs, checked.segments, result.answer));
      }
      if (result.type === 'failed') log.error({ segments: checked.segments, reason: reasonOf(result.error) }, 'a batch failed in the model');
      refused(refusalOf(result));
    });
  }

  /** For a call that names a model: its answer, or NOT_FOUND. */
  function ofModel<Request extends { readonly name: string; readonly version: string }, Response>(answer: () => Response) {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const unknown = checkModel(contract, call.request.name, call.request.version);
      if (unknown !== undefined) refuse(callback, unknown);
      else callback(null, answer());
    };
  }

  return {
    serverLive: (_call, callback) => callback(null, { live: true }),
    serverReady: (_call, callback) => callback(null, { ready: ready() }),
    modelReady: (call, callback) => callback(null, { ready: ready() && checkModel(contract, call.request.name, call.request.version) === undefined }),
    serverMetadata: (_call, callback) => callback(null, { name: 'purkinje', version: parts.version, extensions: EXTENSIONS }),
    modelMetadata: ofModel(() => metadataAnswer(contract, outputs)),
    modelConfig: ofModel(() => configAnswer(contract, outputs, loaded.sha256, options)),
    modelStatistics(call, callback) {
      const { name, version } = call.request;
      const unknown = name === '' ? undefined : checkModel(contract, name, version);
      if (unknown !== undefined) refuse(callback, unknown);
      else callback(null, statisticsAnswer(contract, statistics));
    },
    repositoryIndex(call, callback) {
      const models = call.request.ready && !ready() ? [] : [{ name: contract.model.name, version: contract.model.version, state: ready() ? 'READY' : 'UNAVAILABLE', reason: '' }];
      callback(null, { models });
    },
    modelInfer,
  };
}
