import { ACTIVATION_MAX, type Layer } from '../kernels.js';

export function layer(of: Layer, input: Int16Array): Int16Array {
  const { inputs, outputs, width, stride, weights, bias, shift, rectified } = of;
  const time = input.length / inputs;
  const steps = Math.ceil(time / stride);
  const out = new Int16Array(steps * outputs);
  const sums = new Int32Array(outputs);
  const half = 1 << (shift - 1);
  const floor = rectified ? 0 : -ACTIVATION_MAX;
  for (let t = 0; t < steps; t++) {
    sums.set(bias);
    for (let j = 0; j < width; j++) {
      const at = t * stride + j - (width >> 1);
      if (at < 0 || at >= time) continue;
      for (let i = 0; i < inputs; i++) {
        const x = input[at * inputs + i];
        if (x === 0) continue;
        const row = (j * inputs + i) * outputs;
        for (let o = 0; o < outputs; o++) sums[o] += x * weights[row + o];
      }
    }
    for (let o = 0; o < outputs; o++) {
      const value = (sums[o] + half) >> shift;
      out[t * outputs + o] = value < floor ? floor : value > ACTIVATION_MAX ? ACTIVATION_MAX : value;
    }
  }
  return out;
}
