import { ACTIVATION_MAX, type Layer, pooled, runLayer, stepsOf } from '../../dsp/index.js';
import { BYTES, LAYERS } from './weights.js';

/**
 * A small U-shaped network over time, as Moskalenko et al. (arXiv 1908.04639, 2019) proposed for P, QRS and T, here with one filter
 * bank for every lead and the leads brought together by mean and maximum before anything else: so it works for one lead and for
 * twelve, in any order, and is paid once and not twelve times. Whole numbers throughout: its answers are the same on every machine.
 */
export interface WaveNetwork {
  readonly front: Layer;
  /** From fine to coarse: two layers a level, the first of every coarser level at stride 2, the second adding its input. */
  readonly down: readonly (readonly [Layer, Layer])[];
  /** From coarse to fine: one that narrows, one that adds its input. */
  readonly up: readonly (readonly [Layer, Layer])[];
  readonly head: Layer;
}

/** Logits are given in these parts. */
export const UNIT = 128;
/** P, QRS, T, beat. */
export const CHANNELS = 4;

/** @param leads rows of one length at 125 Hz, in 1/512 of their common RMS; @returns time × CHANNELS logits in 1/UNIT, at least as long as a row */
export function runNetwork(network: WaveNetwork, leads: readonly Int16Array[]): Int16Array {
  activations.clear();
  let level = pooled(leads.map((lead) => kept(network.front, lead)), network.front.outputs, activations.take(2 * stepsOf(network.front, leads[0]) * network.front.outputs));
  const levels: Int16Array[] = [];
  for (const [first, second] of network.down) levels.push((level = kept(second, kept(first, level))));
  network.up.forEach(([narrow, second], i) => {
    level = kept(second, doubledAndAdded(kept(narrow, level), levels[levels.length - 2 - i], narrow.outputs));
  });
  return runLayer(network.head, level);
}

/** A layer's result, good until the next run. */
const kept = (layer: Layer, input: Int16Array): Int16Array => runLayer(layer, input, activations.take(stepsOf(layer, input) * layer.outputs));

/** Every step of the coarse level twice, and the fine level added. */
function doubledAndAdded(coarse: Int16Array, fine: Int16Array, channels: number): Int16Array {
  const out = activations.take(fine.length);
  for (let at = 0, t = 0; at < fine.length; t++) {
    const from = (t >> 1) * channels;
    for (let c = 0; c < channels; c++, at++) {
      const sum = coarse[from + c] + fine[at];
      out[at] = sum > ACTIVATION_MAX ? ACTIVATION_MAX : sum < -ACTIVATION_MAX ? -ACTIVATION_MAX : sum;
    }
  }
  return out;
}

/** Room for what is between the layers, the same for every run: 300 KB a segment would keep the garbage collector busy. */
class Activations {
  private room = new Int16Array(0);
  private used = 0;

  clear(): void {
    this.used = 0;
  }

  /** What was there before is nobody's. */
  take(length: number): Int16Array {
    const end = this.used + length;
    // What was given out stays with the room before.
    if (end > this.room.length) this.room = new Int16Array(2 * end);
    const taken = this.room.subarray(this.used, end);
    this.used = end;
    return taken;
  }
}

const activations = new Activations();

let known: WaveNetwork | undefined;

/** The network as it was taught, unpacked at the first use. */
export function waveNetwork(): WaveNetwork {
  return (known ??= unpack());
}

function unpack(): WaveNetwork {
  const bytes = Buffer.from(BYTES, 'base64');
  let at = 0;
  const parts: Record<(typeof LAYERS)[number][0], Layer[]> = { front: [], down: [], up: [], head: [] };
  for (const [part, inputs, outputs, width, stride, shift, rectified] of LAYERS) {
    const weights = Int16Array.from({ length: width * inputs * outputs }, (_, i) => bytes.readInt16LE(at + 2 * i));
    at += 2 * weights.length;
    const bias = Int32Array.from({ length: outputs }, (_, i) => bytes.readInt32LE(at + 4 * i));
    at += 4 * outputs;
    const second = (part === 'down' || part === 'up') && parts[part].length % 2 === 1;
    parts[part].push({ inputs, outputs, width, stride, weights, bias, shift, rectified, rectifiesInput: part === 'head' || (part === 'up' && second), addsInput: second });
  }
  return { front: parts.front[0], down: pairs(parts.down), up: pairs(parts.up), head: parts.head[0] };
}

function pairs(layers: readonly Layer[]): [Layer, Layer][] {
  return Array.from({ length: layers.length / 2 }, (_, i) => [layers[2 * i], layers[2 * i + 1]]);
}
