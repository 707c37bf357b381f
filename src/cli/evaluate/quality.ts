import { Command } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type BesideEarlier, type GradedRecord, type GradedSegment, type QualityFigures, qualityFigures, qualityPrediction } from '../../evaluate/index.js';
import { exchanged, EXCHANGES, limbLeadsOf, type MeanBeat } from '../../grade/index.js';
import { stemOf } from '../../records/index.js';
import { UsageError } from '../failure.js';
import { progress } from '../progress.js';
import { noSegments, type Reading, reading } from '../reading.js';
import { READ_HERE } from '../recordings.js';
import { type AlarmLabel, ALARM_AT_S, readAlarms } from './alarms.js';
import { type GradedOne, gradedSegments } from './stream.js';

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
    .requiredOption('--data <dir>', 'a folder of records, or the folder above several: labels.csv (record,quality,patient) and ALARMS beside the records are read')
    .option('--json', 'the figures as one JSON object')
    .option('--predictions <file>', 'writes one JSON line a record with what was decided')
    .addHelpText('after', '\nExample:\n  purkinje evaluate quality --data recordings/cinc2011 --json --predictions quality.jsonl')
    .action(async ({ data, json, predictions }: QualityOptions) => {
      const reader = reading();
      const names = await reader.list(data);
      if (names.length === 0) throw new UsageError(`${data}: no WFDB record (.hea) below it, and no other recording; read are ${READ_HERE}`);
      const beside = besides();
      const records: GradedRecord[] = [];
      const earlier = new Map<string, MeanBeat>();
      await progress('records', names.length, async (onDone) => {
        for (const name of names) {
          records.push(await gradedRecord(join(data, name), beside, reader, earlier));
          onDone();
        }
      });
      if (predictions !== undefined) await writeFile(predictions, records.map((record) => `${JSON.stringify(qualityPrediction(record))}\n`).join(''));
      const figures = qualityFigures(records);
      process.stdout.write(json ? `${JSON.stringify({ ...figures, warnings: reader.warnings })}\n` : figuresText(figures));
      if (records.every(({ segments }) => segments.length === 0)) throw new Error(noSegments(records.filter(({ failed }) => failed === undefined).length));
    });
}

type Beside = (folder: string) => Promise<{ readonly labels: ReadonlyMap<string, Labels>; readonly alarms: ReadonlyMap<string, AlarmLabel> }>;

interface Labels {
  readonly quality?: string;
  readonly patient?: string;
}

/** What lies beside the records of a folder, read once a folder. */
function besides(): Beside {
  const known = new Map<string, ReturnType<Beside>>();
  const read = async (folder: string) => {
    const text = await readFile(join(folder, 'labels.csv'), 'utf8').catch(() => '');
    const [head, ...rows] = text.split(/\r?\n/).map((line) => line.split(','));
    const [record, quality, patient] = ['record', 'quality', 'patient'].map((name) => head.findIndex((column) => column.trim() === name));
    return {
      labels: new Map(record < 0 ? [] : rows.map((row) => [row[record], { quality: row[quality]?.trim(), patient: row[patient]?.trim() }])),
      alarms: await readAlarms(folder),
    };
  };
  return (folder) => {
    if (!known.has(folder)) known.set(folder, read(folder));
    return known.get(folder)!;
  };
}

