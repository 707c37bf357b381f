import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { randomTwin } from '../../../adapters/random-twin.js';
import type { Grade } from '../../../ecg/index.js';
import { carriersIn, chance, type Embedded, type LabelCarriers, linearCka, RECORDS_MAX, type SpaceFigures, spaceFigures } from '../../../evaluate/index.js';
import { loadCatalogue, modelFolder } from '../../compose.js';
import { DEFAULT_MODEL } from '../../explain/recorded.js';
import { UsageError } from '../../failure.js';
import { progress } from '../../progress.js';
import { type Reading, reading } from '../../reading.js';
import { serveModel, type ServedModel } from '../../served.js';
import { encodeRecords } from '../encoder/scoring.js';
import { type LabelledRecord, readLabelledFolder } from '../encoder/sources.js';
import { type Mapped, representationPage } from './page.js';

interface RepresentationOptions {
  readonly data: string;
  readonly labels?: string;
  readonly model: string;
  readonly against?: string;
  readonly html?: string;
  readonly json?: boolean;
}

/** Of the twin's weights and of the map: the same in every run. */
const SEED = 1;
const RECORDS_MIN = 20;

interface Report {
  readonly dataset: string;
  readonly model: string;
  readonly records: number;
  readonly failed: number;
  readonly space: SpaceFigures;
  readonly randomTwin: SpaceFigures;
  /** Linear centred kernel alignment with the random twin, and with the other model. */
  readonly cka: { readonly randomTwin: number; readonly against?: number };
  readonly against?: { readonly model: string; readonly space: SpaceFigures };
  readonly carriers: readonly LabelCarriers[];
}

export function representationCommand(): Command {
  return new Command('representation')
    .description("what is the space of a model's embeddings like? Purity, alignment, uniformity, probes by number of labels beside a twin with random weights, what carries each label, a map")
    .requiredOption('--data <dir>', 'a folder of recordings, labelled as for evaluate encoder')
    .option('--labels <csv>', 'their labels, where they are not in the folder')
    .option('--model <dir>', 'model folder', DEFAULT_MODEL)
    .option('--against <dir>', 'another model folder: how alike the two spaces are (linear CKA), and its figures beside')
    .option('--html <file>', 'writes a page with a map (UMAP) by label, source and quality')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate representation --data fold9 --html space.html')
    .action(run);
}

async function run({ data, labels, model, against, html, json }: RepresentationOptions): Promise<void> {
  const reader = reading();
  const all = await readLabelledFolder(data, await loadCatalogue(), reader, labels);
  const labelled = all.length <= RECORDS_MAX ? all : drawn(all);
  const folder = modelFolder(model);
  const { results: own, name } = await embeddedBy(folder, labelled, reader);
  const twin = await randomTwin(folder, chance(SEED));
  const random = await embeddedBy(twin.folder, labelled, reader).finally(() => twin.remove());
  const other = against === undefined ? undefined : await embeddedBy(modelFolder(against), labelled, reader);
  const places = labelled.map((_, i) => i).filter((i) => [own, random.results, ...(other === undefined ? [] : [other.results])].every((results) => results[i] !== undefined));
  if (places.length < RECORDS_MIN) throw new UsageError(`${data}: ${places.length} recordings can be compared, ${RECORDS_MIN} are needed at least`);
  const records = (results: readonly (Seen | undefined)[]) => places.map((i): Embedded => ({ patient: labelled[i].patient, labels: labelled[i].labels, embedding: results[i]!.embedding }));
  const points = (results: readonly (Seen | undefined)[]) => places.map((i) => results[i]!.embedding);
  const report: Report = {
    dataset: basename(resolve(data)), model: name, records: places.length, failed: labelled.length - places.length,
    space: spaceFigures(records(own)), randomTwin: spaceFigures(records(random.results)),
    cka: { randomTwin: linearCka(points(own), points(random.results)), ...(other !== undefined && { against: linearCka(points(own), points(other.results)) }) },
    ...(other !== undefined && { against: { model: other.name, space: spaceFigures(records(other.results)) } }),
    carriers: carriersIn(records(own)),
  };
  const text = textOf(report);
  if (html !== undefined) await writeFile(html, representationPage(`${name} on ${report.dataset}`, await mapped(places, labelled, own, data), text));
  process.stdout.write(json === true ? `${JSON.stringify({ ...report, warnings: reader.warnings })}\n` : text);
}

