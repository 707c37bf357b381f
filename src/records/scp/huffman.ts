/** One code of a table: its bits as they are read, how many literal bits follow, and the value it stands for where none do. */
export interface Code {
  readonly prefixBits: number;
  readonly totalBits: number;
  /** The prefix, first bit lowest, as files write it. */
  readonly base: number;
  readonly value: number;
  /** 0: from here on the next table; 1: this is a value. */
  readonly isValue: boolean;
}

const code = (prefixBits: number, totalBits: number, value: number, base: number): Code => ({ prefixBits, totalBits, value, base, isValue: true });

/** The table that need not be written (19999): EN 1064, section 2. */
export const DEFAULT_TABLE: readonly Code[] = [
  code(1, 1, 0, 0), code(3, 3, 1, 1), code(3, 3, -1, 5), code(4, 4, 2, 3), code(4, 4, -2, 11), code(5, 5, 3, 7), code(5, 5, -3, 23), code(6, 6, 4, 15), code(6, 6, -4, 47),
  code(7, 7, 5, 31), code(7, 7, -5, 95), code(8, 8, 6, 63), code(8, 8, -6, 191), code(9, 9, 7, 127), code(9, 9, -7, 383), code(10, 10, 8, 255), code(10, 10, -8, 767),
  code(10, 18, 0, 511), code(10, 26, 0, 1023),
];

/** Looks up a prefix by its length and its bits in the order in which they are read. */
function lookup(table: readonly Code[]): ReadonlyMap<number, Code> {
  const found = new Map<number, Code>();
  for (const one of table) {
    let bits = 0;
    for (let i = 0; i < one.prefixBits; i++) bits = (bits << 1) | ((one.base >>> i) & 1);
    found.set(one.prefixBits * 2 ** 32 + (bits >>> 0), one);
  }
  return found;
}

/**
 * Values of a lead's bits, high bit first, at most `most`. Undefined where the bits are no codes of the tables.
 * @param tables the first is the one to begin with; a code that is no value changes to the table of its value, counted from 1
 */
export function decodeHuffman(bytes: Uint8Array, tables: readonly (readonly Code[])[], most: number): Int32Array | undefined {
  const lookups = tables.map(lookup);
  const longest = tables.map((table) => table.reduce((bits, one) => Math.max(bits, one.prefixBits), 0));
  const out = new Int32Array(most);
  const end = bytes.length * 8;
  let [at, count, current] = [0, 0, 0];
  const bit = () => (bytes[at >> 3] >> (7 - (at++ & 7))) & 1;
  while (count < most && at < end) {
    let bits = 0;
    let found: Code | undefined;
    let length = 0;
    for (; found === undefined && length < longest[current] && at < end;) {
      bits = ((bits << 1) | bit()) >>> 0;
      found = lookups[current].get(++length * 2 ** 32 + bits);
    }
    if (found === undefined) return at >= end ? out.subarray(0, count) : undefined;
    const literal = found.totalBits - found.prefixBits;
    if (!found.isValue) {
      if (lookups[found.value - 1] === undefined) return undefined;
      current = found.value - 1;
      continue;
    }
    if (literal === 0) {
      out[count++] = found.value;
      continue;
    }
    if (at + literal > end) return out.subarray(0, count);
    let value = 0;
    for (let i = 0; i < literal; i++) value = (value << 1) | bit();
    out[count++] = (value << (32 - literal)) >> (32 - literal);
  }
  return out.subarray(0, count);
}
