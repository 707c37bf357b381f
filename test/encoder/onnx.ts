import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { inputsOf, outputsOf, parseContract, elementsOf, problemText, type Contract } from '../../src/contract/index.js';

/** Fields of onnx.proto, as far as a linear model needs them. */
type Write = (writer: BinaryWriter) => void;
const message = (field: number, write: Write): Write => (writer) => {
  writer.tag(field, 2).fork();
  write(writer);
  writer.join();
};
const text = (field: number, value: string): Write => (writer) => void writer.tag(field, 2).string(value);
const whole = (field: number, value: number): Write => (writer) => void writer.tag(field, 0).int64(value);
const bytes = (field: number, value: Uint8Array): Write => (writer) => void writer.tag(field, 2).bytes(value);
const all = (...parts: readonly Write[]): Write => (writer) => parts.forEach((part) => part(writer));

const node = (type: string, inputs: readonly string[], output: string, ...attributes: readonly Write[]): Write =>
  message(1, all(...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, type), ...attributes.map((attribute) => message(5, attribute))));
const axis = (value: number): Write => all(text(1, 'axis'), whole(3, value), whole(20, 2));
const axes = (only: number): Write => all(text(1, 'axes'), whole(8, only), whole(20, 7));
const value = (field: number, name: string, shape: readonly number[], oneRow = false): Write => {
  const dims = [message(1, oneRow ? whole(1, 1) : text(2, 'batch')), ...shape.map((size) => message(1, whole(1, size)))];
  return message(field, all(text(1, name), message(2, message(1, all(whole(1, 1), message(2, all(...dims)))))));
};
const matrix = (name: string, rows: number, columns: number, values: Float32Array): Write =>
  message(5, all(whole(1, rows), whole(1, columns), whole(2, 1), text(8, name), bytes(9, new Uint8Array(values.buffer))));

/** As `onnx.save(…, save_as_external_data=True)` writes it. */
const outside = (name: string, rows: number, columns: number): Write =>
  message(5, all(whole(1, rows), whole(1, columns), whole(2, 1), text(8, name), message(13, all(text(1, 'location'), text(2, 'weights.bin'))), whole(14, 1)));

/** Weight of an element of all inputs laid end to end, for a column: made by formula, so that the test can do the sum itself. */
export function weight(element: number, column: number): number {
  return Math.fround(Math.sin(1 + element * 0.37 + column * 1.7) / 40);
}

/** What is wrong with a model: its scores hang on the others of the batch, are no numbers, or it takes one row alone. */
export type Flaw = 'batch-mean' | 'logarithm' | 'one-row' | 'weights-outside';

/** Gone with the process. */
const FOLDERS = mkdtempSync(join(tmpdir(), 'purkinje-linear-'));
process.once('exit', () => rmSync(FOLDERS, { recursive: true, force: true }));

/** A folder with a model that sums all its inputs, weighted, and its contract. */
export function linearModel(json: any, flaw?: Flaw): { readonly folder: string; readonly contract: Contract } {
  const folder = mkdtempSync(join(FOLDERS, 'model-'));
  const contract = parsed(json);
  const inputs = inputsOf(contract);
  const [output] = outputsOf(contract);
  const elements = inputs.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const columns = output.shape[0];
  const weights = Float32Array.from({ length: elements * columns }, (_, i) => weight(Math.floor(i / columns), i % columns));
  const graph = all(
    ...inputs.map(({ name }) => node('Flatten', [name], `${name}-flat`, axis(1))),
    node('Concat', inputs.map(({ name }) => `${name}-flat`), 'all', axis(1)),
    ...(flaw === undefined || flaw === 'one-row' || flaw === 'weights-outside' ? [node('MatMul', ['all', 'weights'], output.name)] : [node('MatMul', ['all', 'weights'], 'sums')]),
    ...(flaw === 'batch-mean' ? [node('ReduceMean', ['sums'], 'mean', axes(0)), node('Sub', ['sums', 'mean'], output.name)] : []),
    ...(flaw === 'logarithm' ? [node('Log', ['sums'], output.name)] : []),
    text(2, 'linear'),
    flaw === 'weights-outside' ? outside('weights', elements, columns) : matrix('weights', elements, columns, weights),
    ...inputs.map(({ name, shape }) => value(11, name, shape, flaw === 'one-row')),
    value(12, output.name, output.shape, flaw === 'one-row'),
  );
  const writer = new BinaryWriter();
  all(whole(1, 8), message(7, graph), message(8, all(text(1, ''), whole(2, 17))))(writer);
  const file = writer.finish();
  writeFileSync(join(folder, 'encoder.onnx'), file);
  const full = { ...json, model: { ...json.model, sha256: createHash('sha256').update(file).digest('hex'), opset: 17 } };
  writeFileSync(join(folder, 'encoder.json'), JSON.stringify(full));
  return { folder, contract: parsed(full) };
}

function parsed(json: unknown): Contract {
  const result = parseContract(json);
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'));
  return result.value;
}
