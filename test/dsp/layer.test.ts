/** A network's layer in whole numbers: WebAssembly SIMD and plain TypeScript agree on every value, up to the ends of the range. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVATION_MAX, type Layer } from '../../src/dsp/index.js';
import { plain } from '../../src/dsp/plain/index.js';
import { simd } from '../../src/dsp/simd/index.js';

const fast = simd()!;
const INPUT_MAX = 16383;
const WEIGHT_MAX = 1023;

const shape = fc.record({
  inputs: fc.constantFrom(1, 2, 3, 8, 20),
  outputs: fc.constantFrom(4, 8, 12, 20),
  width: fc.constantFrom(1, 3, 5, 9),
  stride: fc.constantFrom(1, 2),
  shift: fc.integer({ min: 1, max: 14 }),
  rectified: fc.boolean(),
  rectifiesInput: fc.boolean(),
  addsInput: fc.boolean(),
  time: fc.integer({ min: 1, max: 40 }),
});
const values = (length: number, max: number) => fc.array(fc.oneof(fc.integer({ min: -max, max }), fc.constantFrom(-max, max, 0)), { minLength: length, maxLength: length });
const anything = shape.chain(({ time, ...layer }) =>
  fc.record({
    input: values(time * layer.inputs, layer.inputs === 1 ? INPUT_MAX : ACTIVATION_MAX).map((list) => Int16Array.from(list)),
    layer: fc
      .tuple(values(layer.width * layer.inputs * layer.outputs, WEIGHT_MAX), values(layer.outputs, 2 ** 27))
      .map(([weights, bias]): Layer => ({ ...layer, addsInput: layer.addsInput && layer.stride === 1 && layer.inputs === layer.outputs, weights: Int16Array.from(weights), bias: Int32Array.from(bias) })),
  }),
);

test('the twins agree on any layer and any input', () => {
  fc.assert(fc.property(anything, ({ layer, input }) => void expect(fast.layer(layer, input)).toEqual(plain.layer(layer, input))), { numRuns: 400 });
});

test('against the sum as it is written', () => {
  fc.assert(
    fc.property(anything, ({ layer, input }) => {
      const { inputs, outputs, width, stride, weights, bias, shift, rectified, rectifiesInput, addsInput } = layer;
      const time = input.length / inputs;
      const expected: number[] = [];
      for (let t = 0; t < Math.ceil(time / stride); t++) {
        for (let o = 0; o < outputs; o++) {
          let sum = BigInt(bias[o]);
          for (let j = 0; j < width; j++) {
            const at = t * stride + j - (width - 1) / 2;
            for (let i = 0; i < inputs; i++) if (at >= 0 && at < time && !(rectifiesInput && input[at * inputs + i] < 0)) sum += BigInt(input[at * inputs + i]) * BigInt(weights[(j * inputs + i) * outputs + o]);
          }
          const shifted = Number((sum + (1n << BigInt(shift - 1))) >> BigInt(shift));
          const made = Math.min(ACTIVATION_MAX, Math.max(rectified ? 0 : -ACTIVATION_MAX, shifted));
          expected.push(addsInput ? Math.min(ACTIVATION_MAX, Math.max(-ACTIVATION_MAX, made + input[t * outputs + o])) : made);
        }
      }
      expect([...plain.layer(layer, input)]).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('mean and maximum over rows: the twins agree, and the mean is rounded', () => {
  const rows = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(8, 16)).chain(([count, steps, channels]) =>
    fc.record({ channels: fc.constant(channels), rows: fc.array(values(steps * channels, ACTIVATION_MAX).map((list) => Int16Array.from(list, Math.abs)), { minLength: count, maxLength: count }) }),
  );
  fc.assert(
    fc.property(rows, ({ rows: list, channels }) => {
      const got = plain.pooled(list, channels);
      expect(fast.pooled(list, channels)).toEqual(got);
      for (let i = 0; i < list[0].length; i++) {
        const [at, all] = [Math.floor(i / channels) * 2 * channels + (i % channels), list.map((row) => row[i])];
        expect(Math.abs(got[at] - all.reduce((sum, value) => sum + value, 0) / all.length)).toBeLessThanOrEqual(0.5);
        expect(got[at + channels]).toBe(Math.max(...all));
      }
    }),
  );
});