function drawn(all: readonly LabelledRecord[]): readonly LabelledRecord[] {
  const random = chance(SEED);
  return all.map((record) => ({ record, at: random() })).sort((a, b) => a.at - b.at).slice(0, RECORDS_MAX).map(({ record }) => record);
}

interface Seen {
  readonly embedding: Float32Array;
  readonly grade: Grade;
}

async function embeddedBy(folder: string, labelled: readonly LabelledRecord[], reader: Reading): Promise<{ readonly results: readonly (Seen | undefined)[]; readonly name: string }> {
  const model: ServedModel = await serveModel(folder);
  try {
    const { name, version } = model.contract.model;
    if (model.contract.outputs.embedding === undefined) throw new UsageError(`${name} has no embedding: there is no space to look at`);
    const results = await progress(name, labelled.length, (onDone) => encodeRecords(labelled, { model, reader }, (mv) => mv, onDone));
    return { results: results.map((result) => (result.ok ? { embedding: result.encoded.embedding!, grade: result.encoded.grade } : undefined)), name: `${name}@${version}` };
  } finally {
    await model.close();
  }
}

/** The superclass alone that a record has, or that it has none or several; the folder beneath the data that it is from. */
async function mapped(places: readonly number[], labelled: readonly LabelledRecord[], results: readonly (Seen | undefined)[], data: string): Promise<readonly Mapped[]> {
  const { mapOf } = await import('../../../adapters/umap.js');
  const at = mapOf(places.map((i) => results[i]!.embedding), chance(SEED));
  return places.map((i, k): Mapped => {
    const classes = [...labelled[i].labels.superclasses].flatMap(([id, is]) => (is ? [id] : []));
    return { at: at[k], label: classes.length === 1 ? classes[0] : classes.length === 0 ? 'none' : 'several', source: dirname(relative(data, labelled[i].path)), quality: results[i]!.grade };
  });
}

function textOf({ dataset, model, records, failed, space, randomTwin: twin, cka, against, carriers }: Report): string {
  const shown = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(3));
  const spaces = [space, twin, ...(against === undefined ? [] : [against.space])];
  const row = (name: string, of: (one: SpaceFigures) => number | null | undefined): string => `${name.padEnd(46)}${spaces.map((one) => shown(of(one)).padStart(12)).join('')}`;
  const head = `${''.padEnd(46)}${['model', 'random twin', ...(against === undefined ? [] : [against.model])].map((name) => name.padStart(12)).join('')}`;
  return `${[
    `${model} on ${dataset}: ${records} records${failed === 0 ? '' : `, ${failed} failed`}`,
    head,
    ...Object.entries(space.purity).map(([id, { n, chance: by }]) => row(`purity ${id} (${n}, chance ${shown(by)})`, (one) => one.purity[id]?.purity)),
    row(`alignment, one patient (${space.alignment.pairs.patients} pairs)`, (one) => one.alignment.patients),
    row(`alignment, same statements (${space.alignment.pairs.statements} pairs)`, (one) => one.alignment.statements),
    row('uniformity', (one) => one.uniformity),
    ...space.probes.map(({ labels }) => row(`probe taught by ${labels} labels, AUROC`, (one) => one.probes.find((probe) => probe.labels === labels)?.auroc)),
    `linear CKA with the random twin ${shown(cka.randomTwin)}${cka.against === undefined ? '' : `, with ${against!.model} ${shown(cka.against)}`}`,
    'dimensions that carry a label in a linear probe (share of mean |SHAP|; how many carry half):',
    ...carriers.map(({ label, dimensions, half }) => `  ${label.padEnd(10)} ${dimensions.map(({ dimension, share }) => `${dimension} ${(100 * share).toFixed(1)}%`).join(', ')}; ${half}`),
  ].join('\n')}\n`;
}
