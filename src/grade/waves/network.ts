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
    const fine = levels[levels.length - 2 - i];
    const joined = added(doubled(runLayer(narrow, level), narrow.outputs, fine.length), fine);
    level = added(runLayer(second, rectified(joined)), joined);
  });
  return runLayer(network.head, rectified(level));
}

/** Mean and maximum over the leads, channel by channel: time × 2·channels. All are 0 or above. */
function together(leads: readonly Int16Array[], channels: number): Int16Array {
  const out = new Int16Array(leads[0].length * 2);
  for (let i = 0; i < leads[0].length; i++) {
    let sum = leads.length >> 1;
    let max = 0;
    for (const lead of leads) {
      sum += lead[i];
      if (lead[i] > max) max = lead[i];
    }
    const at = Math.floor(i / channels) * 2 * channels + (i % channels);
    out[at] = Math.floor(sum / leads.length);
    out[at + channels] = max;
  }
  return out;
}

function added(a: Int16Array, b: Int16Array): Int16Array {
  for (let i = 0; i < a.length; i++) a[i] = Math.max(-ACTIVATION_MAX, Math.min(ACTIVATION_MAX, a[i] + b[i]));
  return a;
}

function rectified(a: Int16Array): Int16Array {
  const out = new Int16Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] > 0 ? a[i] : 0;
  return out;
}

/** Every step twice, cut to `length`. */
function doubled(a: Int16Array, channels: number, length: number): Int16Array {
  const out = new Int16Array(length);
  for (let t = 0; t * channels < length; t++) out.set(a.subarray((t >> 1) * channels, ((t >> 1) + 1) * channels), t * channels);
  return out;
}
