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
  /** One letter a beat: N, S, V, F or Q, ? where its shape is not to be trusted. Undefined: an older engine wrote it. */
  readonly kinds?: string;
  /** Seconds of the epoch: since when no artefact is in its signal. Undefined: some is now, or an older engine wrote it. */
  readonly soundFromS?: number;
  /** Segments that its beats are from, oldest first, back to the rules' longest look-back. */
  readonly segments?: readonly RunSegment[];
}

/** A segment that has beats of a run. */
export interface RunSegment {
  readonly segment: string;
  readonly throughS: number;
  readonly source: Outcome['source'];
  /** Regular P waves were seen in it. */
  readonly hasP?: true;
}

/** Rules look back so far, and seventeen beats of a tachycardia or five of a bradycardia at least. */
export const LOOK_BACK_S = 60;
const BEATS_KEPT_MIN = 17;
const BEATS_KEPT_MAX = 300;
/** Segments and offsets of chunks that a run names: all of a look back at a stride of a second. */
const SEGMENTS_KEPT = 72;
const OFFSETS_KEPT = 1024;
/** Two marks so close are one beat that a border cut. */
const REFRACTORY_S = 0.2;
/** A segment leaves the beats of its last 0.15 s to the next one, which may place them 0.05 s earlier; both in whole samples. */
const LEFT_S = 0.25;
/** A patient may be on two devices at once. */
const RUNS_MAX = 4;
/** Reasons of a lead in which a beat may be hidden, or an artefact be taken for one. */
const ARTEFACT: readonly string[] = ['flat', 'saturated', 'motion', 'baseline-wander', 'high-frequency-noise', 'lead-off'];
export const UNKNOWN_KIND = '?';

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
function after(known: BeatRun | undefined, outcome: Outcome, fromS: number, throughS: number): BeatRun {
  const { device, epoch, firstSample, rateHz, measurements, gates, kinds: named } = outcome;
  const goesOn = known !== undefined && fromS <= known.throughS;
  const before = goesOn ? known.beats.slice(-keptOf(known)) : [];
  const beats = [...before];
  let kinds = goesOn ? (known.kinds ?? '').padStart(known.beats.length, UNKNOWN_KIND).slice(known.beats.length - before.length) : '';
  measurements.beats.forEach((beat, i) => {
    const atS = (firstSample + beat) / rateHz;
    // Where segments overlap, what was counted stays; a beat that the border cut is reported by the second one.
    if (atS < (goesOn ? known.throughS - LEFT_S : fromS) || atS >= throughS) return;
    if (beats.length > 0 && atS - beats[beats.length - 1] < REFRACTORY_S) return;
    beats.push(atS);
    kinds += gates.morphology ? (named?.[i]?.kind ?? UNKNOWN_KIND) : UNKNOWN_KIND;
  });
  const soundFromS = isSound(outcome) ? ((goesOn ? known.soundFromS : undefined) ?? fromS) : undefined;
  const segments = segmentsAfter(goesOn ? (known.segments ?? []) : [], outcome, throughS, beats);
  return { device, epoch, fromS: goesOn ? known.fromS : fromS, throughS, beats, before: before.length, kinds, ...(soundFromS !== undefined && { soundFromS }), segments };
}

/** How many of its last beats a rule may look back to. */
function keptOf({ beats, throughS }: BeatRun): number {
  const recent = beats.filter((beat) => beat >= throughS - LOOK_BACK_S).length;
  return Math.min(Math.max(recent, BEATS_KEPT_MIN), BEATS_KEPT_MAX);
}

/** Those that have any of these beats, the outcome's own last. */
function segmentsAfter(before: readonly RunSegment[], { id, source, measurements }: Outcome, throughS: number, [firstS = throughS]: readonly number[]): readonly RunSegment[] {
  const own: RunSegment = { segment: id, throughS, source, ...(measurements.prMs !== undefined && { hasP: true }) };
  const all = [...before.filter(({ segment, throughS: endS }) => segment !== id && endS >= firstS), own].slice(-SEGMENTS_KEPT);
  let offsets = all.reduce((sum, one) => sum + one.source.offsets.length, 0);
  let first = 0;
  while (offsets > OFFSETS_KEPT && first < all.length - 1) offsets -= all[first++].source.offsets.length;
  return all.slice(first);
}

/** Artefact in fewer than half of the leads that are there. */
function isSound({ leads }: Outcome): boolean {
  const there = leads.filter(({ origin }) => origin !== 'missing');
  return 2 * there.filter(({ reasons }) => !reasons.some((reason) => ARTEFACT.includes(reason))).length > there.length;
}

/** Indices of the first so many beats in a row that end in the last segment and have this span; undefined: there are none. */
export function stretch({ beats, before }: BeatRun, count: number, isIt: (spanS: number) => boolean): readonly [number, number] | undefined {
  for (let last = Math.max(before, count - 1); last < beats.length; last++) {
    if (isIt(beats[last] - beats[last - count + 1])) return [last - count + 1, last];
  }
  return undefined;
}

/** The first time without any beat of at least `leastS` that ends in the last segment, or has not ended, from `sinceS` on; undefined: there is none. */
export function silence({ beats, before, fromS, throughS }: BeatRun, leastS: number, sinceS = -Infinity): readonly [number, number] | undefined {
  // Where a run is cut short, what came before its first beat is not known.
  const begins = before > 0 || beats.length === 0 ? [] : [fromS];
  const ends = beats.length === 0 ? [fromS, throughS] : [...begins, ...beats.slice(Math.max(0, before - 1)), throughS];
  for (let i = 1; i < ends.length; i++) {
    const since = Math.max(ends[i - 1], sinceS);
    if (ends[i] - since >= leastS) return [since, ends[i]];
  }
  return undefined;
}
