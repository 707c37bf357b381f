/** An ONNX file, as far as it is looked into: its opset, its tensors and its weights. */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { InferenceSession } from 'onnxruntime-node';
import { headOf, type TensorHead } from '../encode/index.js';

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, opsetImport: 8 };
const OPSET = { domain: 1, version: 2 };
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, type: 2, floats: 4, raw: 9, location: 14 };
const FLOAT = 1;
const EXTERNAL = 1;

/** Version of the standard operators that the model uses; undefined: the bytes are no ONNX model, or name none. */
export function opsetOf(model: Uint8Array): number | undefined {
  try {
    const reader = new BinaryReader(model);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field !== MODEL.opsetImport || type !== WireType.LengthDelimited) {
        reader.skip(type, field);
        continue;
      }
      let [domain, version] = ['', 0];
      const entry = new BinaryReader(reader.bytes());
      while (entry.pos < entry.len) {
        const [own, wire] = entry.tag();
        if (own === OPSET.domain) domain = entry.string();
        else if (own === OPSET.version) version = Number(entry.int64());
        else entry.skip(wire, own);
      }
      if (domain === '' || domain === 'ai.onnx') return version;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** Do weights lie in another file than this ONNX model? */
export function hasExternalData(model: Uint8Array): boolean {
  return fieldsOf(model, MODEL.graph).some((graph) => fieldsOf(graph, GRAPH_INITIALIZER).some((tensor) => locationOf(tensor) === EXTERNAL));
}

/** Each occurrence of a message field. */
function fieldsOf(message: Uint8Array, field: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === field && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, number);
  }
  return found;
}

function locationOf(tensor: Uint8Array): number {
  const reader = new BinaryReader(tensor);
  let location = 0;
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === TENSOR.location && type === WireType.Varint) location = reader.int32();
    else reader.skip(type, number);
  }
  return location;
}

/** Inputs and outputs. Rejects where onnxruntime does not read the file. */
export async function tensorsIn(path: string): Promise<{ readonly inputs: readonly TensorHead[]; readonly outputs: readonly TensorHead[] }> {
  const session = await InferenceSession.create(path, { logSeverityLevel: 4 });
  const heads = (values: readonly InferenceSession.ValueMetadata[]): TensorHead[] => values.map((value) => headOf(value.isTensor ? { ...value } : { name: value.name, type: 'not a tensor', shape: [] }));
  const tensors = { inputs: heads(session.inputMetadata), outputs: heads(session.outputMetadata) };
  await session.release();
  return tensors;
}

/** The model with the elements of each float tensor of two or more dimensions permuted. @param random uniform in [0, 1) */
export function withWeightsDealt(model: Uint8Array, random: () => number): Uint8Array {
  return rewritten(model, MODEL.graph, (graph) => rewritten(graph, GRAPH_INITIALIZER, (tensor) => dealtAnew(tensor, random)));
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
