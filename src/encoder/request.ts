import { status } from '@grpc/grpc-js';
import { segmentElements, segmentShape, type Contract, type WireType } from '../contract/index.js';
import { isWireType, wireBytes } from '../encode/index.js';
import type { ModelInferRequest } from '../wire/gen/inference/grpc_predict_v2.js';

/** A request that the model can run. */
export interface CheckedRequest {
  readonly segments: number;
  readonly wire: WireType;
  readonly raw: Uint8Array;
  /** Names of the outputs to answer with, in this order. */
  readonly outputs: readonly string[];
}

/** A refusal with the status that Triton gives for the same fault. */
export interface Refusal {
  readonly code: status;
  readonly text: string;
}

export interface Served {
  readonly contract: Contract;
  readonly maxBatch: number;
  readonly outputs: readonly string[];
}

/** Input types taken: half precision is converted, int16 only where the contract has a scale for it. */
export function inputTypes(contract: Contract): readonly WireType[] {
  return contract.input.wireScale === undefined ? ['FP32', 'FP16'] : ['FP32', 'FP16', 'INT16'];
}

const invalid = (text: string): Refusal => ({ code: status.INVALID_ARGUMENT, text });

/** Is this the model that is served, in a version of it? An empty version is any. */
export function checkModel(contract: Contract, name: string, version: string): Refusal | undefined {
  const { model } = contract;
  if (name !== model.name) return { code: status.NOT_FOUND, text: `unknown model '${name}': this server has '${model.name}'` };
  if (version !== '' && version !== model.version) return { code: status.NOT_FOUND, text: `model '${name}' has no version '${version}': this server has '${model.version}'` };
  return undefined;
}

function checkOutputs(request: ModelInferRequest, served: Served): readonly string[] | Refusal {
  for (const output of request.outputs) {
    if (!served.outputs.includes(output.name)) return invalid(`unexpected output '${output.name}': the model has ${served.outputs.join(', ')}`);
    const [parameter] = Object.keys(output.parameters).filter((key) => key !== 'binary_data');
    if (parameter !== undefined) return invalid(`output '${output.name}': parameter '${parameter}' is not supported`);
  }
  return request.outputs.length === 0 ? served.outputs : request.outputs.map((output) => output.name);
}

/** Everything that can be wrong with a request is found here, before it waits for anything. */
export function checkRequest(request: ModelInferRequest, served: Served): CheckedRequest | Refusal {
  const { contract, maxBatch } = served;
  const unknown = checkModel(contract, request.modelName, request.modelVersion);
  if (unknown !== undefined) return unknown;
  const { tensor } = contract.input;
  const [input] = request.inputs;
  if (request.inputs.length !== 1) return invalid(`${request.inputs.length} inputs: the model has one, '${tensor}'`);
  if (input.name !== tensor) return invalid(`unexpected input '${input.name}': the model has '${tensor}'`);
  const types = inputTypes(contract);
  if (!isWireType(input.datatype) || !types.includes(input.datatype)) return invalid(`input '${tensor}' has type ${input.datatype || 'none'}: this server takes ${types.join(', ')}`);
  if ('shared_memory_region' in input.parameters) return invalid(`input '${tensor}': shared memory is not supported, send raw_input_contents`);
  if (input.contents !== undefined) return invalid(`input '${tensor}' has typed contents: send raw_input_contents`);
  const shape = segmentShape(contract);
  const [segments] = input.shape;
  if (input.shape.length !== shape.length + 1 || shape.some((size, i) => input.shape[i + 1] !== size) || segments < 1) {
    return invalid(`input '${tensor}' has shape [${input.shape.join(',')}]: the model takes [1 to ${maxBatch},${shape.join(',')}]`);
  }
  if (segments > maxBatch) return invalid(`a batch of ${segments}: this server takes at most ${maxBatch} segments in one request`);
  if (request.rawInputContents.length !== 1) return invalid(`${request.rawInputContents.length} raw contents for 1 input`);
  const [raw] = request.rawInputContents;
  const bytes = segments * segmentElements(contract) * wireBytes(input.datatype);
  if (raw.length !== bytes) return invalid(`input '${tensor}' has ${raw.length} bytes: its shape and type make ${bytes}`);
  const outputs = checkOutputs(request, served);
  return 'code' in outputs ? outputs : { segments, wire: input.datatype, raw, outputs };
}
