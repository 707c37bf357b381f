import { BEATS_DISPUTED, type Opaque, type Outcome } from '../ecg/index.js';

/** Beats of one device in a row, across the borders of segments. Plain JSON. */
export interface BeatRun {
  readonly device: string;
  readonly epoch: Opaque;
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

/** What one more outcome makes of the runs. */
export interface BeatsAfter {
  /** One a device, as far as beats are known without a hole up to the end of its last segment. */
  readonly runs: readonly BeatRun[];
  /** Those that end in the outcome: one for each stretch of it in which beats were counted. */
  readonly ended: readonly BeatRun[];
}

/** The runs after one more outcome. Where beats cannot be counted, the device's run ends: what is not known is no pause. */
export function beatsAfter(runs: readonly BeatRun[], outcome: Outcome): BeatsAfter {
  const { device, epoch, firstSample, samples, rateHz, grade, gates, reasons } = outcome;
  const others = runs.filter((run) => run.device !== device);
  if (grade === 'unusable' || !gates.rate || reasons.includes(BEATS_DISPUTED)) return { runs: others, ended: [] };
  const throughS = (firstSample + samples) / rateHz;
  let known = runs.find((run) => run.device === device && run.epoch === epoch && run.throughS < throughS);
  const ended: BeatRun[] = [];
  for (const [from, to] of observedOf(outcome)) {
    // Where segments overlap, what was counted stays.
    if (known !== undefined && to <= known.throughS) continue;
    known = after(known, outcome, from, to);
    ended.push(known);
  }
  const last = ended.at(-1);
  return { runs: last?.throughS === throughS ? [...others, last].slice(-RUNS_MAX) : others, ended };
}

/** Where beats were counted, seconds of the epoch. */
function observedOf({ firstSample, samples, rateHz, unobserved = [] }: Outcome): readonly (readonly [number, number])[] {
  const [fromS, throughS] = [firstSample / rateHz, (firstSample + samples) / rateHz];
  const inside = (ms: number) => Math.min(Math.max(fromS + ms / 1000, fromS), throughS);
  return [fromS, ...unobserved.map(({ toMs }) => inside(toMs))].flatMap((from, k) => {
    const to = k < unobserved.length ? inside(unobserved[k].fromMs) : throughS;
    return to > from ? [[from, to] as const] : [];
  });
}

/** The run that continues `known` through one stretch of an outcome, or begins with it. */
function after(known: BeatRun | undefined, { device, epoch, firstSample, rateHz, measurements }: Outcome, fromS: number, throughS: number): BeatRun {
  const goesOn = known !== undefined && fromS <= known.throughS;
  const before = goesOn ? known.beats.slice(-BEATS_KEPT) : [];
  const beats = [...before];
  for (const beat of measurements.beats) {
    const atS = (firstSample + beat) / rateHz;
    // Where segments overlap, what was counted stays; a beat that the border cut is reported by the second one.
    const isKnown = atS < (goesOn ? known.throughS : fromS) && !(goesOn && beat < 0);
    if (isKnown || atS >= throughS) continue;
    if (beats.length > 0 && atS - beats[beats.length - 1] < REFRACTORY_S) continue;
    beats.push(atS);
  }
  return { device, epoch, fromS: goesOn ? known.fromS : fromS, throughS, beats, before: before.length };
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
