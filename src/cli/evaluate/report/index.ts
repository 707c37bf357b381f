import { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { type FoundRecord, type GroupFigures, groupFigures, type TextFigures, textFigures, type TextPair } from '../../../evaluate/index.js';
import { type Facts, GROUPS, type Group, groundingOf, type Language, LANGUAGES, type Report, reportOf, TERMS, type Ungrounded, unmeasured } from '../../../explain/index.js';
import { openReader, prepared, type Prepared, type Reader, scored } from '../../explain/recorded.js';
import { progress } from '../../progress.js';
import { type Reading, reading } from '../../reading.js';
import { type LabelledRecord, readLabelledFolder } from '../encoder/sources.js';
import { openPredictions } from '../predictions.js';
import { writtenReports } from './references.js';

interface ReportOptions {
  readonly data: string;
  readonly reports?: string;
  readonly model: string;
  readonly predictions?: string;
  readonly json?: boolean;
}

/** Records whose segments go to the encoder in one call. */
const RECORDS_AT_ONCE = 32;

export function reportCommand(): Command {
  return new Command('report')
    .description('how good are drafted reports? Their statements against the labels, their numbers against the measurements, their line against the report that was written')
    .requiredOption('--data <dir>', 'a folder of recordings with ptbxl_database.csv')
    .option('--reports <csv>', 'the reports that were written (ecg_id, report), where ptbxl_database.csv has none')
    .option('--model <dir>', 'model folder', 'models/purkinje-s')
    .option('--predictions <file>', 'writes one JSON line a record: what was said, every score, the line')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate report --data fold9 --reports reports.csv --json --predictions reports.jsonl')
    .action(run);
}

/** A record that was reported, or why it was not. */
type Drafted = { readonly of: LabelledRecord } & (Done | { readonly reason: string });

interface Done {
  readonly facts: Facts;
  /** In every language. */
  readonly reports: Readonly<Record<Language, Report>>;
}

interface Figures {
  readonly dataset: string;
  readonly model: string;
  readonly records: number;
  readonly failed: number;
  readonly findings: Readonly<Record<Group, GroupFigures>>;
  /** Numbers that were read in the sentences; of them how many are a measurement, a score or a limit that the sentence names, and that the segment has. */
  readonly numbers: { readonly said: number; readonly agreeing: number; readonly share: number | null };
  /** What sentences say without ground. */
  readonly invented: { readonly findings: number; readonly numbers: number };
  /** Of the line against what was written: of both languages one after the other, since nobody says in which a report was written; and of each alone. */
  readonly text: TextFigures;
  readonly textByLanguage: Readonly<Record<Language, TextFigures>>;
}

async function run(options: ReportOptions): Promise<void> {
  const reader = await openReader(options.model);
  try {
    const files = reading();
    const labelled = await readLabelledFolder(options.data, reader.catalogue, files);
    const written = await writtenReports(options.data, options.reports);
    const drafts = await progress('reports', labelled.length, (onDone) => drafted(labelled, reader, files, onDone));
    const predictions = await openPredictions(options.predictions);
    for (const draft of drafts) await predictions.write(lineFor(draft, written));
    await predictions.close();
    const { name, version } = reader.contract.model;
    const figures = figuresOf({ dataset: basename(resolve(options.data)), model: `${name}@${version}` }, drafts, written);
    process.stdout.write(options.json === true ? `${JSON.stringify({ ...figures, warnings: files.warnings })}\n` : textOf(figures));
  } finally {
    await reader.model.close();
  }
}

/** Every record in its order: its first segment that can be used. */
async function drafted(labelled: readonly LabelledRecord[], reader: Reader, files: Reading, onDone: () => void): Promise<readonly Drafted[]> {
  const drafts: Drafted[] = [];
  for (let from = 0; from < labelled.length; from += RECORDS_AT_ONCE) {
    const batch: { readonly of: LabelledRecord; readonly segment: Prepared | undefined; readonly reason: string }[] = [];
    for (const of of labelled.slice(from, from + RECORDS_AT_ONCE)) {
      const segments = await segmentsOf(of, reader, files);
      if (typeof segments === 'string') batch.push({ of, segment: undefined, reason: segments });
      else batch.push({ of, segment: segments.find(({ outcome }) => outcome.grade !== 'unusable') ?? segments[0], reason: 'shorter than the shortest segment' });
      onDone();
    }
    const facts = await scored(batch.flatMap(({ segment }) => segment ?? []), reader);
    let next = 0;
    drafts.push(...batch.map(({ of, segment, reason }): Drafted => {
      if (segment === undefined) return { of, reason };
      const now = facts[next++];
      return { of, facts: now, reports: { en: reportOf({ now }, 'en'), de: reportOf({ now }, 'de') } };
    }));
  }
  return drafts;
}

/** Why a record cannot be read, or its segments. */
async function segmentsOf({ path, record, known }: LabelledRecord, reader: Reader, files: Reading): Promise<readonly Prepared[] | string> {
  try {
    return prepared(await files.read({ path, device: record }), known, reader);
  } catch (error) {
    return files.failed({ path, device: record }, error);
  }
}

function lineFor(draft: Drafted, written: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const { record } = draft.of;
  if ('reason' in draft) return { record, reason: draft.reason };
  const { reports, facts } = draft;
  const { beats: _beats, voltages: _voltages, st: _st, ...measurements } = facts.outcome.measurements;
  return {
    record, grade: facts.outcome.grade, said: reports.en.terms, scores: Object.fromEntries(facts.scores.map(({ id, value }) => [id, value])),
    ruledOut: facts.ruledOut.map(({ term }) => term), measurements, line: lineIn(draft), lines: { en: reports.en.line, de: reports.de.line }, written: written.get(record), ungrounded: problemsOf(draft),
  };
}

const lineIn = ({ reports }: Done): string => `${reports.de.line} ${reports.en.line}`.trim();

function problemsOf({ reports, facts }: Done): readonly Ungrounded[] {
  return LANGUAGES.flatMap((language) => [...groundingOf(reports[language]).ungrounded, ...unmeasured(reports[language], facts)]);
}

function figuresOf(about: Pick<Figures, 'dataset' | 'model'>, drafts: readonly Drafted[], written: ReadonlyMap<string, string>): Figures {
  const done = drafts.flatMap((draft) => ('reports' in draft ? [draft] : []));
  const found = done.map(({ of, reports }): FoundRecord => ({ said: new Set(reports.en.terms), labels: of.labels.statements }));
  const of = (group: Group) => groupFigures(found, TERMS.filter(({ groups }) => groups.includes(group)).map(({ id }) => id));
  const said = done.reduce((sum, { reports }) => sum + LANGUAGES.reduce((own, language) => own + groundingOf(reports[language]).numbers, 0), 0);
  const problems = done.flatMap(problemsOf);
  const count = (kind: Ungrounded['kind']) => problems.filter((one) => one.kind === kind).length;
  const against = (line: (one: Done) => string) => textFigures(done.flatMap((one): readonly TextPair[] => (written.has(one.of.record) ? [{ made: line(one), written: written.get(one.of.record)! }] : [])));
  return {
    ...about,
    records: done.length,
    failed: drafts.length - done.length,
    findings: { diagnostic: of('diagnostic'), rhythm: of('rhythm'), form: of('form') },
    numbers: { said, agreeing: said - count('number'), share: said === 0 ? null : (said - count('number')) / said },
    invented: { findings: count('finding'), numbers: count('number') },
    text: against(lineIn),
    textByLanguage: { en: against(({ reports }) => reports.en.line), de: against(({ reports }) => reports.de.line) },
  };
}

function textOf({ dataset, model, records, failed, findings, numbers, invented, text, textByLanguage }: Figures): string {
  const shown = (value: number | null, digits = 3): string => (value === null ? '—' : value.toFixed(digits));
  const lines = [
    `${model} on ${dataset}: ${records} reports${failed === 0 ? '' : `, ${failed} records could not be read`}`,
    ...GROUPS.flatMap((group) => {
      const { micro, macro } = findings[group];
      return [
        `${group.padEnd(11)} micro precision ${shown(micro.precision)}, recall ${shown(micro.recall)}, F1 ${shown(micro.f1)}`,
        `${''.padEnd(11)} macro precision ${shown(macro.precision)}, recall ${shown(macro.recall)}, F1 ${shown(macro.f1)} (${macro.statements} statements)`,
      ];
    }),
    `numbers that agree with the measurements: ${numbers.agreeing} of ${numbers.said}; invented: ${invented.findings} findings, ${invented.numbers} numbers`,
    text.references === 0 ? 'no report was written of any of the records: the line is compared with none' : `the line against ${text.references} written reports: BLEU-4 ${shown(text.bleu4, 1)}, ROUGE-L ${shown(text.rougeL, 1)} (German alone ${shown(textByLanguage.de.bleu4, 1)} and ${shown(textByLanguage.de.rougeL, 1)}, English alone ${shown(textByLanguage.en.bleu4, 1)} and ${shown(textByLanguage.en.rougeL, 1)})`,
  ];
  return `${lines.join('\n')}\n`;
}
