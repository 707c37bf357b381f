import { RATE_TOLERANCE } from '../ecg/index.js';
import type { Placed, Stream } from './stream.js';

/** The mean of so many of the latest messages says where the stream is: one alone jitters. */
const PHASE_MESSAGES = 32;
/** Pairs of messages after which the measured rate stands for the nominal one. */
const KNOWN_AFTER_PAIRS = 8;

/** Where a time is on the numbering of a stream, as fractions of a sample. */
export interface Expected {
  /** By the nominal rate and by that at which samples came, behind the latest messages, and behind those since the last seam. */
  readonly any: readonly number[];
  /** The one to place by. */
  readonly best: number;
}

/**
 * A clock that runs fast or slow moves each message by the same part of a sample, jitter moves each by another. The first is seen in what
 * messages hold and how far they are apart, and is no seam: time and count part by it, as far as it goes.
 */
export function expectedAt({ epoch, rateHz, recent }: Stream, startMs: number): Expected {
  const own = recent.filter((one) => one.epoch === epoch);
  const { ratio, pairs } = paceOf(own, rateHz);
  const [latest, run] = [own.slice(-PHASE_MESSAGES), withoutSeam(own)];
  const [nominal, measured] = [rateHz / 1000, (rateHz * ratio) / 1000];
  const best = behind(run, pairs >= KNOWN_AFTER_PAIRS ? measured : nominal, startMs);
  return { any: [behind(run, nominal, startMs), behind(run, measured, startMs), behind(latest, measured, startMs)], best };
}

/** Where a time is, counted from the mean place of some messages. */
function behind(messages: readonly Placed[], perMs: number, startMs: number): number {
  // From one of them: numbers of samples since 1970 have no room for fractions of a sample.
  const [{ firstSample, startMs: originMs }] = messages;
  const phase = mean(messages.map((one) => one.firstSample - firstSample - (one.startMs - originMs) * perMs));
  return firstSample + phase + (startMs - originMs) * perMs;
}

/** Samples that came to those that were due, of messages that follow one another, as a straight line through them has it; 1 where none do. */
function paceOf(own: readonly Placed[], rateHz: number): { readonly ratio: number; readonly pairs: number } {
  let [came, due] = [0, 0];
  const points = [{ came, due }];
  for (let i = 1; i < own.length; i++) {
    const { samples, startMs } = own[i - 1];
    const expected = ((own[i].startMs - startMs) * rateHz) / 1000;
    if (Math.abs(samples - expected) > RATE_TOLERANCE * samples + 1) continue;
    points.push({ came: (came += samples), due: (due += expected) });
  }
  const [meanCame, meanDue] = [mean(points.map((one) => one.came)), mean(points.map((one) => one.due))];
  const spread = points.reduce((sum, one) => sum + (one.due - meanDue) ** 2, 0);
  const ratio = spread === 0 ? 1 : points.reduce((sum, one) => sum + (one.came - meanCame) * (one.due - meanDue), 0) / spread;
  return { ratio: Math.min(1 + RATE_TOLERANCE, Math.max(1 - RATE_TOLERANCE, ratio)), pairs: points.length - 1 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The latest messages that follow one another sample on sample, at least one. */
function withoutSeam(own: readonly Placed[]): readonly Placed[] {
  let first = own.length - 1;
  while (first > 0 && own.length - first < PHASE_MESSAGES && own[first - 1].firstSample + own[first - 1].samples === own[first].firstSample) first--;
  return own.slice(first);
}
