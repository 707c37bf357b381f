import { furtherInputs, outputsOf, segmentShape, type Contract, type WireType } from '../contract/index.js';
import type { TensorHead } from './protocol.js';

const DATATYPES: Readonly<Record<string, string>> = { float32: 'FP32', float16: 'FP16', float64: 'FP64', int64: 'INT64', int32: 'INT32', int16: 'INT16' };

/** A tensor as onnxruntime names it, in the protocol's words: −1 is any size. */
export function headOf({ name, type, shape }: { readonly name: string; readonly type: string; readonly shape: readonly (number | string)[] }): TensorHead {
  return { name, datatype: DATATYPES[type] ?? type, shape: shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

/** What a server says of a model, as far as the contract speaks of it too. */
export interface ServedModel {
  readonly name: string;
  readonly inputs: readonly TensorHead[];
  readonly outputs: readonly TensorHead[];
  /** Of the file behind it, where the server states it. */
  readonly sha256?: string;
  /** Input types that the server converts on its own, beside that of `inputs`. */
  readonly convertedTypes: readonly string[];
}

/** One way in which the served model is not the contract's. */
export interface MetadataMismatch {
  readonly code: 'model-name' | 'model-hash' | 'input-missing' | 'input-unknown' | 'input-type' | 'input-shape' | 'output-missing' | 'output-type' | 'output-shape';
  readonly tensor?: string;
  readonly contract: string;
  readonly server: string;
  readonly hint: string;
}

/** −1 on either side stands for any size. */
function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i] || size === -1 || b[i] === -1);
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(',')}]`;

function compareInputs(contract: Contract, served: ServedModel, wire: WireType): MetadataMismatch[] {
  const wanted = [{ name: contract.input.tensor, shape: segmentShape(contract), type: wire, where: 'leads, samples and layout' }, ...furtherInputs(contract).map((input) => ({ ...input, type: 'FP32', where: 'mask and tabular' }))];
  const unknown = served.inputs
    .filter((input) => !wanted.some(({ name }) => name === input.name))
    .map((input): MetadataMismatch => ({ code: 'input-unknown', tensor: input.name, contract: 'absent', server: input.datatype, hint: 'the contract does not say what to send for it' }));
  const found = wanted.flatMap(({ name, shape, type, where }): MetadataMismatch[] => {
    const input = served.inputs.find((head) => head.name === name);
    if (input === undefined) {
      const names = served.inputs.map((head) => head.name).join(', ');
      return [{ code: 'input-missing', tensor: name, contract: name, server: names, hint: 'correct the name of the tensor in encoder.json' }];
    }
    const mismatches: MetadataMismatch[] = [];
    if (input.datatype !== type && !served.convertedTypes.includes(type)) {
      mismatches.push({ code: 'input-type', tensor: name, contract: type, server: input.datatype, hint: `send ${input.datatype}: this server does not convert` });
    }
    if (!sameShape([-1, ...shape], input.shape)) {
      mismatches.push({ code: 'input-shape', tensor: name, contract: shapeText([-1, ...shape]), server: shapeText(input.shape), hint: `${where} of encoder.json make this shape` });
    }
    return mismatches;
  });
  return [...found, ...unknown];
}

function compareOutputs(contract: Contract, served: ServedModel): MetadataMismatch[] {
  return outputsOf(contract).flatMap(({ name, shape }): MetadataMismatch[] => {
    const output = served.outputs.find((head) => head.name === name);
    if (output === undefined) {
      const names = served.outputs.map((head) => head.name).join(', ');
      return [{ code: 'output-missing', tensor: name, contract: name, server: names, hint: 'correct the tensor under outputs in encoder.json' }];
    }
    if (output.datatype !== 'FP32' && output.datatype !== 'FP16') {
      return [{ code: 'output-type', tensor: name, contract: 'FP32 or FP16', server: output.datatype, hint: 'convert it in the model' }];
    }
    const wanted = [-1, ...shape];
    return sameShape(wanted, output.shape)
      ? []
      : [{ code: 'output-shape', tensor: name, contract: shapeText(wanted), server: shapeText(output.shape), hint: 'the columns of the contract are not those of the model' }];
  });
}

/** Is this the hash of the contract's model, or of one of its variants? */
export function knownHash(contract: Contract, sha256: string): boolean {
  const { model } = contract;
  return sha256 === model.sha256 || Object.values(model.variants ?? {}).some((variant) => variant.sha256 === sha256);
}

/** How the served model differs from the contract; empty: it is the contract's. */
export function compareMetadata(contract: Contract, served: ServedModel, wire: WireType = contract.input.wire): readonly MetadataMismatch[] {
  const mismatches: MetadataMismatch[] = [];
  const { name, sha256 } = contract.model;
  if (served.name !== name) mismatches.push({ code: 'model-name', contract: name, server: served.name, hint: 'serve the model under the name of its contract' });
  if (served.sha256 !== undefined && !knownHash(contract, served.sha256)) {
    mismatches.push({ code: 'model-hash', contract: sha256 ?? 'no weights', server: served.sha256, hint: 'engine and encoder have different versions of the model folder' });
  }
  return [...mismatches, ...compareInputs(contract, served, wire), ...compareOutputs(contract, served)];
}

/** One line, for people. */
export function mismatchText(mismatch: MetadataMismatch): string {
  const tensor = mismatch.tensor === undefined ? '' : ` ${mismatch.tensor}`;
  return `${mismatch.code}${tensor}: contract ${mismatch.contract}, server ${mismatch.server} (${mismatch.hint})`;
}
