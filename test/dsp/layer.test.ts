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
  time: fc.integer({ min: 1, max: 40 }),
});
const values = (length: number, max: number) => fc.array(fc.oneof(fc.integer({ min: -max, max }), fc.constantFrom(-max, max, 0)), { minLength: length, maxLength: length });
const anything = shape.chain(({ time, ...layer }) =>
  fc.record({
    input: values(time * layer.inputs, layer.inputs === 1 ? INPUT_MAX : ACTIVATION_MAX).map((list) => Int16Array.from(list)),
    layer: fc
      .tuple(values(layer.width * layer.inputs * layer.outputs, WEIGHT_MAX), values(layer.outputs, 2 ** 27))
      .map(([weights, bias]): Layer => ({ ...layer, weights: Int16Array.from(weights), bias: Int32Array.from(bias) })),
  }),
);

test('the twins agree on any layer and any input', () => {
  fc.assert(fc.property(anything, ({ layer, input }) => void expect(fast.layer(layer, input)).toEqual(plain.layer(layer, input))), { numRuns: 400 });
});

test('against the sum as it is written', () => {
  fc.assert(
    fc.property(anything, ({ layer, input }) => {
      const { inputs, outputs, width, stride, weights, bias, shift, rectified } = layer;
      const time = input.length / inputs;
      const expected: number[] = [];
      for (let t = 0; t < Math.ceil(time / stride); t++) {
        for (let o = 0; o < outputs; o++) {
          let sum = BigInt(bias[o]);
          for (let j = 0; j < width; j++) {
            const at = t * stride + j - (width - 1) / 2;
            for (let i = 0; i < inputs; i++) if (at >= 0 && at < time) sum += BigInt(input[at * inputs + i]) * BigInt(weights[(j * inputs + i) * outputs + o]);
          }
          const shifted = Number((sum + (1n << BigInt(shift - 1))) >> BigInt(shift));
          expected.push(Math.min(ACTIVATION_MAX, Math.max(rectified ? 0 : -ACTIVATION_MAX, shifted)));
        }
      }
      expect([...plain.layer(layer, input)]).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
