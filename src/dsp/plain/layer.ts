import { ACTIVATION_MAX, type Layer, stepsOf } from '../kernels.js';

export function layer(of: Layer, input: Int16Array, into = new Int16Array(stepsOf(of, input) * of.outputs)): Int16Array {
  const { inputs, outputs, width, stride, weights, bias, shift, rectified } = of;
  const { rectifiesInput, addsInput } = of;
  const time = input.length / inputs;
  const steps = stepsOf(of, input);
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
        if (x === 0 || (rectifiesInput && x < 0)) continue;
        const row = (j * inputs + i) * outputs;
        for (let o = 0; o < outputs; o++) sums[o] += x * weights[row + o];
      }
    }
    for (let o = 0; o < outputs; o++) {
      const made = clamped((sums[o] + half) >> shift, floor);
      into[t * outputs + o] = addsInput ? clamped(made + input[t * outputs + o], -ACTIVATION_MAX) : made;
    }
  }
  return into;
}

function clamped(value: number, floor: number): number {
  return value < floor ? floor : value > ACTIVATION_MAX ? ACTIVATION_MAX : value;
}

export function pooled(rows: readonly Int16Array[], channels: number, into = new Int16Array(2 * rows[0].length)): Int16Array {
  for (let from = 0, to = 0; from < rows[0].length; from += channels, to += 2 * channels) {
    for (let c = 0; c < channels; c++) {
      let sum = rows.length >> 1;
      let max = 0;
      for (const row of rows) {
        sum += row[from + c];
        if (row[from + c] > max) max = row[from + c];
      }
      into[to + c] = Math.floor(sum / rows.length);
      into[to + channels + c] = max;
    }
  }
  return into;
}
