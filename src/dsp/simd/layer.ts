import { ACTIVATION_MAX, type Kernels, type Layer } from '../kernels.js';
import type { Scratch } from './memory.js';

/** The kernel makes four steps at once, so it reads and writes beyond the last. */
const STEPS_BEYOND = 3;

export function layerOn(scratch: Scratch): Pick<Kernels, 'layer'> {
  return {
    layer(layer, input) {
      const { inputs, outputs, width, stride, bias, shift, rectified } = layer;
      const paired = pairedOf(layer);
      const steps = Math.ceil(input.length / inputs / stride);
      const before = (width >> 1) * inputs;
      const behind = before + (STEPS_BEYOND + 1) * stride * inputs + 1;
      const [from, weights, offsets, to] = scratch.lay((before + input.length + behind) * 2, paired.length * 2, outputs * 4, (steps + STEPS_BEYOND) * outputs * 2);
      const { i16, i32 } = scratch;
      i16.fill(0, from / 2, from / 2 + before);
      i16.set(input, from / 2 + before);
      i16.fill(0, from / 2 + before + input.length, from / 2 + before + input.length + behind);
      i16.set(paired, weights / 2);
      i32.set(bias, offsets / 4);
      const pairs = paired.length / outputs / 2;
      scratch.run.layer(from, stride * inputs * 2, pairs, weights, offsets, outputs, shift, rectified ? 0 : -ACTIVATION_MAX, ACTIVATION_MAX, steps, to);
      return i16.slice(to / 2, to / 2 + steps * outputs);
    },
  };
}

const known = new WeakMap<Layer, Int16Array>();

/** Weights as the kernel takes them: [pairs][outputs][2], an odd last row paired with zeros. */
function pairedOf(layer: Layer): Int16Array {
  let paired = known.get(layer);
  if (paired === undefined) {
    const { inputs, outputs, width, weights } = layer;
    const rows = width * inputs;
    paired = new Int16Array(Math.ceil(rows / 2) * outputs * 2);
    for (let row = 0; row < rows; row++) for (let o = 0; o < outputs; o++) paired[((row >> 1) * outputs + o) * 2 + (row & 1)] = weights[row * outputs + o];
    known.set(layer, paired);
  }
  return paired;
}
