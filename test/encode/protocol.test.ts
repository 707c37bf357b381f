/** Requests as the contract wants them, answers refused where they are none, and what is reported of a server with another model. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { furtherInputs, outputsOf, parseContract, type Contract } from '../../src/contract/index.js';
import { compareMetadata, inferRequest, rowsOf, scoresOf, toWire, type InferResponse, type ServedModel } from '../../src/encode/index.js';

function contract(): Contract {
  const parsed = parseContract(JSON.parse(readFileSync('models/purkinje-s/encoder.json', 'utf8')));
  if (!parsed.ok) throw new Error('the bundled contract does not parse');
  return parsed.value;
}
const CONTRACT = contract();
const COLUMNS = CONTRACT.outputs.logits!.targets.length;
const FURTHER = furtherInputs(CONTRACT);
const SIZE = CONTRACT.outputs.embedding!.size;

function response(batch: number, change: (response: any) => void = () => {}): InferResponse {
  const values = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);
  const made = {
    outputs: [
      { name: 'embedding', datatype: 'FP32', shape: [batch, SIZE] },
      { name: 'logits', datatype: 'FP32', shape: [batch, COLUMNS] },
    ],
    rawOutputContents: [toWire([values(batch * SIZE)], 'FP32'), toWire([values(batch * COLUMNS)], 'FP32')],
  };
  change(made);
  return made;
}

describe('a request', () => {
  it('holds the whole batch as raw contents under the names of the contract', () => {
    const elements = CONTRACT.input.leads.length * CONTRACT.input.samples;
    const request = inferRequest(CONTRACT, rowsOf(CONTRACT, new Float32Array(2 * elements), FURTHER.map(({ shape }) => new Float32Array(shape[0]))), 'FP16');
    expect(request.modelName).toBe(CONTRACT.model.name);
    const signal = { name: 'ecg', datatype: 'FP16', shape: [2, CONTRACT.input.leads.length, CONTRACT.input.samples] };
    expect(request.inputs).toEqual([signal, ...FURTHER.map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [2, ...shape] }))]);
    expect(request.rawInputContents.map(({ length }) => length)).toEqual([2 * elements * 2, ...FURTHER.map(({ shape }) => 2 * shape[0] * 4)]);
    expect(request.outputs.map(({ name }) => name)).toEqual(['logits', 'embedding']);
    expect(() => inferRequest(CONTRACT, [{ tensor: new Float32Array(3), further: [] }])).toThrow(RangeError);
  });
});

describe('an answer', () => {
  it('is split by row, whatever the order of its outputs', () => {
    const result = scoresOf(response(3), CONTRACT, 3);
    if (!result.ok) throw new Error(result.problem.code);
    expect(result.scores.map(({ logits, embedding }) => [logits[0], embedding![0]])).toEqual([0, 1, 2].map((i) => [i * COLUMNS, i * SIZE]));
  });

  it.each<[string, (response: any) => void]>([
    ['output-missing', (r) => (r.outputs[1].name = 'scores')],
    ['output-type', (r) => (r.outputs[1].datatype = 'INT64')],
    ['output-shape', (r) => (r.outputs[1].shape = [2, COLUMNS + 1])],
    ['output-shape', (r) => (r.outputs[1].shape = [1, 2 * COLUMNS])],
    ['output-size', (r) => (r.rawOutputContents[1] = r.rawOutputContents[1].subarray(4))],
  ])('is refused: %s', (code, change) => {
    const result = scoresOf(response(2, change), CONTRACT, 2);
    expect(!result.ok && result.problem.code).toBe(code);
  });
});

describe('a served model', () => {
  const served = (change: (model: any) => void = () => {}): ServedModel => {
    const model = {
      name: CONTRACT.model.name,
      inputs: [{ name: 'ecg', shape: [CONTRACT.input.leads.length, CONTRACT.input.samples] }, ...FURTHER].map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [-1, ...shape] })),
      outputs: outputsOf(CONTRACT).map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [-1, ...shape] })),
      sha256: CONTRACT.model.sha256,
      convertedTypes: [],
    };
    change(model);
    return model;
  };

  it('that is the contract’s has no mismatch', () => {
    expect(compareMetadata(CONTRACT, served())).toEqual([]);
    expect(compareMetadata(CONTRACT, served((m) => (m.inputs[0].shape = [-1, -1, -1])))).toEqual([]);
    expect(compareMetadata(CONTRACT, served((m) => (m.convertedTypes = ['FP16'])), 'FP16')).toEqual([]);
  });

  it.each<[string, (model: any) => void]>([
    ['model-name', (m) => (m.name = 'other')],
    ['model-hash', (m) => (m.sha256 = '0'.repeat(64))],
    ['input-missing', (m) => (m.inputs[0].name = 'x')],
    ['input-unknown', (m) => m.inputs.push({ name: 'age', datatype: 'FP32', shape: [-1, 1] })],
    ['input-type', (m) => (m.inputs[0].datatype = 'FP16')],
    ['input-shape', (m) => (m.inputs[0].shape = [-1, 12, 2500])],
    ['output-missing', (m) => m.outputs.pop()],
    ['output-type', (m) => (m.outputs[0].datatype = 'INT64')],
    ['output-shape', (m) => (m.outputs[0].shape = [-1, 5])],
  ])('that is not: %s', (code, change) => {
    const mismatches = compareMetadata(CONTRACT, served(change), 'FP32');
    expect(mismatches.map((mismatch) => mismatch.code)).toContain(code);
    for (const mismatch of mismatches) expect(mismatch.hint).not.toBe('');
  });
});
