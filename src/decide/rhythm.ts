import { BEATS_DISPUTED, type Outcome } from '../ecg/index.js';

/** Beats of one device in a row, across the borders of segments. Plain JSON. */
export interface BeatRun {
  readonly device: string;
  readonly epoch: number;
  /** Seconds of the epoch: since when beats are known without a hole, and up to when. */
  readonly fromS: number;
  readonly throughS: number;
  /** Seconds of the epoch, ascending: the last that any rule looks back to, and all of the last segment. */
  readonly beats: readonly number[];
  /** How many of them were known before the last segment. */
  readonly before: number;
}

/** The longest look back: seventeen beats of a tachycardia. */
const BEATS_KEPT = 17;
/** Two marks so close are one beat that a border cut. */
const REFRACTORY_S = 0.2;
/** A patient may be on two devices at once. */
const RUNS_MAX = 4;

/** The runs after one more outcome. Where beats cannot be counted, the device's run ends: what is not known is no pause. */
export function beatsAfter(runs: readonly BeatRun[], outcome: Outcome): readonly BeatRun[] {
  const { device, epoch, firstSample, samples, rateHz, grade, gates, reasons, measurements } = outcome;
  const others = runs.filter((run) => run.device !== device);
  if (grade === 'unusable' || !gates.rate || reasons.includes(BEATS_DISPUTED)) return others;
  const [fromS, throughS] = [firstSample / rateHz, (firstSample + samples) / rateHz];
  const known = runs.find((run) => run.device === device);
  const goesOn = known !== undefined && known.epoch === epoch && fromS <= known.throughS && throughS > known.throughS;
  const before = goesOn ? known.beats.slice(-BEATS_KEPT) : [];
  const beats = [...before];
  for (const beat of measurements.beats) {
    const atS = (firstSample + beat) / rateHz;
    // Where segments overlap, what was counted stays; a beat that the border cut is reported by the second one.
    if (goesOn && atS < known.throughS && beat >= 0) continue;
    if (beats.length > 0 && atS - beats[beats.length - 1] < REFRACTORY_S) continue;
    beats.push(atS);
  }
  return [...others, { device, epoch, fromS: goesOn ? known.fromS : fromS, throughS, beats, before: before.length }].slice(-RUNS_MAX);
}

/** Where the first stretch of so many beats begins that ends in the last segment and has this span; undefined: there is none. */
export function stretch({ beats, before }: BeatRun, count: number, isIt: (spanS: number) => boolean): number | undefined {
  for (let last = Math.max(before, count - 1); last < beats.length; last++) {
    if (isIt(beats[last] - beats[last - count + 1])) return beats[last - count + 1];
  }
  return undefined;
}

/** Where a time without any beat of at least `leastS` begins that ends in the last segment, or has not ended; undefined: there is none. */
export function silence({ beats, before, fromS, throughS }: BeatRun, leastS: number): number | undefined {
  // Where a run is cut short, what came before its first beat is not known.
  const begins = before > 0 || beats.length === 0 ? [] : [fromS];
  const ends = [...begins, ...beats.slice(Math.max(0, before - 1)), throughS];
  for (let i = 1; i < ends.length; i++) if (ends[i] - ends[i - 1] >= leastS) return ends[i - 1];
  return beats.length === 0 && throughS - fromS >= leastS ? fromS : undefined;
}
