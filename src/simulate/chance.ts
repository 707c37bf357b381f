/** Chance by counter: a number depends on (seed, stream, index) alone, never on what was drawn before it. */

function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

/** A stream's own key; draw from it with `bits`. */
export function streamKey(seed: number, stream: string | number): number {
  let h = mix(seed ^ 0x9e3779b9);
  for (const char of String(stream)) h = mix(h ^ Math.imul(char.charCodeAt(0) + 1, 0x85ebca6b));
  return h;
}

/** 32 bits, signed. Repeats after 2^53 indices. */
export function bits(key: number, index: number): number {
  const high = Math.floor(index / 4294967296);
  return mix(mix(key ^ (index | 0)) + Math.imul(high, 0x27d4eb2f));
}

/** In (0, 1). */
export function uniform(key: number, index = 0): number {
  return ((bits(key, index) >>> 0) + 0.5) / 4294967296;
}

/** Mean 0, SD 1 (Box–Muller). */
export function normal(key: number, index = 0): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(key, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(key, 2 * index + 1));
}

/** Mean 0, SD 1, within ±3.5: the sum of four bytes. For noise by the sample, where speed counts. */
export function roughNormal(key: number, index: number): number {
  const h = bits(key, index);
  return ((h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24) - 510) / 147.8;
}
