/** Half precision against all of its 65,536 values and a slow nearest-value search; int16 with its scale; odd addresses. */
import { describe, expect, it } from 'vitest';
import { fromWire, toWire } from '../../src/encode/index.js';
import { halfToNumber, numberToHalf } from '../../src/dsp/index.js';

describe('half precision', () => {
  it('comes back bit for bit from every one of its values', () => {
    for (let half = 0; half < 65536; half++) {
      const value = halfToNumber(half);
      if (Number.isNaN(value)) expect(Number.isNaN(halfToNumber(numberToHalf(value)))).toBe(true);
      else if (numberToHalf(value) !== half) throw new Error(`${half} came back as ${numberToHalf(value)}`);
    }
  });

  it('is the nearest value, ties to even, for floats everywhere between', () => {
    // The slow obvious way: the two neighbours, and whichever is nearer.
    const finite = Array.from({ length: 0x7c00 }, (_, half) => halfToNumber(half));
    const nearest = (x: number): number => {
      let low = 0;
      let high = finite.length - 1;
      if (x >= 65520) return 0x7c00;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (finite[middle] <= x) low = middle;
        else high = middle;
      }
      const [down, up] = [x - finite[low], finite[high] - x];
      return down < up || (down === up && low % 2 === 0) ? low : high;
    };
    for (let half = 0; half < 0x7bff; half++) {
      const [a, b] = [finite[half], finite[half + 1]];
      for (const x of [(a + b) / 2, Math.fround(a + (b - a) * 0.499), Math.fround(a + (b - a) * 0.501)]) {
        if (numberToHalf(x) !== nearest(x)) throw new Error(`${x}: ${numberToHalf(x)} for ${nearest(x)}`);
        if (numberToHalf(-x) !== (nearest(x) | 0x8000)) throw new Error(`-${x}`);
      }
    }
  });

  it('gives what numpy gives', () => {
    // numpy.array([...], numpy.float32).astype(numpy.float16).view(numpy.uint16)
    const golden: readonly (readonly [number, number])[] = [
      [0, 0x0000], [-0, 0x8000], [1, 0x3c00], [-2.5, 0xc100], [0.1, 0x2e66], [3.14159265, 0x4248], [65504, 0x7bff], [65519, 0x7bff], [65520, 0x7c00],
      [1e9, 0x7c00], [Infinity, 0x7c00], [-Infinity, 0xfc00], [5.960464477539063e-8, 0x0001], [2.98e-8, 0x0000], [2.99e-8, 0x0001], [6.1e-5, 0x03ff], [0.0009765625, 0x1400],
    ];
    for (const [value, half] of golden) expect([value, numberToHalf(value)]).toEqual([value, half]);
  });
});

describe('raw contents', () => {
  const tensors = [Float32Array.of(0, 1, -1, 0.5), Float32Array.of(2.25, -4.75, 100, -100)];
  const all = [...tensors[0], ...tensors[1]];

  it.each(['FP32', 'FP16'] as const)('of %s go there and back', (type) => {
    const into = new Float32Array(9);
    fromWire(toWire(tensors, type), type, into, 1);
    expect([...into]).toEqual([0, ...all]);
  });

  it('of INT16 are steps of the scale, held at the ends', () => {
    const into = new Float32Array(8);
    fromWire(toWire(tensors, 'INT16', 0.0025), 'INT16', into, 0, 0.0025);
    expect([...into].map((x) => Number(x.toFixed(4)))).toEqual([0, 1, -1, 0.5, 2.25, -4.75, 81.9175, -81.9175]);
  });

  it.each(['FP32', 'FP16', 'INT16'] as const)('of %s may begin at an odd address', (type) => {
    const bytes = toWire(tensors, type);
    const odd = new Uint8Array(bytes.length + 1).subarray(1);
    odd.set(bytes);
    const [straight, shifted] = [new Float32Array(8), new Float32Array(8)];
    fromWire(bytes, type, straight, 0);
    fromWire(odd, type, shifted, 0);
    expect(shifted).toEqual(straight);
  });
});
