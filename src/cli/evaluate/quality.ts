import { Command } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type GradedRecord, type GradedSegment, type QualityFigures, qualityFigures, qualityPrediction } from '../../evaluate/index.js';
import { exchanged, EXCHANGES, limbLeadsOf, type MeanBeat } from '../../grade/index.js';
import { type EcgRecord, RecordError, stemOf } from '../../records/index.js';
import { lineOf, UsageError } from '../failure.js';
import { type Reading, reading } from '../reading.js';
import { READ_HERE } from '../recordings.js';
import { type AlarmLabel, ALARM_AT_S, readAlarms } from './alarms.js';
import { gradedSegments } from './stream.js';

interface QualityOptions {
  readonly data: string;
  readonly json?: boolean;
  readonly predictions?: string;
}

/** Collections whose name is looked for in a record's path, innermost first; any other is reported as `other`. */
const SETS = ['cinc2011', 'ptbxl500', 'ludb', 'mitdb', 'cinc2015', 'vfdb', 'qtdb', 'nstdb', 'cinc2021'];

export function qualityCommand(): Command {
  return new Command('quality')
    .description('does the grade agree with experts, and how much of what they would use is refused?')
    .requiredOption('--data <dir>', 'a folder of records, or the folder above several: labels.csv (record,quality) and ALARMS beside the records are read')
    .option('--json', 'the figures as one JSON object')
    .option('--predictions <file>', 'writes one JSON line a record with what was decided')
    .addHelpText('after', '\nExample:\n  purkinje evaluate quality --data recordings/cinc2011 --json --predictions quality.jsonl')
    .action(async ({ data, json, predictions }: QualityOptions) => {
      const reader = reading();
      const names = await reader.list(data);
      if (names.length === 0) throw new UsageError(`${data}: no WFDB record (.hea) below it, and no other recording; read are ${READ_HERE}`);
      const beside = besides();
      const records: GradedRecord[] = [];
      for (const name of names) records.push(await gradedRecord(join(data, name), beside, reader));
      if (predictions !== undefined) await writeFile(predictions, records.map((record) => `${JSON.stringify(qualityPrediction(record))}\n`).join(''));
      const figures = qualityFigures(records);
      process.stdout.write(json ? `${JSON.stringify({ ...figures, warnings: reader.warnings })}\n` : figuresText(figures));
    });
}

type Beside = (folder: string) => Promise<{ readonly labels: ReadonlyMap<string, string>; readonly alarms: ReadonlyMap<string, AlarmLabel> }>;

/** What lies beside the records of a folder, read once a folder. */
function besides(): Beside {
  const known = new Map<string, ReturnType<Beside>>();
  const read = async (folder: string) => {
    const text = await readFile(join(folder, 'labels.csv'), 'utf8').catch(() => '');
    const [head, ...rows] = text.split(/\r?\n/).map((line) => line.split(','));
    const [record, quality] = [head.indexOf('record'), head.indexOf('quality')];
    return {
      labels: new Map(record < 0 || quality < 0 ? [] : rows.map((row) => [row[record], row[quality]?.trim()])),
      alarms: await readAlarms(folder),
    };
  };
  return (folder) => {
    if (!known.has(folder)) known.set(folder, read(folder));
    return known.get(folder)!;
  };
}

async function gradedRecord(path: string, beside: Beside, reader: Reading): Promise<GradedRecord> {
  const { labels, alarms } = await beside(dirname(path));
  const parts = resolve(stemOf(path)).split(sep);
  const stem = parts.at(-1)!;
  const label = labels.get(stem);
  const alarm = alarms.get(stem);
  const described = {
    record: stem,
    set: parts.findLast((part) => SETS.includes(part)) ?? 'other',
    label: label === 'acceptable' || label === 'unacceptable' ? label : undefined,
    alarm: alarm && { atS: ALARM_AT_S, isTrue: alarm.isTrue },
  } as const;
  try {
    return { ...described, segments: segmentsOf(await reader.read({ path, device: stem }), stem) };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    process.stderr.write(`${lineOf(error)}\n`);
    return { ...described, segments: [], failed: lineOf(error) };
  }
}

function segmentsOf(record: EcgRecord, device: string): GradedSegment[] {
  return Array.from(gradedSegments(record, device), ({ segment: { firstSample, rateHz }, graded: { score, gates, grade, reasons, trouble, beat } }) => ({
    ...{ fromS: firstSample / rateHz, score, acceptable: gates.twelveLead, grade, reasons, trouble, exchangesFound: beat === undefined ? undefined : exchangesFound(beat) },
  }));
}

function exchangesFound(beat: MeanBeat): Record<string, boolean> {
  return Object.fromEntries(EXCHANGES.map((exchange) => [exchange, limbLeadsOf(exchanged(beat, exchange)).swap === exchange]));
}

function figuresText({ n, auroc, accuracy, sensitivity, specificity, coverage, alarms }: QualityFigures): string {
  const shown = (share: number | null) => (share === null ? '—' : share.toFixed(3));
  const lines = n === 0 ? [] : [`${n} labelled records (positive: acceptable): AUROC ${shown(auroc)}, accuracy ${shown(accuracy)}, sensitivity ${shown(sensitivity)}, specificity ${shown(specificity)}`];
  for (const [set, { records, failed, segments, twelveLead, notUnusable, disputed, limbLeads }] of Object.entries(coverage)) {
    lines.push(`${set.padEnd(9)} ${records} records (${failed} failed), ${segments} segments: twelveLead ${shown(twelveLead)}, not unusable ${shown(notUnusable)}, beats disputed ${shown(disputed)}`);
    if (limbLeads !== undefined) lines.push(`          limb electrodes: specificity ${shown(limbLeads.specificity)}, sensitivity ${Object.entries(limbLeads.sensitivity).map(([exchange, share]) => `${exchange} ${shown(share)}`).join(', ')}`);
  }
  if (alarms !== undefined) lines.push(`refused before true alarms ${alarms.beforeTrue.refused}/${alarms.beforeTrue.segments}, elsewhere ${alarms.rest.refused}/${alarms.rest.segments}`);
  return `${lines.join('\n')}\n`;
}
