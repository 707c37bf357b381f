import { existsSync } from 'node:fs';
import { compareEpisodes, compareKinds, type Episode, type EpisodeComparison, type EpisodeFigures, episodeFigures, FIBRILLATION_OR_FLUTTER, type KindBeat, type KindComparison, kindFigures, type KindFigures, markedBeats, markedEpisodes, markedKinds, RUN_LENGTHS, TABLE, ventricular } from '../../evaluate/index.js';
import { EVIDENCE } from '../../grade/index.js';
import { annotationsOf, type EcgRecord } from '../../records/index.js';
import type { Predictions } from './predictions.js';
import type { StreamBeat } from './stream.js';

/** Kinds of one record's beats against its marks. */
export interface RecordKinds extends KindComparison {
  readonly record: string;
  /** Records with paced beats are not among the figures (EC57). */
  readonly isPaced: boolean;
  /** Atrial fibrillation as the rule states it; flutter is not to be found, and no fault. */
  readonly fibrillation: EpisodeComparison;
}

/** A beat to be compared; on which evidence it has its kind where the engine found it now. */
export type FoundBeat = KindBeat & { readonly numbers?: StreamBeat['numbers'] };

export interface FoundStream {
  readonly beats: readonly FoundBeat[];
  readonly fibrillation: readonly Episode[];
}

/** Undefined: the record has no marks. Writes what was found, and on which evidence. */
export async function recordKinds(path: string, record: string, { rateHz, samples, annotationHz }: EcgRecord, { beats, fibrillation }: FoundStream, predictions: Predictions): Promise<RecordKinds | undefined> {
  if (!existsSync(`${path}.atr`)) return undefined;
  const annotations = await annotationsOf(path, { rateHz, annotationHz });
  const marks = markedKinds(annotations);
  const seconds = samples / rateHz;
  const compared = compareKinds(marks, beats, markedBeats(annotations).flutter, rateHz, seconds);
  const fibrillates = beats.map(({ sample }) => Number(marks.fibrillation.some(([from, to]) => sample >= from && sample <= to)));
  const numbers = beats.flatMap(({ numbers: own }) => (own === undefined ? [] : [EVIDENCE.map((name) => Math.round(own[name] * 10_000) / 10_000)]));
  await predictions.write({ record, lead: 'stream', seconds, paced: marks.isPaced, rpeaks: beats.map(({ sample }) => sample), kinds: beats.map(({ kind }) => kind).join(''), marked: compared.marked.join(''), fibrillates, ...(numbers.length === beats.length && { evidence: EVIDENCE, numbers }) });
  const episodes = compareEpisodes(markedEpisodes(annotations, ['AFIB']), markedEpisodes(annotations, FIBRILLATION_OR_FLUTTER), fibrillation, rateHz, samples);
  return { record, isPaced: marks.isPaced, ...compared, fibrillation: episodes };
}

export interface KindReport extends KindFigures {
  readonly fibrillation: EpisodeFigures;
  readonly byRecord: readonly { readonly record: string; readonly isPaced: boolean; readonly v: ReturnType<typeof ventricular>; readonly s: RecordKinds['s']; readonly fibrillation: EpisodeComparison }[];
}

export function kindReport(records: readonly RecordKinds[]): KindReport {
  const figures = records.filter(({ isPaced }) => !isPaced);
  return {
    ...kindFigures(figures), fibrillation: episodeFigures(figures.map(({ fibrillation }) => fibrillation)),
    byRecord: records.map((one) => ({ record: one.record, isPaced: one.isPaced, v: ventricular(one), s: one.s, fibrillation: one.fibrillation })),
  };
}

export function kindLines({ byRecord, table, runsMarked, runsFound, v, s, runs, falseVPerHour, fibrillation }: KindReport): string[] {
  const cells = (values: readonly (number | string)[]) => values.map((value) => String(value).padStart(7)).join('');
  const counted = ({ tp, fn, fp }: { tp: number; fn: number; fp: number }) => `found ${tp}, missed ${fn}, false ${fp}`;
  const shown = (name: string, of: KindFigures['v']) =>
    `${name}: Se ${of.se ?? '–'} (${of.seInterval?.join(' to ') ?? '–'}), PPV ${of.ppv ?? '–'} (${of.ppvInterval?.join(' to ') ?? '–'}); mean of the records ${of.averageSe ?? '–'}, ${of.averagePpv ?? '–'}`;
  const runTable = (name: string, rows: readonly (readonly number[])[]) => [`${name.padEnd(16)}${cells(RUN_LENGTHS)}`, ...rows.slice(1).map((row, i) => `${RUN_LENGTHS[i + 1].padEnd(16)}${cells(row)}`)];
  return [
    ...byRecord.map(({ record, isPaced, v: ofV, s: ofS }) => `${record.padEnd(10)} V: ${counted(ofV)}; S outside fibrillation: ${counted(ofS)}${isPaced ? '; paced, not among the figures' : ''}`),
    `${'marked as'.padEnd(16)}${cells(TABLE)}`,
    ...TABLE.map((row) => `${row.padEnd(16)}${cells(TABLE.map((column) => table[row][column]))}`),
    ...runTable('marked runs', runsMarked),
    ...runTable('found runs', runsFound),
    shown('V', v),
    shown('S outside fibrillation', s),
    `runs of three and more: Se ${runs.se ?? '–'}, PPV ${runs.ppv ?? '–'}`,
    `false V an hour in records without any: ${falseVPerHour ?? '–'}`,
    `atrial fibrillation by rule: episodes ${fibrillation.markedFound} of ${fibrillation.marked} found (${fibrillation.longFound} of ${fibrillation.long} of a minute and more), ${fibrillation.foundRight} of ${fibrillation.found} right; of its time ${fibrillation.durationSe ?? '–'}% found, of the time found ${fibrillation.durationPpv ?? '–'}% right`,
  ];
}
