import { segmentElements, segmentShape, type Contract, type WireType } from '../contract/index.js';
import { fromWire, isWireType, toWire, wireBytes } from './wire.js';

/** A tensor's name, type and shape, as the Open Inference Protocol has it. */
export interface TensorHead {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

export interface InferRequest {
  readonly modelName: string;
  readonly inputs: readonly TensorHead[];
  readonly outputs: readonly { readonly name: string }[];
  readonly rawInputContents: readonly Uint8Array[];
}

export interface InferResponse {
  readonly outputs: readonly TensorHead[];
  readonly rawOutputContents: readonly Uint8Array[];
}

/** One segment's outputs: a logit a column, and the embedding where the contract has one. */
export interface Scores {
  readonly logits: Float32Array;
  readonly embedding?: Float32Array;
}

/** Why a response is no answer to the request. */
export interface ResponseProblem {
  readonly code: 'output-missing' | 'output-type' | 'output-shape' | 'output-size';
  readonly tensor: string;
  readonly expected?: string;
  readonly found?: string;
}

export type ScoresResult = { readonly ok: true; readonly scores: readonly Scores[] } | { readonly ok: false; readonly problem: ResponseProblem };

/** A request for one batch. Each tensor is one segment in the contract's layout. */
export function inferRequest(contract: Contract, tensors: readonly Float32Array[], wire: WireType = contract.input.wire): InferRequest {
  const elements = segmentElements(contract);
  const odd = tensors.findIndex((tensor) => tensor.length !== elements);
  if (odd >= 0) throw new RangeError(`tensor ${odd} has ${tensors[odd].length} elements, the contract ${elements}`);
  const { logits, embedding } = contract.outputs;
  return {
    modelName: contract.model.name,
    inputs: [{ name: contract.input.tensor, datatype: wire, shape: [tensors.length, ...segmentShape(contract)] }],
    outputs: [{ name: logits.tensor }, ...(embedding === undefined ? [] : [{ name: embedding.tensor }])],
    rawInputContents: [toWire(tensors, wire, contract.input.wireScale)],
  };
}

/** One output as float32 [batch, width], or what is wrong with it. */
function output(response: InferResponse, name: string, batch: number, width: number): Float32Array | ResponseProblem {
  const index = response.outputs.findIndex((head) => head.name === name);
  const raw = response.rawOutputContents[index];
  if (index < 0 || raw === undefined) return { code: 'output-missing', tensor: name };
  const { datatype, shape } = response.outputs[index];
  if (!isWireType(datatype) || datatype === 'INT16') return { code: 'output-type', tensor: name, expected: 'FP32 or FP16', found: datatype };
  if (shape[0] !== batch || shape.reduce((a, b) => a * b, 1) !== batch * width) {
    return { code: 'output-shape', tensor: name, expected: `[${batch},${width}]`, found: `[${shape.join(',')}]` };
  }
  if (raw.length !== batch * width * wireBytes(datatype)) {
    return { code: 'output-size', tensor: name, expected: `${batch * width * wireBytes(datatype)} bytes`, found: `${raw.length} bytes` };
  }
  const values = new Float32Array(batch * width);
  fromWire(raw, datatype, values, 0);
  return values;
}

/** The scores of a batch, in its order. */
export function scoresOf(response: InferResponse, contract: Contract, batch: number): ScoresResult {
  const { logits, embedding } = contract.outputs;
  const columns = logits.targets.length;
  const scored = output(response, logits.tensor, batch, columns);
  if (!(scored instanceof Float32Array)) return { ok: false, problem: scored };
  if (embedding === undefined) {
    return { ok: true, scores: Array.from({ length: batch }, (_, i) => ({ logits: scored.subarray(i * columns, (i + 1) * columns) })) };
  }
  const { size } = embedding;
  const embedded = output(response, embedding.tensor, batch, size);
  if (!(embedded instanceof Float32Array)) return { ok: false, problem: embedded };
  const scores = Array.from({ length: batch }, (_, i) => ({
    logits: scored.subarray(i * columns, (i + 1) * columns),
    embedding: embedded.subarray(i * size, (i + 1) * size),
  }));
  return { ok: true, scores };
}
