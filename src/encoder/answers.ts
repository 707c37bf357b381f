import type { LoadedModel } from '../adapters/models.js';
import { inputsOf, type Contract, type TensorOf } from '../contract/index.js';
import {
  DataType,
  ModelConfigResponse,
  type ModelInferResponse,
  type ModelMetadataResponse,
  type ModelStatisticsResponse,
  ModelInstanceGroup_Kind,
  type ModelInferRequest,
} from '../wire/gen/inference/grpc_predict_v2.js';
import type { EncoderServerOptions } from './options.js';
import { inputTypes } from './request.js';
import { inNanoseconds, type Statistics } from './statistics.js';

const PLATFORM = 'onnxruntime_onnx';

export function metadataAnswer(contract: Contract, outputs: readonly TensorOf[]): ModelMetadataResponse {
  return {
    name: contract.model.name,
    versions: [contract.model.version],
    platform: PLATFORM,
    inputs: inputsOf(contract).map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [-1, ...shape] })),
    outputs: outputs.map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [-1, ...shape] })),
  };
}

/** `parameters` carries what the protocol has no field for: the file's hash, and the input types that are converted here. */
export function configAnswer(contract: Contract, outputs: readonly TensorOf[], sha256: string, options: EncoderServerOptions): ModelConfigResponse {
  const { maxBatch, preferred, longestWaitMs, workers, provider, variant } = options;
  return ModelConfigResponse.fromPartial({
    config: {
      name: contract.model.name,
      platform: PLATFORM,
      backend: 'onnxruntime',
      maxBatchSize: maxBatch,
      input: inputsOf(contract).map(({ name, shape }) => ({ name, dataType: DataType.TYPE_FP32, dims: [...shape] })),
      output: outputs.map(({ name, shape }) => ({ name, dataType: DataType.TYPE_FP32, dims: [...shape] })),
      instanceGroup: [{ name: contract.model.name, count: workers, kind: provider === 'cpu' ? ModelInstanceGroup_Kind.KIND_CPU : ModelInstanceGroup_Kind.KIND_GPU }],
      defaultModelFilename: variant === undefined ? 'encoder.onnx' : `encoder.${variant}.onnx`,
      schedulingChoice: { $case: 'dynamicBatching', value: { preferredBatchSize: [...preferred], maxQueueDelayMicroseconds: Math.round(longestWaitMs * 1000) } },
      parameters: { sha256: { stringValue: sha256 }, input_datatypes: { stringValue: inputTypes(contract).join(',') } },
    },
  });
}

export function statisticsAnswer(contract: Contract, statistics: Statistics): ModelStatisticsResponse {
  const none = { count: 0, ns: 0 };
  return {
    modelStats: [
      {
        name: contract.model.name,
        version: contract.model.version,
        lastInference: statistics.lastInferenceMs,
        inferenceCount: statistics.inferenceCount,
        executionCount: statistics.executionCount,
        inferenceStats: {
          success: inNanoseconds(statistics.success),
          fail: inNanoseconds(statistics.fail),
          queue: inNanoseconds(statistics.queue),
          computeInput: inNanoseconds(statistics.computeInput),
          computeInfer: inNanoseconds(statistics.computeInfer),
          computeOutput: inNanoseconds(statistics.computeOutput),
          cacheHit: none,
          cacheMiss: none,
        },
        batchStats: [...statistics.batches].map(([batchSize, times]) => ({
          batchSize,
          computeInput: inNanoseconds(times.input),
          computeInfer: inNanoseconds(times.infer),
          computeOutput: inNanoseconds(times.output),
        })),
      },
    ],
  };
}

/** Rows of one request, signed with the hash of the file that made them. Buffers are shared, not copied. */
export function inferAnswer(
  { contract, sha256 }: LoadedModel,
  request: ModelInferRequest,
  asked: readonly TensorOf[],
  segments: number,
  outputs: Readonly<Record<string, Float32Array>>,
): ModelInferResponse {
  return {
    modelName: contract.model.name,
    modelVersion: contract.model.version,
    id: request.id,
    parameters: { sha256: { parameterChoice: { $case: 'stringParam', value: sha256 } } },
    outputs: asked.map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [segments, ...shape], parameters: {}, contents: undefined })),
    rawOutputContents: asked.map(({ name }) => Buffer.from(outputs[name].buffer, outputs[name].byteOffset, outputs[name].byteLength)),
  };
}
