import type { BeatKind } from '../ecg/index.js';
import { matchTimes, WINDOW_MS } from './match.js';
import { type Episode, markedEpisodes } from './rhythms.js';

/** What a reader calls a beat → its kind by AAMI EC57. */
const KINDS: Readonly<Record<string, BeatKind>> = {
  ...{ N: 'N', L: 'N', R: 'N', B: 'N', e: 'N', j: 'N', n: 'N' },
  ...{ A: 'S', a: 'S', J: 'S', S: 'S', V: 'V', E: 'V', r: 'V', F: 'F', '/': 'Q', f: 'Q', Q: 'Q', '?': 'Q' },
};
/** As WFDB names them: in them an early beat is no ectopic one, and to find one where the other is marked is no fault. */
export const FIBRILLATION_OR_FLUTTER = ['AFIB', 'AFL'];
/** Rows and columns of the beat-by-beat table; O: no beat there. */
export const TABLE = ['N', 'S', 'V', 'F', 'Q', 'O'] as const;
type Cell = (typeof TABLE)[number];
/** Lengths of runs as EC57 groups them; 0: none. */
export const RUN_LENGTHS = ['0', '1', '2', '3–5', '6+'] as const;

export interface KindBeat {
  readonly sample: number;
  readonly kind: BeatKind;
}

interface Mark {
  readonly sample: number;
  readonly symbol: string;
  readonly aux: string;
}

/** Beats with their kinds, and the stretches of atrial fibrillation or flutter, of a record's marks. */
export function markedKinds(marks: readonly Mark[]): { readonly beats: readonly KindBeat[]; readonly fibrillation: readonly Episode[]; readonly isPaced: boolean } {
  const beats = marks.flatMap(({ sample, symbol }) => (KINDS[symbol] === undefined ? [] : [{ sample, kind: KINDS[symbol] }]));
  return { beats, fibrillation: markedEpisodes(marks, FIBRILLATION_OR_FLUTTER), isPaced: marks.some(({ symbol }) => symbol === '/') };
}

/** One record: EC57's beat-by-beat table (reference by row), ventricular runs, what a clinician counts. */
export interface KindComparison {
  readonly table: Readonly<Record<Cell, Readonly<Record<Cell, number>>>>;
  /** Length of each marked run → length of the longest found one that meets it. */
  readonly runsMarked: readonly (readonly number[])[];
  /** Length of each found run → length of the longest marked one that it meets. */
  readonly runsFound: readonly (readonly number[])[];
  /** S outside atrial fibrillation. */
  readonly s: { readonly tp: number; readonly fn: number; readonly fp: number };
  readonly seconds: number;
  /** Each found beat's kind by the marks; O: none is there, -: within flutter. */
  readonly marked: readonly (Cell | '-')[];
}

const within = (spans: readonly (readonly [number, number])[], sample: number): boolean => spans.some(([from, to]) => sample >= from && sample <= to);

