import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type AlarmFigure, alarmFigures, BEAT_ALARMS, boundaryFigures, type BoundaryFigure, compareBeats, compareWaves, type Detection, detection, globalWaves, isBorneOut,
  type MarkedWave, markedBeats, markedKinds, markedWaves, waveFigures, type WaveComparison, type WaveFigure,
} from '../../evaluate/index.js';
import { delineateRecord, wavesOfLead } from '../../grade/index.js';
import { annotationsOf, type EcgRecord, millivoltsOf, RecordError, stemOf } from '../../records/index.js';
import { UsageError } from '../failure.js';
import { type Reading, reading } from '../reading.js';
import { type Recording, recordingsOf } from '../recordings.js';
import { ALARM_AT_S, readAlarms } from './alarms.js';
import { openPredictions, type Predictions } from './predictions.js';
import { type FoundBeat, type FoundStream, kindLines, type KindReport, kindReport, type RecordKinds, recordKinds } from './kinds.js';
import { fibrillationIn, streamOf } from './stream.js';

interface Options {
  readonly data: string;
  readonly json: boolean;
  readonly predictions?: string;
  readonly annotations?: string;
}

export function beatsCommand(): Command {
  return new Command('beats')
    .description('QRS detection, kinds of beats, and P, QRS and T boundaries against the marks beside the recordings')
    .requiredOption('--data <dir>', 'folder of recordings; .atr holds beats, .q1c and the lead names (.i, .v1 …) hold boundaries')
    .option('--json', 'print JSON', false)
    .option('--annotations <dir>', 'beats and kinds of the stream from DIR/RECORD.pkj, as `replay --annotations` or another program has written them')
    .option('--predictions <file>', 'write what was found, one JSON line a record and lead')
    .addHelpText('after', '\nExample:\n  purkinje evaluate beats --data mitdb --json --predictions beats.jsonl')
    .action(run);
}

/** Counts of one record's beats, and the name of its set: the folder that it is in. */
interface BeatCount {
  readonly record: string;
  readonly set: string;
  /** All leads, as the engine reports them segment by segment. */
  readonly stream: Detection;
  /** Of the best single lead, whole record. */
  readonly bestLead: Detection;
  readonly counts: Detection;
  readonly second: Detection;
}

const NOTHING: FoundStream = { beats: [], fibrillation: [] };

interface Compared {
  readonly set: string;
  readonly scope: string;
  readonly comparisons: readonly WaveComparison[];
}

async function run({ data, json, predictions: file, annotations }: Options): Promise<void> {
  if (!existsSync(data) && !existsSync(`${data}.hea`)) throw new UsageError(`${data}: no such folder or record`);
  const predictions = await openPredictions(file);
  const beats: BeatCount[] = [];
  const kinds: RecordKinds[] = [];
  const compared: Compared[] = [];
  const alarms: Parameters<typeof alarmFigures>[0][number][] = [];
  const failed: { record: string; reason: string }[] = [];
  const reader = reading();
  const usable: boolean[] = [];
  for (const recording of await recordingsOf([data], reader)) {
    const path = stemOf(recording.path);
    const record = basename(path);
    const set = basename(dirname(path));
    try {
      const read = await readWhole(recording, reader);
      usable.push(read.leads.length > 0);
      const found = delineated(read);
      await predict(predictions, record, found);
      const stream = existsSync(`${path}.atr`) ? await (annotations === undefined ? streamOf(read, record) : annotatedStream(join(annotations, recording.device), read)) : NOTHING;
      const named = await recordKinds(path, record, read, stream, predictions);
      if (named !== undefined) kinds.push(named);
      const counted = await beatCounts(path, read, stream.beats, found);
      if (counted !== undefined) beats.push({ record, set, ...counted });
      const labelled = (await readAlarms(dirname(path))).get(record);
      const alarm = BEAT_ALARMS.find((one) => one === labelled?.alarm);
      if (labelled !== undefined && alarm !== undefined) alarms.push({ alarm, isTrue: labelled.isTrue, isBorneOut: isBorneOut(alarm, found.together.beats, ALARM_AT_S, read.rateHz) });
      compared.push(...(await boundaries(path, read, found)).map((one) => ({ ...one, set })));
    } catch (error) {
      const reason = reader.failed(recording, error);
      failed.push({ record, reason });
      await predictions.write({ record, reason });
    }
  }
  await predictions.close();
  const sets = [...new Set([...beats, ...compared].map(({ set }) => set))].sort();
  const report = {
    ...figures(beats, compared),
    ...(kinds.length > 0 && { kinds: kindReport(kinds) }),
    ...(alarms.length > 0 && { alarms: alarmFigures(alarms) }),
    ...(sets.length > 1 && { sets: sets.map((name) => ({ name, ...figures(beats.filter(({ set }) => set === name), compared.filter(({ set }) => set === name)) })) }),
    records: beats.map(({ record, stream, bestLead, counts }) => ({ record, ...stream, bestLead, firstLead: counts })),
    failed,
    warnings: reader.warnings,
  };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : table(report));
  if (usable.length > 0 && !usable.includes(true)) throw new Error(`none of ${usable.length} recordings has an ECG lead: there was nothing to detect`);
  if (usable.length > 0 && [beats, kinds, compared, alarms].every((all) => all.length === 0)) process.stderr.write(`nothing was compared: no marks lie beside ${usable.length === 1 ? 'the recording' : `any of the ${usable.length} recordings`}: NAME.atr has beats, NAME.q1c and the names of leads (NAME.i, NAME.v1) have boundaries\n`);
}

