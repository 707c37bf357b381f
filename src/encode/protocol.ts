import { elementsOf, furtherInputs, scoresAsked, segmentElements, segmentShape, type Contract, type WireType } from '../contract/index.js';
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

/** What the model gets for one row of a batch: a segment, or a crop of one. */
export interface Row {
  readonly tensor: Float32Array;
  /** As `furtherInputs` of the contract names them. */
  readonly further: readonly Float32Array[];
}

/** How many crops are in a segment's tensor. Throws RangeError where they are not whole. */
export function rowsIn(contract: Contract, tensor: Float32Array): number {
  const elements = segmentElements(contract);
  const rows = tensor.length / elements;
  if (!Number.isInteger(rows) || rows === 0) throw new RangeError(`a tensor of ${tensor.length} elements, the contract has ${elements} a crop`);
  return rows;
}

/** The rows of a segment: one for each crop. */
export function rowsOf(contract: Contract, tensor: Float32Array, further: readonly Float32Array[] = []): readonly Row[] {
  const elements = segmentElements(contract);
  return Array.from({ length: rowsIn(contract, tensor) }, (_, i) => ({ tensor: tensor.subarray(i * elements, (i + 1) * elements), further }));
}

/** One row's outputs: a logit a column (none without that output), the embedding where the contract has one, and the saliency where it was asked for. */
export interface Scores {
  readonly logits: Float32Array;
  readonly embedding?: Float32Array;
  /** [targets × steps], row by row. */
  readonly saliency?: Float32Array;
}

/** Why a response is no answer to the request. */
export interface ResponseProblem {
  readonly code: 'output-missing' | 'output-type' | 'output-shape' | 'output-size';
  readonly tensor: string;
  readonly expected?: string;
  readonly found?: string;
}

export type ScoresResult = { readonly ok: true; readonly scores: readonly Scores[] } | { readonly ok: false; readonly problem: ResponseProblem };

/** A request for one batch. Each tensor is one row in the contract's layout; further inputs go as float32 whatever the wire. */
export function inferRequest(contract: Contract, rows: readonly Row[], wire: WireType = contract.input.wire, withSaliency = false): InferRequest {
  const { tensor: name, wireScale } = contract.input;
  const inputs = [{ name, datatype: wire as string, shape: [rows.length, ...segmentShape(contract)] }];
  const raw = [toWire(rows.map((row, i) => sized(row.tensor, segmentElements(contract), `tensor ${i}`)), wire, wireScale)];
  furtherInputs(contract).forEach((input, k) => {
    inputs.push({ name: input.name, datatype: 'FP32', shape: [rows.length, ...input.shape] });
    raw.push(toWire(rows.map((row, i) => sized(row.further[k], input.shape[0], `${input.name} ${i}`)), 'FP32'));
  });
  return { modelName: contract.model.name, inputs, outputs: scoresAsked(contract, withSaliency).map(({ name }) => ({ name })), rawInputContents: raw };
}

function sized(tensor: Float32Array | undefined, elements: number, name: string): Float32Array {
  if (tensor?.length !== elements) throw new RangeError(`${name} has ${tensor?.length ?? 'no'} elements, the contract ${elements}`);
  return tensor;
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

const NONE = new Float32Array(0);

/** The scores of a batch, in its order. */
export function scoresOf(response: InferResponse, contract: Contract, batch: number, withSaliency = false): ScoresResult {
  const found = new Map<string, { readonly values: Float32Array; readonly width: number }>();
  for (const { name, shape } of scoresAsked(contract, withSaliency)) {
    const width = elementsOf(shape);
    const values = output(response, name, batch, width);
    if (!(values instanceof Float32Array)) return { ok: false, problem: values };
    found.set(name, { values, width });
  }
  const { logits, embedding, saliency } = contract.outputs;
  const row = (name: string | undefined, i: number): Float32Array | undefined => {
    const of = name === undefined ? undefined : found.get(name);
    return of?.values.subarray(i * of.width, (i + 1) * of.width);
  };
  const scores = Array.from({ length: batch }, (_, i): Scores => {
    const [embedded, salient] = [row(embedding?.tensor, i), row(saliency?.tensor, i)];
    return { logits: row(logits?.tensor, i) ?? NONE, ...(embedded === undefined ? {} : { embedding: embedded }), ...(salient === undefined ? {} : { saliency: salient }) };
  });
  return { ok: true, scores };
}
