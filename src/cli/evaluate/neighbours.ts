import { Command } from 'commander';
import { basename, resolve } from 'node:path';
import type { Grade } from '../../ecg/index.js';
import { type AgreementFigures, agreementFigures, chance, type Distractor, distracted, DISTRACTORS, type RecordNeighbours, statedIn } from '../../evaluate/index.js';
import { NEAREST, nearest, type ReferenceSet, vectorIn } from '../../explain/index.js';
import { loadCatalogue, modelFolder } from '../compose.js';
import { DEFAULT_MODEL } from '../explain/recorded.js';
import { readReference, referencePath } from '../neighbours.js';
import { progress } from '../progress.js';
import { type Reading, reading } from '../reading.js';
import { serveModel, type ServedModel } from '../served.js';
import { encodeRecords } from './encoder/scoring.js';
import { type LabelledRecord, readLabelledFolder } from './encoder/sources.js';

interface NeighboursOptions {
  readonly data: string;
  readonly labels?: string;
  readonly neighbours?: string;
  readonly model: string;
  readonly json?: boolean;
}

/** Of random neighbours and of distractors: the same figures in every run. */
const SEED = 2;
/** Recordings that distractors are made of, one of each kind. */
const DISTRACTED_MAX = 200;

/** How many of one kind are refused, by the floor alone and by the engine's grade as well, which a report asks first. */
interface DistractorFigures {
  readonly name: string;
  readonly chosenOn: boolean;
  readonly n: number;
  readonly refused: number;
  readonly refusedOrUnusable: number;
}

interface Figures {
  readonly dataset: string;
  readonly model: string;
  readonly reference: { readonly data: string; readonly rows: number; readonly space: string; readonly floor: number };
  readonly failed: number;
  readonly agreement: AgreementFigures;
  readonly distractors: readonly DistractorFigures[];
  /** Of those that the floor was chosen on, and of the others. */
  readonly refused: { readonly chosenOn: Shares; readonly others: Shares };
}

interface Shares {
  readonly byFloor: number;
  readonly orUnusable: number;
}

export function neighboursCommand(): Command {
  return new Command('neighbours')
    .description('how alike are the labelled recordings that are found, and is what is no ECG refused?')
    .requiredOption('--data <dir>', 'a folder of recordings, labelled as for evaluate encoder')
    .option('--labels <csv>', 'their labels, where they are not in the folder')
    .option('--neighbours <file>', 'the reference set (default: neighbours.bin of the model)')
    .option('--model <dir>', 'model folder', DEFAULT_MODEL)
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate neighbours --data fold9 --json')
    .action(run);
}

async function run({ data, labels, neighbours, model, json }: NeighboursOptions): Promise<void> {
  const folder = modelFolder(model);
  const reader = reading();
  const served = await serveModel(folder);
  try {
    const set = await readReference(referencePath(neighbours, folder), served);
    const labelled = await readLabelledFolder(data, await loadCatalogue(), reader, labels);
    const { found, failed } = await agreement(labelled, set, served, reader);
    const made = labelled.slice(0, DISTRACTED_MAX);
    const distractors: DistractorFigures[] = [];
    for (const kind of DISTRACTORS) distractors.push(await refusals(kind, made, set, served, reader));
    const { name, version } = served.contract.model;
    const figures: Figures = {
      dataset: basename(resolve(data)), model: `${name}@${version}`,
      reference: { data: set.source.data, rows: set.records.length, space: set.space.kind, floor: set.floor.similarity },
      failed, agreement: agreementFigures(found), distractors,
      refused: { chosenOn: shares(distractors.filter(({ chosenOn }) => chosenOn)), others: shares(distractors.filter(({ chosenOn }) => !chosenOn)) },
    };
    process.stdout.write(json === true ? `${JSON.stringify({ ...figures, warnings: reader.warnings })}\n` : textOf(figures));
  } finally {
    await served.close();
  }
}

async function agreement(labelled: readonly LabelledRecord[], set: ReferenceSet, model: ServedModel, reader: Reading): Promise<{ readonly found: readonly RecordNeighbours[]; readonly failed: number }> {
  const results = await progress('recordings', labelled.length, (onDone) => encodeRecords(labelled, { model, reader }, (mv) => mv, onDone));
  const random = chance(SEED);
  const found = results.flatMap((result, i): RecordNeighbours[] => {
    const vector = result.ok ? vectorIn(set.space, model.contract, result.encoded) : undefined;
    if (vector === undefined) return [];
    const { neighbours, isSufficient } = nearest(set, vector);
    const drawn = Array.from({ length: NEAREST }, () => set.records[Math.floor(random() * set.records.length)].statements);
    return [{ stated: statedIn(labelled[i].labels), nearest: neighbours.map(({ statements }) => statements), drawn, isSufficient }];
  });
  return { found, failed: results.length - found.length };
}

async function refusals(kind: Distractor, records: readonly LabelledRecord[], set: ReferenceSet, model: ServedModel, reader: Reading): Promise<DistractorFigures> {
  const random = chance(SEED);
  const results = await progress(kind.name, records.length, (onDone) => encodeRecords(records, { model, reader }, (mv) => distracted(mv, kind, random), onDone));
  const each = results.map((result): { readonly isRefused: boolean; readonly grade: Grade } => {
    const vector = result.ok ? vectorIn(set.space, model.contract, result.encoded) : undefined;
    return { isRefused: vector === undefined || !nearest(set, vector).isSufficient, grade: result.ok ? result.encoded.grade : 'unusable' };
  });
  const count = (is: (one: (typeof each)[number]) => boolean) => each.filter(is).length;
  return { name: kind.name, chosenOn: kind.choosesFloor, n: each.length, refused: count(({ isRefused }) => isRefused), refusedOrUnusable: count(({ isRefused, grade }) => isRefused || grade === 'unusable') };
}

function shares(kinds: readonly DistractorFigures[]): Shares {
  const sum = (of: (kind: DistractorFigures) => number) => kinds.reduce((total, kind) => total + of(kind), 0);
  const n = sum((kind) => kind.n);
  return { byFloor: sum((kind) => kind.refused) / n, orUnusable: sum((kind) => kind.refusedOrUnusable) / n };
}

function textOf({ dataset, model, reference, failed, agreement: found, distractors, refused }: Figures): string {
  const shown = (value: number | null): string => (value === null ? '—' : value.toFixed(3));
  return `${[
    `${model} on ${dataset}: ${found.records} records${failed === 0 ? '' : `, ${failed} failed`}, against ${reference.rows} of ${reference.data}, by ${reference.space}`,
    `statements shared with the nearest five (mean Jaccard): ${shown(found.jaccard)}; with five drawn by chance ${shown(found.chance)}`,
    `insufficient evidence (under ${reference.floor}): ${found.refused} of ${found.records}; of the others ${shown(found.jaccardAnswered)}`,
    ...distractors.map(({ name, n, refused: own, refusedOrUnusable, chosenOn }) => `  ${name.padEnd(20)} refused ${own} of ${n}, with the grade ${refusedOrUnusable}${chosenOn ? '' : '  (no part in the floor)'}`),
    `refused of the kinds that the floor was chosen on: ${shown(refused.chosenOn.byFloor)}, with the grade ${shown(refused.chosenOn.orUnusable)}; of the others ${shown(refused.others.byFloor)}, ${shown(refused.others.orUnusable)}`,
  ].join('\n')}\n`;
}
