/** Serializers with a schema registry begin a message with this, the schema's id and the place of the message in the schema. No protobuf message begins with 0: it would be field number 0. */
const MAGIC = 0;
const ID_BYTES = 4;
/** Messages within messages; SignalChunk is within none. */
const INDEXES_MAX = 16;
/** Of a varint of 32 bits. */
const VARINT_BYTES_MAX = 5;

/** What is behind Confluent's frame, or the bytes themselves where there is none; undefined: the frame is cut off or invalid. The registry is not asked: the content is checked. */
export function unframed(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== MAGIC) return bytes;
  const count = varintAt(bytes, 1 + ID_BYTES);
  // Zigzag: twice the number. A list of the first message alone is written as an empty one.
  if (count === undefined || count.value % 2 !== 0 || count.value / 2 > INDEXES_MAX) return undefined;
  let { next } = count;
  for (let k = 0; k < count.value / 2; k++) {
    const index = varintAt(bytes, next);
    if (index === undefined || index.value % 2 !== 0) return undefined;
    ({ next } = index);
  }
  return bytes.subarray(next);
}

function varintAt(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let k = 0; k < VARINT_BYTES_MAX; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * k);
    if (byte < 0x80) return { value, next: at + k + 1 };
  }
  return undefined;
}