/** @param earlier each patient's beat of the record before, by folder and patient; the record's own is put down */
async function gradedRecord(path: string, beside: Beside, reader: Reading, earlier: Map<string, MeanBeat>): Promise<GradedRecord> {
  const { labels, alarms } = await beside(dirname(path));
  const parts = resolve(stemOf(path)).split(sep);
  const stem = parts.at(-1)!;
  const { quality: label, patient } = labels.get(stem) ?? {};
  const alarm = alarms.get(stem);
  const described = {
    record: stem,
    set: parts.findLast((part) => SETS.includes(part)) ?? 'other',
    label: label === 'acceptable' || label === 'unacceptable' ? label : undefined,
    alarm: alarm && { atS: ALARM_AT_S, isTrue: alarm.isTrue },
  } as const;
  try {
    const graded = Array.from(gradedSegments(await reader.read({ path, device: stem }), stem));
    if (patient === undefined || patient === '') return { ...described, segments: graded.map((one) => segmentOf(one)) };
    const key = join(dirname(path), patient);
    const before = earlier.get(key);
    const beat = graded.findLast(({ graded: { beat: one } }) => one !== undefined)?.graded.beat;
    if (beat !== undefined) earlier.set(key, beat);
    return { ...described, segments: graded.map((one, i) => segmentOf(one, i === 0 ? before : undefined)) };
  } catch (error) {
    return { ...described, segments: [], failed: reader.failed({ path, device: stem }, error) };
  }
}

function segmentOf({ segment: { firstSample, rateHz }, graded: { score, gates, grade, reasons, trouble, beat } }: GradedOne, earlier?: MeanBeat): GradedSegment {
  return {
    ...{ fromS: firstSample / rateHz, score, acceptable: gates.twelveLead, grade, reasons, trouble },
    ...(beat !== undefined && { exchangesFound: exchangesFound(beat), beside: earlier && besideEarlier(beat, earlier) }),
  };
}

function besideEarlier(beat: MeanBeat, earlier: MeanBeat): BesideEarlier {
  const { swap, compared } = limbLeadsOf(beat, earlier);
  return {
    ...{ compared, invented: swap !== undefined },
    found: Object.fromEntries(EXCHANGES.map((exchange) => [exchange, limbLeadsOf(exchanged(beat, exchange), earlier).swap === exchange])),
    righted: Object.fromEntries(EXCHANGES.map((exchange) => [exchange, limbLeadsOf(beat, exchanged(earlier, exchange)).swap !== undefined])),
  };
}

function exchangesFound(beat: MeanBeat): Record<string, boolean> {
  return Object.fromEntries(EXCHANGES.map((exchange) => [exchange, limbLeadsOf(exchanged(beat, exchange)).swap === exchange]));
}

function figuresText({ n, auroc, accuracy, sensitivity, specificity, coverage, alarms }: QualityFigures): string {
  const shown = (share: number | null) => (share === null ? '—' : share.toFixed(3));
  const lines = n === 0 ? [] : [`${n} labelled records (positive: acceptable): AUROC ${shown(auroc)}, accuracy ${shown(accuracy)}, sensitivity ${shown(sensitivity)}, specificity ${shown(specificity)}`];
  for (const [set, { records, failed, segments, twelveLead, notUnusable, disputed, limbLeads }] of Object.entries(coverage)) {
    lines.push(`${set.padEnd(9)} ${records} records (${failed} failed), ${segments} segments: twelveLead ${shown(twelveLead)}, not unusable ${shown(notUnusable)}, beats disputed ${shown(disputed)}`);
    if (limbLeads === undefined) continue;
    const each = (shares: Readonly<Record<string, number | null>>) => Object.entries(shares).map(([exchange, share]) => `${exchange} ${shown(share)}`).join(', ');
    const { beside } = limbLeads;
    lines.push(`          limb electrodes: specificity ${shown(limbLeads.specificity)}, sensitivity ${each(limbLeads.sensitivity)}`);
    if (beside !== undefined) lines.push(`          beside the patient's earlier beat (${beside.compared} of ${beside.pairs} pairs compared): specificity ${shown(beside.specificity)}, sensitivity ${each(beside.sensitivity)}; alone ${each(beside.sensitivityAlone)}; earlier one exchanged: specificity ${each(beside.specificityRighted)}`);
  }
  if (alarms !== undefined) lines.push(`refused before true alarms ${alarms.beforeTrue.refused}/${alarms.beforeTrue.segments}, elsewhere ${alarms.rest.refused}/${alarms.rest.segments}`);
  return `${lines.join('\n')}\n`;
}
