import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Fields of onnx.proto that are looked into; all others are copied as they are. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, type: 2, floats: 4, raw: 9 };
const FLOAT = 1;

/** A model folder that is gone after `remove`. */
export interface TemporaryModel {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * A model with the same graph whose weights say nothing: the elements of each float tensor of two or more dimensions are dealt
 * anew. Biases and scales (one dimension) stay. The floor under every figure of the real one.
 * @param random uniform in [0, 1)
 */
export async function randomTwin(folder: string, random: () => number): Promise<TemporaryModel> {
  const [model, json] = await Promise.all([readFile(join(folder, 'encoder.onnx')), readFile(join(folder, 'encoder.json'), 'utf8')]);
  const twin = rewritten(model, MODEL_GRAPH, (graph) => rewritten(graph, GRAPH_INITIALIZER, (tensor) => dealtAnew(tensor, random)));
  const contract = JSON.parse(json);
  contract.model.sha256 = createHash('sha256').update(twin).digest('hex');
  delete contract.model.variants;
  const made = await mkdtemp(join(tmpdir(), 'purkinje-twin-'));
  await Promise.all([writeFile(join(made, 'encoder.onnx'), twin), writeFile(join(made, 'encoder.json'), JSON.stringify(contract))]);
  return { folder: made, remove: () => rm(made, { recursive: true, force: true }) };
}

/** A message with every occurrence of one of its message fields changed; the rest byte for byte. */
function rewritten(message: Uint8Array, field: number, change: (value: Uint8Array) => Uint8Array): Uint8Array {
  const reader = new BinaryReader(message);
  const writer = new BinaryWriter();
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const [number, type] = reader.tag();
    if (number === field && type === WireType.LengthDelimited) {
      writer.tag(field, WireType.LengthDelimited).bytes(change(reader.bytes()));
      continue;
    }
    reader.skip(type, number);
    writer.raw(message.subarray(from, reader.pos));
  }
  return writer.finish();
}

function dealtAnew(tensor: Uint8Array, random: () => number): Uint8Array {
  const reader = new BinaryReader(tensor);
  let [dims, type] = [0, 0];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === TENSOR.dims && wire === WireType.Varint) {
      reader.int64();
      dims++;
    } else if (number === TENSOR.dims) {
      const end = reader.uint32() + reader.pos;
      for (; reader.pos < end; dims++) reader.int64();
    } else if (number === TENSOR.type) type = reader.int32();
    else reader.skip(wire, number);
  }
  if (type !== FLOAT || dims < 2) return tensor;
  const dealt = (bytes: Uint8Array): Uint8Array => {
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    for (let i = values.length - 1; i > 0; i--) {
      const k = Math.floor(random() * (i + 1));
      [values[i], values[k]] = [values[k], values[i]];
    }
    return new Uint8Array(values.buffer);
  };
  return rewritten(rewritten(tensor, TENSOR.raw, dealt), TENSOR.floats, dealt);
}
