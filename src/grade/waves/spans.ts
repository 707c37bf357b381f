import { CHANNELS, UNIT } from './network.js';

/** From where to where, in steps; between two steps where a logit crosses its level there. */
export type Span = readonly [number, number];

/** Where a channel lies above `level`: from crossing to crossing, by straight lines between the steps; an end of the signal is no crossing. */
export function spansOf(logits: Int16Array, channel: number, time: number, level: number): Span[] {
  const found: Span[] = [];
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

export const middleOf = ([from, to]: Span): number => (from + to) / 2;

/** A beat as the network has it: the centre of its probability, and its highest logit. */
export interface NetworkBeat {
  readonly middle: number;
  readonly sure: number;
}

/** The centre of each beat's span; of two within `refractory` steps the surer one. */
export function beatsOf(logits: Int16Array, channel: number, time: number, level: number, refractory: number): NetworkBeat[] {
  const found: NetworkBeat[] = [];
  for (const [from, to] of spansOf(logits, channel, time, level)) {
    let sure = -Infinity;
    let weight = 0;
    let moment = 0;
    for (let t = Math.ceil(from); t <= to; t++) {
      const logit = logits[t * CHANNELS + channel];
      const probability = probabilityOf(logit);
      sure = Math.max(sure, logit);
      weight += probability;
      moment += probability * t;
    }
    if (weight > 0) found.push({ middle: moment / weight, sure });
  }
  return apart(found, refractory);
}

/** Of two within `refractory` steps the surer one. */
export function apart(beats: readonly NetworkBeat[], refractory: number): NetworkBeat[] {
  const kept: NetworkBeat[] = [];
  for (const beat of beats) {
    const last = kept.at(-1);
    if (last === undefined || beat.middle - last.middle >= refractory) kept.push(beat);
    else if (beat.sure > last.sure) kept[kept.length - 1] = beat;
  }
  return kept;
}

export function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit / UNIT));
}

/** The QRS of each beat: the nearest span within `reach` steps of it, each span once. */
export function qrsOf(spans: readonly Span[], beats: readonly NetworkBeat[], reach: number): Span[] {
  const kept: Span[] = [];
  for (const { middle } of beats) {
    let nearest: Span | undefined;
    for (const span of spans) if (nearest === undefined || Math.abs(middleOf(span) - middle) < Math.abs(middleOf(nearest) - middle)) nearest = span;
    if (nearest !== undefined && Math.abs(middleOf(nearest) - middle) <= reach && nearest !== kept.at(-1)) kept.push(nearest);
  }
  return kept;
}

/** One T wave between two QRS: what lies less than `gap` steps apart is one, for a broad T wave may fall apart; of what is left the longest. */
export function oneBetween(spans: readonly Span[], qrs: readonly Span[], gap: number): Span[] {
  const kept: Span[] = [];
  let next = 0;
  let interval = -1;
  for (const span of spans) {
    while (next < qrs.length && middleOf(qrs[next]) <= middleOf(span)) next++;
    const last = kept.at(-1);
    if (last === undefined || next !== interval) kept.push(span);
    else if (span[0] - last[1] < gap) kept[kept.length - 1] = [last[0], span[1]];
    else if (span[1] - span[0] > last[1] - last[0]) kept[kept.length - 1] = span;
    interval = next;
  }
  return kept;
}
