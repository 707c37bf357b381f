import { status } from '@grpc/grpc-js';
import { elementsOf, inputsOf, type Contract, type TensorOf, type WireType } from '../contract/index.js';
import { isWireType, wireBytes } from '../encode/index.js';
import type { ModelInferRequest } from '../wire/gen/inference/grpc_predict_v2.js';

export interface CheckedInput {
  readonly wire: WireType;
  readonly raw: Uint8Array;
}

/** A request that the model can run. */
export interface CheckedRequest {
  readonly segments: number;
  /** In the contract's order. */
  readonly inputs: readonly CheckedInput[];
  /** The outputs to answer with, in this order. */
  readonly outputs: readonly TensorOf[];
}

/** A refusal with the status that Triton gives for the same fault. */
export interface Refusal {
  readonly code: status;
  readonly text: string;
}

export interface Served {
  readonly contract: Contract;
  readonly maxBatch: number;
  readonly outputs: readonly TensorOf[];
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

function checkOutputs(request: ModelInferRequest, served: Served): readonly TensorOf[] | Refusal {
  const asked: TensorOf[] = [];
  for (const output of request.outputs) {
    const known = served.outputs.find(({ name }) => name === output.name);
    if (known === undefined) return invalid(`unexpected output '${output.name}': the model has ${served.outputs.map(({ name }) => name).join(', ')}`);
    const [parameter] = Object.keys(output.parameters).filter((key) => key !== 'binary_data');
    if (parameter !== undefined) return invalid(`output '${output.name}': parameter '${parameter}' is not supported`);
    asked.push(known);
  }
  return asked.length === 0 ? served.outputs : asked;
}

/** Everything that can be wrong with a request is found here, before it waits for anything. */
export function checkRequest(request: ModelInferRequest, served: Served): CheckedRequest | Refusal {
  const { contract, maxBatch } = served;
  const unknown = checkModel(contract, request.modelName, request.modelVersion);
  if (unknown !== undefined) return unknown;
  const wanted = inputsOf(contract);
  const names = wanted.map(({ name }) => `'${name}'`).join(', ');
  const unexpected = request.inputs.find(({ name }) => !wanted.some((input) => input.name === name));
  if (unexpected !== undefined) return invalid(`unexpected input '${unexpected.name}': the model has ${names}`);
  if (request.inputs.length !== wanted.length) return invalid(`${request.inputs.length} inputs: the model has ${wanted.length}, ${names}`);
  if (request.rawInputContents.length !== wanted.length) return invalid(`${request.rawInputContents.length} raw contents for ${wanted.length} ${wanted.length === 1 ? 'input' : 'inputs'}`);
  const segments = request.inputs.find(({ name }) => name === contract.input.tensor)?.shape[0] ?? 0;
  const inputs: CheckedInput[] = [];
  for (const { name, shape } of wanted) {
    const index = request.inputs.findIndex((input) => input.name === name);
    if (index < 0) return invalid(`input '${name}' is there twice or another is missing: the model has ${names}`);
    const types: readonly WireType[] = name === contract.input.tensor ? inputTypes(contract) : ['FP32', 'FP16'];
    const checked = checkInput(request.inputs[index], request.rawInputContents[index], { shape, types, segments, maxBatch });
    if ('code' in checked) return checked;
    inputs.push(checked);
  }
  const outputs = checkOutputs(request, served);
  return 'code' in outputs ? outputs : { segments, inputs, outputs };
}

interface Wanted {
  readonly shape: readonly number[];
  readonly types: readonly WireType[];
  /** Of the signal: all inputs have as many rows. */
  readonly segments: number;
  readonly maxBatch: number;
}

function checkInput(input: ModelInferRequest['inputs'][number], raw: Uint8Array, { shape, types, segments, maxBatch }: Wanted): CheckedInput | Refusal {
  const { name, datatype } = input;
  if (!isWireType(datatype) || !types.includes(datatype)) return invalid(`input '${name}' has type ${datatype || 'none'}: this server takes ${types.join(', ')}`);
  if ('shared_memory_region' in input.parameters) return invalid(`input '${name}': shared memory is not supported, send raw_input_contents`);
  if (input.contents !== undefined) return invalid(`input '${name}' has typed contents: send raw_input_contents`);
  if (input.shape.length !== shape.length + 1 || input.shape[0] !== segments || shape.some((size, i) => input.shape[i + 1] !== size) || segments < 1) {
    return invalid(`input '${name}' has shape [${input.shape.join(',')}]: the model takes [1 to ${maxBatch},${shape.join(',')}], as many rows in each input`);
  }
  if (segments > maxBatch) return invalid(`a batch of ${segments}: this server takes at most ${maxBatch} segments in one request`);
  const bytes = segments * elementsOf(shape) * wireBytes(datatype);
  if (raw.length !== bytes) return invalid(`input '${name}' has ${raw.length} bytes: its shape and type make ${bytes}`);
  return { wire: datatype, raw };
}
