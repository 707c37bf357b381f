import { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { type DriftFigures, driftFigures, type DriftRecord, statedIn } from '../../evaluate/index.js';
import { loadCatalogue, modelFolder } from '../compose.js';
import { DEFAULT_MODEL } from '../explain/recorded.js';
import { lineOf, UsageError } from '../failure.js';
import { positiveWhole } from '../options.js';
import { progress } from '../progress.js';
import { reading } from '../reading.js';
import { serveModel } from '../served.js';
import { encodeRecords } from './encoder/scoring.js';
import { readLabelledFolder } from './encoder/sources.js';

interface DriftOptions {
  readonly data: readonly string[];
  readonly window: number;
  readonly model: string;
  readonly json?: boolean;
}

const WINDOW_MAX = 2000;
/** Distances of each to each are held: 8 bytes each, 512 MB at most; beside them what the model said of each recording. */
const RECORDS_MAX = 8000;
/** How many more are abnormal. */
const MORE = 1.3;
const SEED = 1;

export function driftCommand(): Command {
  return new Command('drift')
    .description("simulated: how often is it noticed that the mix of a ward's tracings has changed, and how often where it has not? Energy distance of embeddings")
    .requiredOption('--data <dir...>', 'folders of recordings, labelled as for evaluate encoder, with the superclass NORM')
    .option('--window <segments>', 'segments that are compared with the reference at once', positiveWhole(WINDOW_MAX), 600)
    .option('--model <dir>', 'model folder', DEFAULT_MODEL)
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate drift --data fold8 fold9 --window 600')
    .action(run);
}

async function run({ data, window, model, json }: DriftOptions): Promise<void> {
  const catalogue = await loadCatalogue();
  const reader = reading();
  const labelled = (await Promise.all(data.map((folder) => readLabelledFolder(folder, catalogue, reader)))).flat();
  if (labelled.length > RECORDS_MAX) throw new UsageError(`${labelled.length} recordings: ${RECORDS_MAX} at most are compared with each other`);
  const served = await serveModel(modelFolder(model));
  try {
    if (served.contract.outputs.embedding === undefined) throw new UsageError(`${served.contract.model.name} has no embedding: its drift cannot be seen`);
    const results = await progress('recordings', labelled.length, (onDone) => encodeRecords(labelled, { model: served, reader }, (mv) => mv, onDone));
    const records = results.flatMap((result, i): DriftRecord[] => {
      const { labels, patient } = labelled[i];
      const isNormal = labels.superclasses.get('NORM');
      return result.ok && isNormal !== undefined && statedIn(labels).length > 0 ? [{ patient, embedding: result.encoded.embedding!, isAbnormal: !isNormal }] : [];
    });
    const figures = figuresOf(records, window);
    const { name, version } = served.contract.model;
    process.stdout.write(json === true ? `${JSON.stringify({ datasets: data.map((folder) => basename(resolve(folder))), model: `${name}@${version}`, records: records.length, ...figures, warnings: reader.warnings })}\n` : textOf(figures));
  } finally {
    await served.close();
  }
}

function figuresOf(records: readonly DriftRecord[], window: number): DriftFigures {
  try {
    return driftFigures(records, window, MORE, SEED);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${lineOf(error)}: give more recordings with --data, or a smaller --window`, { cause: error });
    throw error;
  }
}

function textOf({ window, reference, abnormal, abnormalThen, windows, falseAlarms, power }: DriftFigures): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  return `${windows} simulated windows of ${window} segments each, against a reference of about ${reference}\nof windows as they were (${percent(abnormal)} abnormal) ${percent(falseAlarms)} are said to have drifted\nof windows with ${percent(abnormalThen)} abnormal ${percent(power)} are\n`;
}
