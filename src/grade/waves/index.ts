import type { Wave, WaveKind } from '../../ecg/index.js';
import { energyBeats } from './energy.js';
import { CHANNELS, runNetwork, UNIT, waveNetwork } from './network.js';
import { type NamedLead, NETWORK_HZ, prepare, whole } from './prepare.js';

export type { NamedLead };

/** Beats and waves that all leads together tell, in samples from the start, ascending. */
export interface Delineation {
  /** QRS complexes: where the network is surest, near the R peak. */
  readonly beats: readonly number[];
  /** QRS complexes as the second, independent detector has them: for judging the signal, not for counting. */
  readonly second: readonly number[];
  readonly waves: readonly Wave[];
}

const NOTHING: Delineation = { beats: [], second: [], waves: [] };

/** Shorter than this it is no wave (s). */
const SHORTEST_S: Readonly<Record<WaveKind, number>> = { P: 0.024, QRS: 0.032, T: 0.048 };
const KINDS: readonly WaveKind[] = ['P', 'QRS', 'T'];
const BEAT = 3;
/** A beat is told from a probability of 0.4 on (chosen by cross-validation); a wave's edge is where its probability passes 0.5. */
const BEAT_LOGIT = Math.log(0.4 / 0.6);
const REFRACTORY_S = 0.2;

/**
 * P, QRS and T of a stretch of signal, over all its leads at once. Source: see `network.ts`; how it was taught and how well it does:
 * docs/signal.md.
 * @param leads of one length, mV at `rateHz`
 */
export function delineate(leads: readonly NamedLead[], rateHz: number): Delineation {
  const prepared = prepare(leads, rateHz);
  const rows = prepared && whole(prepared);
  if (prepared === undefined || rows === undefined) return NOTHING;
  const logits = runNetwork(waveNetwork(), rows);
  const time = rows[0].length;
  const scale = prepared.samplesPerStep;
  const waves = KINDS.flatMap((wave, channel) =>
    spans(logits, channel, time, 0)
      // A wave that an end of the signal cuts has no edge there.
      .filter(([from, to]) => from > 0 && to < time - 1 && to - from >= SHORTEST_S[wave] * NETWORK_HZ)
      .map(([from, to]) => ({ wave, onset: from * scale, peak: peakOf(rows, from, to) * scale, offset: to * scale })),
  ).sort((a, b) => a.onset - b.onset);
  const beats = surest(logits, spans(logits, BEAT, time, BEAT_LOGIT * UNIT)).map((beat) => Math.round(beat * scale));
  return { beats, second: energyBeats(prepared).map((step) => Math.round(step * scale)), waves };
}

/** Where a channel lies above `level`: from crossing to crossing, by straight lines between the steps; an end of the signal is no crossing. */
function spans(logits: Int16Array, channel: number, time: number, level: number): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  let before = -1;
  for (let t = 0, at = channel; t < time; t++, at += CHANNELS) {
    const value = logits[at] - level;
    if (value >= 0 && from < 0) from = t === 0 ? 0 : t - value / (value - before);
    else if (value < 0 && from >= 0) {
      found.push([from, t - value / (value - before)]);
      from = -1;
    }
    before = value;
  }
  if (from >= 0) found.push([from, time - 1]);
  return found;
}

/** The middle of each beat's span; of two within the refractory time the surer one. */
function surest(logits: Int16Array, beats: readonly [number, number][]): number[] {
  const kept: { middle: number; sure: number }[] = [];
  for (const [from, to] of beats) {
    let sure = -Infinity;
    let weight = 0;
    let moment = 0;
    for (let t = Math.ceil(from); t <= to; t++) {
      const logit = logits[t * CHANNELS + BEAT];
      const probability = 1 / (1 + Math.exp(-logit / UNIT));
      sure = Math.max(sure, logit);
      weight += probability;
      moment += probability * t;
    }
    if (weight === 0) continue;
    const beat = { middle: moment / weight, sure };
    const last = kept.at(-1);
    if (last === undefined || beat.middle - last.middle >= REFRACTORY_S * NETWORK_HZ) kept.push(beat);
    else if (beat.sure > last.sure) kept[kept.length - 1] = beat;
  }
  return kept.map(({ middle }) => middle);
}

/** Where the leads together are farthest from the line between the edges. */
function peakOf(rows: readonly Int16Array[], from: number, to: number): number {
  const [a, b] = [Math.max(0, Math.floor(from)), Math.min(rows[0].length - 1, Math.ceil(to))];
  let best = a;
  let most = -1;
  for (let t = a; t <= b; t++) {
    let power = 0;
    for (const row of rows) power += (row[t] - row[a] - ((row[b] - row[a]) * (t - a)) / (b - a || 1)) ** 2;
    if (power > most) [most, best] = [power, t];
  }
  return best;
}
