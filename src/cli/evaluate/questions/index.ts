import { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { type AnsweredQuestion, figuresByKind, type QuestionFigures, questionFigures } from '../../../evaluate/index.js';
import { type Answer, answerOf, type AskedFacts, measuredOnly, NOT_SURE, QuestionError } from '../../../explain/index.js';
import { RecordError } from '../../../records/index.js';
import { openReader, prepared, type Prepared, type Reader, scoredForQuestions } from '../../explain/recorded.js';
import { lineOf, UsageError } from '../../failure.js';
import { progress } from '../../progress.js';
import { type Reading, reading } from '../../reading.js';
import { type LabelledRecord, readLabelledFolder } from '../encoder/sources.js';
import { openPredictions } from '../predictions.js';
import { type QuestionLine, readQuestions } from './file.js';

interface QuestionsOptions {
  readonly data: string;
  readonly questions: string;
  readonly model: string;
  readonly predictions?: string;
  readonly json?: boolean;
}

/** Records whose segments go to the encoder in one call. */
const RECORDS_AT_ONCE = 32;

export function questionsCommand(): Command {
  return new Command('questions')
    .description('how good are answers? Questions in the kinds of ECG-QA on labelled records, beside the commonest answer and beside measurement alone')
    .requiredOption('--data <dir>', 'a folder of recordings with ptbxl_database.csv')
    .requiredOption('--questions <jsonl>', 'one question a line: id, record, record2, type, attribute, target, options, answers')
    .option('--model <dir>', 'model folder', 'models/purkinje-s')
    .option('--predictions <file>', 'writes one JSON line a question: id, answers, confidence')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate questions --data fold9 --questions questions.jsonl --json --predictions answers.jsonl')
    .action(run);
}

/** An answer, or why there is none. */
type Given = { readonly line: QuestionLine } & ({ readonly answer: Answer; readonly measured: Answer } | { readonly reason: string });

async function run(options: QuestionsOptions): Promise<void> {
  const lines = await readQuestions(options.questions);
  if (lines.length === 0) throw new UsageError(`${options.questions}: there is no question in it`);
  const reader = await openReader(options.model);
  try {
    const files = reading();
    const labelled = new Map((await readLabelledFolder(options.data, reader.catalogue, files)).map((one) => [one.record, one]));
    const asked = new Map(lines.flatMap(({ record, record2 }) => [record, ...(record2 === undefined ? [] : [record2])]).flatMap((name) => {
      const record = labelled.get(basename(name));
      return record === undefined ? [] : [[record.record, record] as const];
    }));
    const facts = await progress('records', asked.size, (onDone) => factsOf([...asked.values()], reader, files, onDone));
    const given = lines.map((line) => answered(line, labelled, facts));
    const predictions = await openPredictions(options.predictions);
    for (const one of given) await predictions.write('reason' in one ? { id: one.line.id, answers: [NOT_SURE], confidence: 0, reason: one.reason } : { id: one.line.id, answers: one.answer.answers, confidence: one.answer.confidence, because: one.answer.because });
    await predictions.close();
    report(given, { dataset: basename(resolve(options.data)), model: `${reader.contract.model.name}@${reader.contract.model.version}` }, options.json === true);
  } finally {
    await reader.model.close();
  }
}

/** By record: its first segment that can be used; a text says why there is none. */
async function factsOf(records: readonly LabelledRecord[], reader: Reader, files: Reading, onDone: () => void): Promise<ReadonlyMap<string, AskedFacts | string>> {
  const found = new Map<string, AskedFacts | string>();
  for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
    const batch: { readonly record: string; readonly segment: Prepared }[] = [];
    for (const { path, record, known } of records.slice(from, from + RECORDS_AT_ONCE)) {
      try {
        const segments = prepared(await files.read({ path, device: record }), known, reader);
        const segment = segments.find(({ outcome }) => outcome.grade !== 'unusable') ?? segments[0];
        if (segment === undefined) found.set(record, 'shorter than the shortest segment');
        else batch.push({ record, segment });
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        found.set(record, lineOf(error));
      }
      onDone();
    }
    const facts = await scoredForQuestions(batch.map(({ segment }) => segment), reader);
    batch.forEach(({ record }, i) => found.set(record, facts[i]));
  }
  return found;
}

/** A comparison of two patients is refused. */
function answered(line: QuestionLine, labelled: ReadonlyMap<string, LabelledRecord>, facts: ReadonlyMap<string, AskedFacts | string>): Given {
  const [name, earlierName] = [basename(line.record), line.record2 === undefined ? undefined : basename(line.record2)];
  const known = (of: string): AskedFacts | string => facts.get(of) ?? `there is no record ${JSON.stringify(of)} with labels in the folder`;
  const [now, earlier] = [known(name), earlierName === undefined ? undefined : known(earlierName)];
  if (typeof now === 'string') return { line, reason: now };
  if (typeof earlier === 'string') return { line, reason: earlier };
  if (earlierName !== undefined && labelled.get(name)?.patient !== labelled.get(earlierName)?.patient) return { line, reason: 'the records are of two patients: they are not compared' };
  try {
    return { line, answer: answerOf(line, now, earlier), measured: answerOf(line, byMeasurement(now), earlier && byMeasurement(earlier)) };
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error;
    return { line, reason: lineOf(error) };
  }
}

function byMeasurement({ asked, listed, relatedTo }: AskedFacts): AskedFacts {
  return { asked: measuredOnly(asked), listed: measuredOnly(listed), relatedTo };
}

function report(given: readonly Given[], about: { readonly dataset: string; readonly model: string }, isJson: boolean): void {
  const judged = given.flatMap((one): readonly AnsweredQuestion[] => {
    const { line } = one;
    if (line.answers === undefined) return [];
    const [answers, measured, confidence] = 'reason' in one ? [[NOT_SURE], [NOT_SURE], 0] : [one.answer.answers, one.measured.answers, one.answer.confidence];
    return [{ type: line.type, attribute: line.attribute, asked: line.type.endsWith('query') ? line.target.join(' ') : '', answers, right: line.answers, confidence, measured }];
  });
  const reasons = given.flatMap((one) => ('reason' in one ? [one.reason] : []));
  const figures = { ...about, questions: given.length, judged: judged.length, unanswered: reasons.length, why: countsOf(reasons), all: questionFigures(judged) ?? null, byKind: figuresByKind(judged) };
  process.stdout.write(isJson ? `${JSON.stringify(figures)}\n` : textOf(figures));
}

function countsOf(reasons: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function textOf({ dataset, model, questions, judged, unanswered, byKind }: { readonly dataset: string; readonly model: string; readonly questions: number; readonly judged: number; readonly unanswered: number; readonly byKind: Readonly<Record<string, QuestionFigures>> }): string {
  const shown = (value: number | null): string => (value === null ? '—' : value.toFixed(3));
  const lines = [
    `${model} on ${dataset}: ${questions} questions, ${judged} with an answer to judge by, ${unanswered} not answered`,
    ...Object.entries(byKind).map(([kind, one]) => `${kind.padEnd(34)} ${String(one.n).padStart(6)}  exact ${shown(one.accuracy)}  balanced ${shown(one.balanced)}  majority ${shown(one.majority)}  measurement alone ${shown(one.measurementOnly)}  not sure ${shown(one.notSure.share)}  ECE ${shown(one.ece)}`),
  ];
  return `${lines.join('\n')}\n`;
}
