import { ACTIVATION_MAX, type Layer, runLayer } from '../../dsp/index.js';

/**
 * A small U-shaped network over time, as Moskalenko et al. (arXiv 1908.04639, 2019) proposed for P, QRS and T, here with one filter
 * bank for every lead and the leads brought together by mean and maximum before anything else: so it works for one lead and for
 * twelve, in any order, and is paid once and not twelve times. Whole numbers throughout: its answers are the same on every machine.
 */
export interface WaveNetwork {
  readonly front: Layer;
  /** From fine to coarse: two convolutions a level, the first of every coarser level at stride 2. */
  readonly down: readonly (readonly [Layer, Layer])[];
  /** From coarse to fine. */
  readonly up: readonly (readonly [Layer, Layer])[];
  readonly head: Layer;
}

/** Logits are told in these parts. */
export const UNIT = 128;
/** P, QRS, T, beat. */
export const CHANNELS = 4;

/** @param leads rows of one length at 125 Hz, in 1/512 of their common RMS; @returns time × CHANNELS logits in 1/UNIT, at least as long as a row */
export function runNetwork(network: WaveNetwork, leads: readonly Int16Array[]): Int16Array {
  let level = together(leads.map((lead) => runLayer(network.front, lead)), network.front.outputs);
  const levels: Int16Array[] = [];
  for (const [first, second] of network.down) {
    const half = runLayer(first, level);
    levels.push((level = added(runLayer(second, half), half)));
  }
  network.up.forEach(([narrow, second], i) => {
    const joined = doubledAndAdded(runLayer(narrow, level), levels[levels.length - 2 - i], narrow.outputs);
    level = added(runLayer(second, rectified(joined)), joined);
  });
  return runLayer(network.head, rectified(level));
}

/** Mean and maximum over the leads, channel by channel: time × 2·channels. All are 0 or above. */
function together(leads: readonly Int16Array[], channels: number): Int16Array {
  const out = new Int16Array(leads[0].length * 2);
  for (let from = 0, to = 0; from < leads[0].length; from += channels, to += 2 * channels) {
    for (let c = 0; c < channels; c++) {
      let sum = leads.length >> 1;
      let max = 0;
      for (let l = 0; l < leads.length; l++) {
        const value = leads[l][from + c];
        sum += value;
        if (value > max) max = value;
      }
      out[to + c] = (sum / leads.length) | 0;
      out[to + channels + c] = max;
    }
  }
  return out;
}

function clamped(value: number): number {
  return value > ACTIVATION_MAX ? ACTIVATION_MAX : value < -ACTIVATION_MAX ? -ACTIVATION_MAX : value;
}

/** In place. */
function added(a: Int16Array, b: Int16Array): Int16Array {
  for (let i = 0; i < a.length; i++) a[i] = clamped(a[i] + b[i]);
  return a;
}

/** Every step of the coarse level twice, and the fine level added. */
function doubledAndAdded(coarse: Int16Array, fine: Int16Array, channels: number): Int16Array {
  const out = new Int16Array(fine.length);
  for (let at = 0, t = 0; at < fine.length; t++) {
    const from = (t >> 1) * channels;
    for (let c = 0; c < channels; c++, at++) out[at] = clamped(coarse[from + c] + fine[at]);
  }
  return out;
}

function rectified(a: Int16Array): Int16Array {
  const out = new Int16Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] > 0 ? a[i] : 0;
  return out;
}
