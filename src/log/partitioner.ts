const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/** Kafka's murmur2 (32 bits, signed result), as its Java client hashes a record's key. */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let word = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
    word = Math.imul(word, MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  const rest = length - whole;
  if (rest === 3) hash ^= data[whole + 2] << 16;
  if (rest >= 2) hash ^= data[whole + 1] << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[whole], MIX);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MIX);
  return hash ^ (hash >>> 15);
}

const utf8 = new TextEncoder();

/** The partition of a key, the same one as in Kafka: devices keep their partition when a ward moves from one log to the other. */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(utf8.encode(key)) & 0x7fffffff) % partitions;
}