/** What any program has written beside `path` as `.pkj`. */
async function annotatedStream(path: string, record: EcgRecord): Promise<FoundStream> {
  const annotations = await annotationsOf(path, record, 'pkj');
  return { beats: markedKinds(annotations).beats, fibrillation: fibrillationIn(annotations) };
}

/** A record that is cut short has its marks where it has no samples: it is no record to be measured on. Other warnings are reported. */
async function readWhole(recording: Recording, reader: Reading): Promise<EcgRecord> {
  const record = await reader.read(recording);
  const short = record.warnings.find(({ code }) => code === 'truncated');
  if (short !== undefined) throw new RecordError('unreadable', `cut short: ${short.what}`, short.where, 'fetch the file again');
  return record;
}

interface Found {
  readonly together: ReturnType<typeof delineateRecord>;
  readonly leads: readonly { readonly label: string; readonly beats: readonly number[]; readonly second: readonly number[]; readonly waves: ReturnType<typeof wavesOfLead> }[];
}

/** All leads together, and each lead apart. */
function delineated({ leads, rateHz }: EcgRecord): Found {
  const rows = leads.map((lead) => ({ lead: lead.name, mv: millivoltsOf(lead) }));
  const together = delineateRecord(rows, rateHz);
  return {
    together,
    leads: leads.map(({ label }, i) => {
      const alone = leads.length === 1 ? together : delineateRecord([rows[i]], rateHz);
      return { label, beats: alone.beats, second: alone.second, waves: wavesOfLead(together.waves, alone.waves, rateHz) };
    }),
  };
}

async function predict(predictions: Predictions, record: string, found: Found): Promise<void> {
  for (const { label, beats, waves } of found.leads) {
    await predictions.write({ record, lead: label, rpeaks: beats, waves: waves.map(rounded) });
  }
  await predictions.write({ record, lead: 'global', rpeaks: found.together.beats, waves: found.together.waves.map(rounded) });
}

/** Edges lie between samples; a tenth of one is more than they are worth. */
function rounded({ wave, onset, peak, offset }: { wave: string; onset: number; peak: number; offset: number }) {
  const tenth = (sample: number) => Math.round(sample * 10) / 10;
  return { wave, onset: tenth(onset), peak: Math.round(peak), offset: tenth(offset) };
}

async function beatCounts(path: string, record: EcgRecord, stream: readonly FoundBeat[], found: Found): Promise<Omit<BeatCount, 'record' | 'set'> | undefined> {
  if (!existsSync(`${path}.atr`) || found.leads.length === 0) return undefined;
  const { beats, flutter } = markedBeats(await annotationsOf(path, record));
  if (beats.length === 0) return undefined;
  const compared = (ones: readonly number[]) => {
    const { tp, fn, fp } = compareBeats(beats, ones, flutter, record.rateHz);
    return detection(tp, fn, fp);
  };
  const byLead = found.leads.map((lead) => compared(lead.beats));
  const bestLead = byLead.reduce((best, one) => (one.fn + one.fp < best.fn + best.fp ? one : best));
  return { stream: compared(stream.map(({ sample }) => sample)), bestLead, counts: byLead[0], second: compared(found.leads[0].second) };
}