export function compareKinds(
  { beats, fibrillation }: ReturnType<typeof markedKinds>, found: readonly KindBeat[], flutter: readonly (readonly [number, number])[], rateHz: number, seconds: number,
): KindComparison {
  const window = (WINDOW_MS * rateHz) / 1000;
  const { pairs, missed, extra } = matchTimes(beats.map(({ sample }) => sample), found.map(({ sample }) => sample), window);
  const table = Object.fromEntries(TABLE.map((row) => [row, Object.fromEntries(TABLE.map((column) => [column, 0]))])) as Record<Cell, Record<Cell, number>>;
  const marked: (Cell | '-')[] = found.map(({ sample }) => (within(flutter, sample) ? '-' : 'O'));
  const s = { tp: 0, fn: 0, fp: 0 };
  const count = (reference: Cell, test: Cell, sample: number) => {
    if (within(flutter, sample)) return;
    table[reference][test]++;
    if (within(fibrillation, sample)) return;
    if (reference === 'S' && test === 'S') s.tp++;
    else if (reference === 'S') s.fn++;
    else if (test === 'S') s.fp++;
  };
  for (const [i, j] of pairs) {
    count(beats[i].kind, found[j].kind, beats[i].sample);
    if (marked[j] !== '-') marked[j] = beats[i].kind;
  }
  for (const i of missed) count(beats[i].kind, 'O', beats[i].sample);
  for (const j of extra) count('O', found[j].kind, found[j].sample);
  const outside = (list: readonly KindBeat[]) => runsOf(list.filter(({ sample }) => !within(flutter, sample)));
  const [reference, test] = [outside(beats), outside(found)];
  return { table, runsMarked: runTable(reference, test, window), runsFound: runTable(test, reference, window), s, seconds, marked };
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

function runsOf(beats: readonly KindBeat[]): Run[] {
  const runs: Run[] = [];
  beats.forEach(({ sample, kind }, i) => {
    if (kind !== 'V') return;
    if (i > 0 && beats[i - 1].kind === 'V') {
      const last = runs.pop()!;
      runs.push({ ...last, to: sample, length: last.length + 1 });
    } else runs.push({ from: sample, to: sample, length: 1 });
  });
  return runs;
}

const lengthClass = (length: number): number => (length <= 2 ? length : length <= 5 ? 3 : 4);

function runTable(ones: readonly Run[], others: readonly Run[], window: number): number[][] {
  const table = RUN_LENGTHS.map(() => RUN_LENGTHS.map(() => 0));
  for (const one of ones) {
    const met = others.filter(({ from, to }) => from <= one.to + window && to >= one.from - window);
    table[lengthClass(one.length)][lengthClass(Math.max(0, ...met.map(({ length }) => length)))]++;
  }
  return table;
}

export interface KindFigures {
  readonly records: number;
  readonly table: KindComparison['table'];
  readonly runsMarked: readonly (readonly number[])[];
  readonly runsFound: readonly (readonly number[])[];
  /** In percent: of all beats, the mean over the records that have any, and its interval (95%, by bootstrap over records) of the first. */
  readonly v: ShareFigures;
  readonly s: ShareFigures;
  /** Runs of three and more: in percent, met by a found one of three and more; and of the found. */
  readonly runs: { readonly se: number | null; readonly ppv: number | null };
  /** Beats wrongly called V an hour, in records without any V. */
  readonly falseVPerHour: number | null;
}

export interface ShareFigures {
  readonly se: number | null;
  readonly ppv: number | null;
  readonly averageSe: number | null;
  readonly averagePpv: number | null;
  readonly seInterval: readonly [number, number] | null;
  readonly ppvInterval: readonly [number, number] | null;
}

interface Counts {
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
}

const RESAMPLES = 1000;
const percent = (part: number, whole: number): number | null => (whole > 0 ? Math.round((10_000 * part) / whole) / 100 : null);
const sum = <Of>(list: readonly Of[], of: (one: Of) => number): number => list.reduce((total, one) => total + of(one), 0);

/** As EC57 counts: what is F or Q is no false V, and a missed V counts. */
export function ventricular({ table }: KindComparison): Counts {
  const row = table.V;
  return { tp: row.V, fn: sum(TABLE, (column) => row[column]) - row.V, fp: table.N.V + table.S.V + table.O.V };
}

export function kindFigures(records: readonly KindComparison[]): KindFigures {
  const add = (of: (one: KindComparison) => readonly (readonly number[])[]) => RUN_LENGTHS.map((_, i) => RUN_LENGTHS.map((__, j) => sum(records, (one) => of(one)[i][j])));
  const table = Object.fromEntries(TABLE.map((row) => [row, Object.fromEntries(TABLE.map((column) => [column, sum(records, (one) => one.table[row][column])]))])) as KindComparison['table'];
  const [runsMarked, runsFound] = [add((one) => one.runsMarked), add((one) => one.runsFound)];
  const long = (runs: readonly (readonly number[])[]) => percent(sum(runs.slice(3), (row) => row[3] + row[4]), sum(runs.slice(3), (row) => sum(row, (n) => n)));
  const without = records.filter((one) => sum(TABLE, (column) => one.table.V[column]) === 0);
  const hours = sum(without, ({ seconds }) => seconds) / 3600;
  return {
    records: records.length, table, runsMarked, runsFound, v: shares(records.map(ventricular)), s: shares(records.map((one) => one.s)), runs: { se: long(runsMarked), ppv: long(runsFound) },
    falseVPerHour: hours > 0 ? Math.round((10 * sum(without, (one) => ventricular(one).fp)) / hours) / 10 : null,
  };
}

function shares(counts: readonly Counts[]): ShareFigures {
  const gross = (list: readonly Counts[]) => {
    const [tp, fn, fp] = [sum(list, (one) => one.tp), sum(list, (one) => one.fn), sum(list, (one) => one.fp)];
    return { se: percent(tp, tp + fn), ppv: percent(tp, tp + fp) };
  };
  const average = (list: readonly (number | null)[]) => {
    const there = list.filter((one) => one !== null);
    return there.length > 0 ? Math.round(100 * (sum(there, (one) => one) / there.length)) / 100 : null;
  };
  const alone = counts.map((one) => gross([one]));
  let seed = 1;
  const chance = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const resampled = Array.from({ length: RESAMPLES }, () => gross(counts.map(() => counts[Math.floor(chance() * counts.length)])));
  const interval = (list: readonly (number | null)[]): readonly [number, number] | null => {
    const sorted = list.filter((one) => one !== null).sort((a, b) => a - b);
    return sorted.length > 0 ? [sorted[Math.floor(0.025 * sorted.length)], sorted[Math.min(sorted.length - 1, Math.floor(0.975 * sorted.length))]] : null;
  };
  return {
    ...gross(counts), averageSe: average(alone.map(({ se }) => se)), averagePpv: average(alone.map(({ ppv }) => ppv)),
    seInterval: interval(resampled.map(({ se }) => se)), ppvInterval: interval(resampled.map(({ ppv }) => ppv)),
  };
}
