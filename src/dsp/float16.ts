/** Half precision (IEEE 754 binary16): bit patterns ⇄ numbers. Rounds to nearest, ties to even, as numpy does. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The number that a half's 16 bits stand for. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of the half nearest to a number (taken as float32 first). Above 65,519.99… it is infinity. */
export function numberToHalf(value: number): number {
  float[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude < 0x38800000) {
    // Below the smallest normal half: adding 0.5 lets the float adder round at 2^-24, a subnormal half's unit.
    bits[0] = magnitude;
    float[0] = float[0] + 0.5;
    return sign | (bits[0] - 0x3f000000);
  }
  // Rebias the exponent (127 → 15) and round: half a unit less one, plus one where the kept part is odd.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

let table: Float32Array | undefined;

/** All 65,536 halves (256 KiB), made at the first use: a look-up is several times faster than the arithmetic. */
function decodeTable(): Float32Array {
  if (table === undefined) {
    table = new Float32Array(65536);
    for (let half = 0; half < 65536; half++) table[half] = halfToNumber(half);
  }
  return table;
}

/** Decodes halves into `into`, beginning at `offset`; both in elements. */
export function halvesToFloats(halves: Uint16Array, into: Float32Array = new Float32Array(halves.length), offset = 0): Float32Array {
  const values = decodeTable();
  for (let i = 0; i < halves.length; i++) into[offset + i] = values[halves[i]];
  return into;
}

/** Encodes floats into `into`, beginning at `offset`; both in elements. */
export function floatsToHalves(floats: Float32Array, into: Uint16Array = new Uint16Array(floats.length), offset = 0): Uint16Array {
  for (let i = 0; i < floats.length; i++) into[offset + i] = numberToHalf(floats[i]);
  return into;
}
