import type { WireType } from '../contract/index.js';
import { floatsToHalves, halvesToFloats } from '../dsp/index.js';

/** Numbers ⇄ raw tensor contents: row-major and little-endian, as is every machine that Node runs on. */

const BYTES: Readonly<Record<WireType, number>> = { FP32: 4, FP16: 2, INT16: 2 };

/** Bytes of one element. */
export function wireBytes(type: WireType): number {
  return BYTES[type];
}

export function isWireType(name: string): name is WireType {
  return name in BYTES;
}

/** int16 = value / scale, to the nearest, held at ±32767. */
function toInt16(floats: Float32Array, into: Int16Array, offset: number, scale: number): void {
  for (let i = 0; i < floats.length; i++) {
    const steps = Math.round(floats[i] / scale);
    into[offset + i] = steps > 32767 ? 32767 : steps < -32767 ? -32767 : steps;
  }
}

/** Tensors one after the other as raw contents. `scale` (value of one integer step) is for INT16 alone. */
export function toWire(tensors: readonly Float32Array[], type: WireType, scale = 1): Uint8Array {
  const length = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  const bytes = new Uint8Array(length * BYTES[type]);
  let offset = 0;
  for (const tensor of tensors) {
    if (type === 'FP32') new Float32Array(bytes.buffer).set(tensor, offset);
    else if (type === 'FP16') floatsToHalves(tensor, new Uint16Array(bytes.buffer), offset);
    else toInt16(tensor, new Int16Array(bytes.buffer), offset, scale);
    offset += tensor.length;
  }
  return bytes;
}

/** Contents of a protobuf message begin at any address; typed arrays want an even one. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

/** Decodes raw contents into `into`, beginning at element `offset`. */
export function fromWire(bytes: Uint8Array, type: WireType, into: Float32Array, offset: number, scale = 1): void {
  const length = bytes.length / BYTES[type];
  if (type === 'FP32') {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes, offset * 4);
    return;
  }
  const source = aligned(bytes, 2);
  if (type === 'FP16') halvesToFloats(new Uint16Array(source.buffer, source.byteOffset, length), into, offset);
  else {
    const counts = new Int16Array(source.buffer, source.byteOffset, length);
    for (let i = 0; i < length; i++) into[offset + i] = counts[i] * scale;
  }
}
