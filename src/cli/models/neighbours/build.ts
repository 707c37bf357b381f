import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { Catalogue } from '../../../contract/index.js';
import { chance, type Distractor, distracted, DISTRACTORS, floorAt, statedIn } from '../../../evaluate/index.js';
import { nearest, type ReferenceAbout, referenceBytes, referenceOf, type ReferenceRecord, rowBytes, ROWS_MAX, type SpaceKind, spaceOf, vectorIn } from '../../../explain/index.js';
import { loadCatalogue, modelFolder } from '../../compose.js';
import { encodeRecords, type EncodingResult } from '../../evaluate/encoder/scoring.js';
import { type LabelledRecord, readLabelledFolder } from '../../evaluate/encoder/sources.js';
import { writtenReports } from '../../evaluate/report/references.js';
import { DEFAULT_MODEL } from '../../explain/recorded.js';
import { UsageError } from '../../failure.js';
import { positive } from '../../options.js';
import { progress } from '../../progress.js';
import { type Reading, reading } from '../../reading.js';
import { jsonText } from '../../report.js';
import { serveModel, type ServedModel } from '../../served.js';

interface BuildOptions {
  readonly data: readonly string[];
  readonly labels?: string;
  readonly reports?: string;
  readonly model: string;
  readonly space?: SpaceKind;
  readonly name: string;
  readonly licence?: string;
  readonly citation?: string;
  readonly maxMb: number;
  readonly out: string;
}

/** Of the draw, and of the distractors: the same file in every run. */
const SEED = 1;
/** Of the patients: held out while the floor is chosen. */
const HELD_OUT = 1 / 5;
/** Recordings that distractors are made of, one of each kind. */
const DISTRACTED_MAX = 200;
const BYTES_PER_MB = 1e6;
/** Of the header, without its records. */
const HEADER_BYTES = 8192;

type Row = { readonly of: LabelledRecord; readonly record: ReferenceRecord };
type Compared = Row & { readonly vector: Float64Array };

export function buildCommand(): Command {
  return new Command('build')
    .description('make a reference set of labelled recordings: one of each patient, in an order drawn by chance, as many as fit')
    .requiredOption('--data <dir...>', 'folders of recordings, labelled as for evaluate encoder')
    .option('--labels <csv>', 'their labels, where they are not in the folder')
    .option('--reports <csv>', 'the reports that were written (ecg_id, report); none are kept otherwise')
    .option('--model <dir>', 'model folder', DEFAULT_MODEL)
    .addOption(new Option('--space <space>', 'what is compared (default: scores of statements, where the model has such columns)').choices(['scores', 'embedding']))
    .requiredOption('--name <text>', 'what the recordings are: it stands beneath every list of neighbours')
    .option('--licence <text>', 'of the recordings')
    .option('--citation <text>', 'of the recordings')
    .option('--max-mb <mb>', 'size of the file, at most', positive, 4)
    .requiredOption('--out <file>', 'where to write it')
    .addHelpText('after', '\nExample:\n  purkinje models neighbours build --data ours --labels ours/labels.csv --name "St. Ida, 2025" --out models/purkinje-s/neighbours.bin')
    .action(run);
}

async function run(options: BuildOptions): Promise<void> {
  const catalogue = await loadCatalogue();
  const reader = reading();
  const served = await serveModel(modelFolder(options.model));
  try {
    const { contract, sha256 } = served;
    const space = spaceFor(served, options.space);
    const { name, version } = contract.model;
    const rows = fitting(onePerPatient(await rowsOf(options, catalogue, reader)), (row) => rowBytes(space, row.record), options.maxMb * BYTES_PER_MB - HEADER_BYTES);
    const results = await progress('recordings', rows.length, (onDone) => encodeRecords(rows.map(({ of }) => of), { model: served, reader }, (mv) => mv, onDone));
    const compared = rows.flatMap((row, i): Compared[] => {
      const vector = usableVector(results[i], served, space);
      return vector === undefined ? [] : [{ ...row, vector }];
    });
    const about = {
      model: { name, version, sha256 }, space,
      source: { data: options.name, rule: 'one recording of each patient, patients and recording drawn by chance (seed 1), as many as fit; without those that are unusable', ...(options.licence !== undefined && { licence: options.licence }), ...(options.citation !== undefined && { citation: options.citation }) },
    };
    const { floor, ordinaryRefused } = await floorOf(about, compared, served, reader);
    const bytes = referenceBytes(referenceOf({ ...about, floor }, compared.map(({ record }) => record), compared.map(({ vector }) => vector)));
    await writeFile(options.out, bytes);
    process.stdout.write(`${jsonText({ out: options.out, bytes: bytes.length, rows: compared.length, leftOut: rows.length - compared.length, reports: compared.filter(({ record }) => record.report !== undefined).length, floor, ordinaryRefused })}\n`);
  } finally {
    await served.close();
  }
}