/** One comparison a scope: "global", and each lead that has marks of its own. */
async function boundaries(path: string, record: EcgRecord, found: Found): Promise<Omit<Compared, 'set'>[]> {
  const { rateHz } = record;
  if (existsSync(`${path}.q1c`)) {
    const marks = markedWaves(await annotationsOf(path, record, 'q1c'));
    return [{ scope: 'global', comparisons: compareWaves(marks, found.together.waves, rateHz) }];
  }
  const perLead: { label: string; marks: MarkedWave[] }[] = [];
  for (const { label } of found.leads) {
    if (existsSync(`${path}.${label}`)) perLead.push({ label, marks: markedWaves(await annotationsOf(path, record, label)) });
  }
  if (perLead.length === 0) return [];
  return [
    { scope: 'global', comparisons: compareWaves(globalWaves(perLead.map(({ marks }) => marks), rateHz), found.together.waves, rateHz) },
    ...perLead.map(({ label, marks }) => ({ scope: label, comparisons: compareWaves(marks, found.leads.find((lead) => lead.label === label)!.waves, rateHz) })),
  ];
}

interface Figures {
  /** All leads, as the engine reports beats: segment by segment, each seen with the two seconds before. */
  readonly stream?: Detection;
  /** Each record's best single lead, seen whole. */
  readonly bestLead?: Detection;
  /** The first lead, whole record. */
  readonly qrs?: Detection;
  /** The second, independent detector, which judges the signal. */
  readonly second?: Detection;
  readonly boundaries?: readonly BoundaryFigure[];
  readonly waves?: readonly WaveFigure[];
}

function figures(beats: readonly BeatCount[], compared: readonly Compared[]): Figures {
  const gross = (of: (count: BeatCount) => Detection) => {
    const total = (key: 'tp' | 'fn' | 'fp') => beats.reduce((sum, count) => sum + of(count)[key], 0);
    return detection(total('tp'), total('fn'), total('fp'));
  };
  const scopes = [...new Set(compared.map(({ scope }) => scope))];
  const of = (scope: string) => compared.filter((one) => one.scope === scope).flatMap(({ comparisons }) => comparisons);
  const leads = scopes.filter((scope) => scope !== 'global');
  return {
    ...(beats.length > 0 && {
      stream: gross(({ stream }) => stream), bestLead: gross(({ bestLead }) => bestLead), qrs: gross(({ counts }) => counts), second: gross(({ second }) => second),
    }),
    ...(scopes.length > 0 && {
      boundaries: scopes.flatMap((scope) => boundaryFigures(scope, of(scope))),
      waves: [...waveFigures('global', of('global')), ...(leads.length > 0 ? waveFigures('leads', leads.flatMap(of)) : [])],
    }),
  };
}

function table(report: Figures & { readonly kinds?: KindReport; readonly alarms?: readonly AlarmFigure[]; readonly records: readonly ({ record: string } & Detection)[]; readonly failed: readonly unknown[] }): string {
  const lines: string[] = [];
  const detected = (name: string, { se, ppv, tp, fn, fp }: Detection) => lines.push(`${name.padEnd(16)} Se ${se ?? '–'}  PPV ${ppv ?? '–'}  (found ${tp}, missed ${fn}, extra ${fp})`);
  for (const { record, ...counts } of report.records) detected(record, counts);
  if (report.stream !== undefined) detected('stream', report.stream);
  if (report.bestLead !== undefined) detected('best lead', report.bestLead);
  if (report.qrs !== undefined) detected('first lead', report.qrs);
  if (report.second !== undefined) detected('second detector', report.second);
  for (const { wave, scope, ...counts } of report.waves ?? []) detected(`${wave}, ${scope}`, counts);
  for (const { wave, edge, scope, meanMs, sdMs, n, matched } of report.boundaries ?? []) {
    lines.push(`${`${wave} ${edge}`.padEnd(12)} ${scope.padEnd(8)} ${meanMs ?? '–'} ± ${sdMs ?? '–'} ms (${matched} of ${n})`);
  }
  for (const { alarm, sensitivity, specificity, trueAlarms, falseAlarms } of report.alarms ?? []) {
    lines.push(`${alarm.padEnd(12)} borne out by the beats: ${sensitivity ?? '–'}% of ${trueAlarms} true alarms; not: ${specificity ?? '–'}% of ${falseAlarms} false ones`);
  }
  if (report.kinds !== undefined) lines.push(...kindLines(report.kinds));
  if (report.failed.length > 0) lines.push(`${report.failed.length} records could not be read`);
  return `${lines.join('\n')}\n`;
}
