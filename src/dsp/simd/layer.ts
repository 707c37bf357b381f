import { ACTIVATION_MAX, type Kernels, type Layer, stepsOf } from '../kernels.js';
import type { Scratch } from './memory.js';

/** The kernel makes four steps at once, so it reads and writes beyond the last. */
const STEPS_BEYOND = 3;
/** Vectors of eight are written whole. */
const VALUES_BEYOND = 8;

export function layerOn(scratch: Scratch): Pick<Kernels, 'layer' | 'pooled'> {
  const { run } = scratch;
  return {
    layer(layer, input, into = new Int16Array(stepsOf(layer, input) * layer.outputs)) {
      const { inputs, outputs, width, stride, bias, shift, rectified, rectifiesInput, addsInput } = layer;
      const paired = pairedOf(layer);
      const steps = stepsOf(layer, input);
      const before = (width >> 1) * inputs;
      const behind = before + (STEPS_BEYOND + 1) * stride * inputs + VALUES_BEYOND;
      const [given, from, weights, offsets, to] = scratch.lay(
        input.length * 2, (before + input.length + behind) * 2, paired.length * 2, outputs * 4, (steps + STEPS_BEYOND) * outputs * 2,
      );
      const { i16, i32 } = scratch;
      const [start, end] = [from / 2 + before, from / 2 + before + input.length];
      if (addsInput || rectifiesInput) i16.set(input, given / 2);
      if (rectifiesInput) run.rectify(given, input.length, start * 2);
      else i16.set(input, start);
      i16.fill(0, from / 2, start);
      i16.fill(0, end, end + behind);
      i16.set(paired, weights / 2);
      i32.set(bias, offsets / 4);
      run.layer(from, stride * inputs * 2, paired.length / outputs / 2, weights, offsets, outputs, shift, rectified ? 0 : -ACTIVATION_MAX, ACTIVATION_MAX, steps, to);
      if (addsInput) run.addClamped(to, given, input.length, ACTIVATION_MAX);
      into.set(i16.subarray(to / 2, to / 2 + steps * outputs));
      return into;
    },
    pooled(rows, channels, into = new Int16Array(2 * rows[0].length)) {
      const values = rows[0].length;
      const pitch = Math.ceil(values / VALUES_BEYOND) * VALUES_BEYOND;
      const [from, to] = scratch.lay(rows.length * pitch * 2, values * 4);
      rows.forEach((row, k) => scratch.i16.set(row, from / 2 + k * pitch));
      run.pooled(from, pitch * 2, rows.length, values / channels, channels, to);
      into.set(scratch.i16.subarray(to / 2, to / 2 + 2 * values));
      return into;
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
