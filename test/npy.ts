import { readFileSync } from 'node:fs';

/** Reads a little-endian .npy of int16 or float32 in C order. */
export function readNpy(path: string): { readonly shape: number[]; readonly values: Int16Array | Float32Array } {
  const bytes = readFileSync(path);
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
  const shape = /'shape': \(([^)]*)\)/.exec(header)![1].split(',').filter((part) => part.trim() !== '').map(Number);
  const body = new Uint8Array(bytes.subarray(10 + bytes.readUInt16LE(8))).buffer;
  return { shape, values: header.includes('<i2') ? new Int16Array(body) : new Float32Array(body) };
}
