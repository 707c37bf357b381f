import { Command, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { calibrated, type Contract, similarity, type TextSide } from '../../../contract/index.js';
import type { Physical } from '../../../ecg/index.js';
import { compared, type EncoderFigures, encoderFigures, type RecordScores, type ScoredRecord, shuffledPrompts } from '../../../evaluate/index.js';
import { loadCatalogue, modelFolder } from '../../compose.js';
import { UsageError } from '../../failure.js';
import { type Reading, reading } from '../../reading.js';
import { serveModel, type ServedModel } from '../../served.js';
import { openPredictions } from '../predictions.js';
import { floorsOf, type LabelledEncoding } from './floors.js';
import { monitorFigures, readNoise } from './monitor.js';
import { figuresPage } from './page.js';
import { progress } from '../../progress.js';
import { encodeRecords, type EncodedRecord, type EncodingResult, type Scoring } from './scoring.js';
import { type LabelledRecord, readLabelledFolder } from './sources.js';
import { type Report, reportJson, reportText } from './table.js';

interface EncoderOptions {
  readonly data: string;
  readonly model: string;
  readonly variant?: string;
  readonly against?: string;
  readonly zeroShot?: boolean;
  readonly asMonitor?: boolean;
  readonly noise?: string;
  readonly train?: string;
  readonly predictions?: string;
  readonly html?: string;
  readonly json?: boolean;
}

/** Of the bootstrap: the same intervals in every run. */
const SEED = 1;
const AS_IT_IS = (mv: Physical): Physical => mv;

export function encoderCommand(): Command {
  return new Command('encoder')
    .description('how good is an encoder on labelled recordings? Figures for research: no proof that it helps anybody')
    .requiredOption('--data <dir>', 'a folder of recordings with ptbxl_database.csv, ludb.csv, labels.csv (record, snomed), or SNOMED codes in its headers')
    .option('--model <dir>', 'model folder', 'models/purkinje-s')
    .option('--variant <name>', 'another file of the model, as int8')
    .option('--against <dir>', 'another model folder: paired differences on the same records')
    .option('--zero-shot', "scores with the prompts of the model's text.json, not with its heads")
    .option('--as-monitor', 'again as a monitor would show the records: 0.5 to 40 Hz, limb electrodes on the torso, noise, 12, 7 and 2 leads')
    .addOption(new Option('--noise <dir>', 'records of noise alone, as nstdb, for --as-monitor').implies({ asMonitor: true }))
    .option('--train <dir>', 'a labelled folder for the floors and the scarcity curve: linear probes are taught on it')
    .option('--predictions <file>', 'writes one JSON line a record')
    .option('--html <file>', 'writes a page with ROC, precision-recall and calibration plots')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate encoder --data recordings/ludb --html ludb.html')
    .action(run);
}

async function run(options: EncoderOptions): Promise<void> {
  if (options.asMonitor === true && options.noise === undefined) throw new UsageError('--as-monitor: give --noise DIR, a folder with records of noise, as nstdb');
  const catalogue = await loadCatalogue();
  const reader = reading();
  const labelled = await readLabelledFolder(options.data, catalogue, reader);
  const train = options.train === undefined ? undefined : await readLabelledFolder(options.train, catalogue, reader);
  const noise = options.noise === undefined ? undefined : await readNoise(options.noise, reader);
  const folder = modelFolder(options.model);
  const model = await serveModel(folder, options.variant);
  try {
    const scorer = scorerOf(model, options.zeroShot === true);
    const results = await encoded(labelled, { model, reader }, AS_IT_IS, basename(folder));
    const records = scoredRecords(labelled, results, scorer);
    await writePredictions(options.predictions, results, scorer);
    const { contract } = model;
    const figures = encoderFigures(records, new Map(contract.targets.map(({ id, threshold }) => [id, threshold])), SEED);
    const report: Report = {
      dataset: basename(resolve(options.data)),
      model: `${contract.model.name}@${contract.model.version}${options.variant === undefined ? '' : ` (${options.variant})`}`,
      scoredBy: options.zeroShot === true ? 'prompts' : 'heads',
      failed: results.filter(({ ok }) => !ok).length,
      figures,
      ...(options.zeroShot === true ? { shuffledPrompts: shuffledPrompts(records, SEED) } : {}),
      ...(options.against === undefined ? {} : { against: await comparison(options.against, labelled, results, records, reader) }),
      ...(noise === undefined ? {} : { asMonitor: await asMonitor(figures, noise, labelled, { model, reader }, scorer) }),
      ...(train === undefined ? {} : await floors({ model, reader }, folder, train, labelled)),
    };
    const text = reportText(report);
    if (options.html !== undefined) await writeFile(options.html, await figuresPage(`${report.model} on ${report.dataset}`, records, text));
    process.stdout.write(options.json === true ? `${JSON.stringify({ ...reportJson(report), warnings: reader.warnings })}\n` : text);
  } finally {
    await model.close();
  }
}

function encoded(labelled: readonly LabelledRecord[], scoring: Scoring, change: (mv: Physical, record: string) => Physical, what: string): Promise<readonly EncodingResult[]> {
  return progress(what, labelled.length, (onDone) => encodeRecords(labelled, scoring, change, onDone));
}

/** What a record's columns or its embedding say of each label. */
type Scorer = (encoded: EncodedRecord) => { readonly scores: RecordScores; readonly probabilities: ReadonlyMap<string, number> };

function scorerOf({ contract, text }: ServedModel, zeroShot: boolean): Scorer {
  if (!zeroShot) return byHeads(contract);
  if (text === undefined) throw new UsageError(`${contract.model.name} has no text.json: --zero-shot scores with its prompts`);
  if (contract.outputs.embedding?.joint !== true) throw new UsageError(`${contract.model.name} has no joint embedding: --zero-shot compares it with prompts`);
  return byPrompts(text);
}

/** Columns that stand for a target, and those whose label is `statement:…` or `superclass:…`. */
function byHeads(contract: Contract): Scorer {
  const { targets = [], labels = [] } = contract.outputs.logits ?? {};
  const calibrations = new Map(contract.targets.map(({ id, calibration }) => [id, calibration]));
  return ({ columns }) => {
    const scores = { targets: new Map<string, number>(), superclasses: new Map<string, number>(), statements: new Map<string, number>() };
    const probabilities = new Map<string, number>();
    columns.forEach((column, k) => {
      const target = targets[k];
      const [kind, code] = (labels[k] ?? '').split(':');
      if (target !== null && target !== undefined) {
        scores.targets.set(target, column.logit);
        probabilities.set(target, calibrated(calibrations.get(target)!, column));
      } else if (kind === 'superclass') scores.superclasses.set(code, column.logit);
      else if (kind === 'statement') scores.statements.set(code, column.logit);
    });
    return { scores, probabilities };
  };
}

/** Similarity over temperature; no probability stands behind it. */
function byPrompts(text: TextSide): Scorer {
  return ({ embedding = new Float32Array() }) => {
    const of = (entries: readonly { readonly row: readonly number[]; readonly id?: string; readonly code?: string }[]) =>
      new Map(entries.map(({ row, id, code }) => [(id ?? code)!, similarity(row, embedding) / text.temperature]));
    return { scores: { targets: of(text.prompts), superclasses: of(text.superclasses), statements: of(text.statements) }, probabilities: new Map() };
  };
}

function scoredRecords(labelled: readonly LabelledRecord[], results: readonly EncodingResult[], scorer: Scorer): readonly ScoredRecord[] {
  return results.flatMap((result, i) => (result.ok ? [{ record: result.encoded.record, patient: labelled[i].patient, labels: labelled[i].labels, ...scorer(result.encoded) }] : []));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const entries = (map: ReadonlyMap<string, number>, of = (value: number) => value): Record<string, number> => Object.fromEntries([...map].map(([id, value]) => [id, of(value)]));

async function writePredictions(file: string | undefined, results: readonly EncodingResult[], scorer: Scorer): Promise<void> {
  const predictions = await openPredictions(file);
  for (const result of results) {
    if (!result.ok) {
      await predictions.write({ record: result.record, reason: result.reason });
      continue;
    }
    const { scores, probabilities } = scorer(result.encoded);
    await predictions.write({
      record: result.encoded.record,
      logits: entries(scores.targets),
      probabilities: entries(probabilities),
      superclasses: entries(scores.superclasses, sigmoid),
      statements: entries(scores.statements, sigmoid),
    });
  }
  await predictions.close();
}

/** The other model, on the records that both could score. */
async function comparison(other: string, labelled: readonly LabelledRecord[], results: readonly EncodingResult[], ours: readonly ScoredRecord[], reader: Reading): Promise<Report['against']> {
  const folder = modelFolder(other);
  const model = await serveModel(folder);
  try {
    const there = labelled.filter((_, i) => results[i].ok);
    const theirs = await encoded(there, { model, reader }, AS_IT_IS, basename(folder));
    const both = theirs.map(({ ok }) => ok);
    const scored = scoredRecords(there, theirs, byHeads(model.contract));
    const { name, version } = model.contract.model;
    return { model: `${name}@${version}`, comparison: compared(ours.filter((_, i) => both[i]), scored, SEED) };
  } finally {
    await model.close();
  }
}

function asMonitor(figures: EncoderFigures, noise: Awaited<ReturnType<typeof readNoise>>, labelled: readonly LabelledRecord[], scoring: Scoring, scorer: Scorer) {
  return monitorFigures(figures, noise, async (change) => scoredRecords(labelled, await encoded(labelled, scoring, change, 'as a monitor'), scorer));
}

async function floors({ model, reader }: Scoring, folder: string, train: readonly LabelledRecord[], test: readonly LabelledRecord[]) {
  if (model.contract.outputs.embedding === undefined) throw new UsageError(`${model.contract.model.name} has no embedding: --train teaches probes on it`);
  const labelledEncodings = async (of: readonly LabelledRecord[], served: ServedModel): Promise<LabelledEncoding[]> =>
    (await encoded(of, { model: served, reader }, AS_IT_IS, 'floors')).flatMap((result, i) => (result.ok ? [{ encoded: result.encoded, patient: of[i].patient, labels: of[i].labels }] : []));
  return floorsOf(model, folder, async (served) => [await labelledEncodings(train, served), await labelledEncodings(test, served)]);
}