function spaceFor({ contract }: ServedModel, asked: SpaceKind | undefined): ReturnType<typeof spaceOf> {
  try {
    return spaceOf(contract, asked);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function rowsOf({ data, labels, reports }: BuildOptions, catalogue: Catalogue, reader: Reading): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const folder of data) {
    const written = reports === undefined ? new Map<string, string>() : await writtenReports(folder, reports);
    for (const of of await readLabelledFolder(folder, catalogue, reader, labels)) {
      const report = written.get(of.record)?.replace(/\s+/g, ' ');
      rows.push({ of, record: { id: of.record, statements: [...statedIn(of.labels)], ...(report !== undefined && { report }) } });
    }
  }
  return rows;
}

/** In an order drawn by chance, the first of each patient. */
function onePerPatient(rows: readonly Row[]): readonly Row[] {
  const random = chance(SEED);
  const drawn = rows.map((row) => ({ row, at: random() })).sort((a, b) => a.at - b.at);
  const seen = new Set<string>();
  return drawn.flatMap(({ row }) => (seen.has(row.of.patient) ? [] : (seen.add(row.of.patient), [row])));
}

function fitting(rows: readonly Row[], bytesOf: (row: Row) => number, bytesMax: number): readonly Row[] {
  let bytes = 0;
  const first = rows.findIndex((row, i) => i >= ROWS_MAX || (bytes += bytesOf(row)) > bytesMax);
  if (first === 0) throw new UsageError('--max-mb: not one recording fits');
  return first < 0 ? rows : rows.slice(0, first);
}

function usableVector(result: EncodingResult, { contract }: ServedModel, space: ReferenceAbout['space']): Float64Array | undefined {
  return result.ok && result.encoded.grade !== 'unusable' ? vectorIn(space, contract, result.encoded) : undefined;
}

/** Distractors made of the held-out patients' recordings, against the others: nine tenths of them lie beneath the floor. Of the held-out recordings themselves it is counted how many do. */
async function floorOf(about: Omit<ReferenceAbout, 'floor'>, compared: readonly Compared[], served: ServedModel, reader: Reading): Promise<{ readonly floor: ReferenceAbout['floor']; readonly ordinaryRefused: number }> {
  const held = Math.floor(compared.length * HELD_OUT);
  if (held === 0) throw new UsageError(`a reference set needs recordings of five patients at least: ${compared.length} can be used`);
  const [queries, others] = [compared.slice(0, held), compared.slice(held)];
  const set = referenceOf({ ...about, floor: { similarity: 0, chosenOn: '-' } }, others.map(({ record }) => record), others.map(({ vector }) => vector));
  const similarity = (vector: Float64Array): number => nearest(set, vector).similarity;
  const random = chance(SEED);
  const ofDistractors: number[] = [];
  for (const kind of DISTRACTORS.filter(({ choosesFloor }) => choosesFloor)) ofDistractors.push(...(await distractedVectors(kind, queries.slice(0, DISTRACTED_MAX).map(({ of }) => of), about.space, served, reader, random)).map(similarity));
  const floor = floorAt(ofDistractors);
  const names = DISTRACTORS.filter(({ choosesFloor }) => choosesFloor).map(({ name }) => name).join(', ');
  return {
    floor: { similarity: floor, chosenOn: `the lowest that refuses nine tenths of ${ofDistractors.length} distractors (${names}), made of ${Math.min(held, DISTRACTED_MAX)} of ${held} held-out patients' recordings; mean similarity of the nearest five` },
    ordinaryRefused: queries.filter(({ vector }) => similarity(vector) < floor).length / held,
  };
}

async function distractedVectors(kind: Distractor, records: readonly LabelledRecord[], space: ReferenceAbout['space'], model: ServedModel, reader: Reading, random: () => number): Promise<readonly Float64Array[]> {
  const results = await encodeRecords(records, { model, reader }, (mv) => distracted(mv, kind, random), () => {});
  return results.flatMap((result) => (result.ok ? (vectorIn(space, model.contract, result.encoded) ?? []) : []));
}
