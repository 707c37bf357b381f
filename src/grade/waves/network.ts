import { ACTIVATION_MAX, type Layer, pooled, runLayer } from '../../dsp/index.js';
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
  let level = pooled(leads.map((lead) => runLayer(network.front, lead)), network.front.outputs);
  const levels: Int16Array[] = [];
  for (const [first, second] of network.down) levels.push((level = runLayer(second, runLayer(first, level))));
  network.up.forEach(([narrow, second], i) => {
    level = runLayer(second, doubledAndAdded(runLayer(narrow, level), levels[levels.length - 2 - i], narrow.outputs));
  });
  return runLayer(network.head, level);
}

/** Every step of the coarse level twice, and the fine level added. */
function doubledAndAdded(coarse: Int16Array, fine: Int16Array, channels: number): Int16Array {
  const out = new Int16Array(fine.length);
  for (let at = 0, t = 0; at < fine.length; t++) {
    const from = (t >> 1) * channels;
    for (let c = 0; c < channels; c++, at++) {
      const sum = coarse[from + c] + fine[at];
      out[at] = sum > ACTIVATION_MAX ? ACTIVATION_MAX : sum < -ACTIVATION_MAX ? -ACTIVATION_MAX : sum;
    }
  }
  return out;
}

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
