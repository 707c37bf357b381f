import { outputsOf, type Phase, type Polyphase } from '../polyphase.js';

export function polyphase<T extends Float64Array | Float32Array>(filter: Polyphase, rows: readonly T[], length: number): T[] {
  const { up, down, phases, before, after } = filter;
  const last = Math.max(0, Math.ceil(length / up) - 1) * down;
  return rows.map((row) => {
    const single = row instanceof Float32Array;
    // Zeros around the row, so that no term asks whether its sample is there.
    const size = before + Math.max(row.length, last + after + 1);
    const x = single ? new Float32Array(size) : new Float64Array(size);
    x.set(row, before);
    const out = single ? new Float32Array(length) : new Float64Array(length);
    const sums = x instanceof Float32Array ? sums32 : sums64;
    for (const phase of phases) sums(phase, x, before, down, out, up, outputsOf(phase, up, length));
    return out as T;
  });
}

export function polyphaseWide(filter: Polyphase, rows: readonly Float32Array[], length: number, factor: number): Float64Array[] {
  return polyphase(filter, rows, length).map((row) => Float64Array.from(row, (value) => value * factor));
}

function sums64({ first, pairs, a, b, c }: Phase, x: Float64Array | Float32Array, base: number, down: number, out: Float64Array | Float32Array, step: number, count: number): void {
  for (let q = 0; q < count; q++) {
    const origin = base + q * down;
    let sum = 0;
    for (let t = 0; t < pairs; t++) sum += c[t] * (x[origin + a[t]] + x[origin + b[t]]);
    for (let t = pairs; t < c.length; t++) sum += c[t] * x[origin + a[t]];
    out[first + q * step] = sum;
  }
}

/** Every sum and product rounded to float32, as a float32 machine would. */
function sums32({ first, pairs, a, b, c }: Phase, x: Float64Array | Float32Array, base: number, down: number, out: Float64Array | Float32Array, step: number, count: number): void {
  const { fround } = Math;
  for (let q = 0; q < count; q++) {
    const origin = base + q * down;
    let sum = 0;
    for (let t = 0; t < pairs; t++) sum = fround(sum + fround(fround(c[t]) * fround(x[origin + a[t]] + x[origin + b[t]])));
    for (let t = pairs; t < c.length; t++) sum = fround(sum + fround(fround(c[t]) * x[origin + a[t]]));
    out[first + q * step] = sum;
  }
}
