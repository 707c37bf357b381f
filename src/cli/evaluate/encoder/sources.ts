import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Known } from '../../../condition/index.js';
import type { Catalogue } from '../../../contract/index.js';
import { type LabelMaps, ludbLabels, parseLabelMaps, ptbxlLabels, type RecordLabels, snomedLabels } from '../../../evaluate/index.js';
import { parseHeader, stemOf } from '../../../records/index.js';
import { packagePath } from '../../compose.js';
import { lineOf, UsageError } from '../../failure.js';
import { type Listing, READ_HERE } from '../../recordings.js';
import type { RecordToScore } from './scoring.js';

/** A record with its labels; records of one patient are drawn together. */
export interface LabelledRecord extends RecordToScore {
  readonly patient: string;
  readonly labels: RecordLabels;
}

export type Row = Readonly<Record<string, string | undefined>>;
type Labelling = (record: string, path: string) => Promise<Omit<LabelledRecord, 'path' | 'record'> | undefined>;

/**
 * Every record below a folder that one of the label systems has labels for. Throws UsageError where none does.
 * @param table its labels, where they are not in the folder
 */
export async function readLabelledFolder(folder: string, catalogue: Catalogue, listing: Listing, table?: string): Promise<readonly LabelledRecord[]> {
  const maps = parseLabelMaps(JSON.parse(await readFile(packagePath('models/labels.json'), 'utf8')));
  const names = await listing.list(folder);
  if (names.length === 0) throw new UsageError(`${folder}: no WFDB record (.hea) below it, and no other recording; read are ${READ_HERE}`);
  const label = (await ptbxl(table ?? join(folder, 'ptbxl_database.csv'), maps, catalogue)) ?? (await ludb(table ?? join(folder, 'ludb.csv'), maps)) ?? (await snomedTable(table ?? join(folder, 'labels.csv'), maps)) ?? (table === undefined ? snomedHeaders(maps) : undefined);
  if (label === undefined) throw new UsageError(`${table}: no table of labels; one has ecg_id and scp_codes, ID and Rhythms, or record and snomed among its columns`);
  const found = await Promise.all(
    names.map(async (name) => {
      const [record, path] = [basename(stemOf(name)), join(folder, name)];
      const labelled = await label(record, path);
      return labelled === undefined ? [] : [{ record, path, ...labelled }];
    }),
  );
  if (found.flat().length === 0) throw new UsageError(`${folder}: no labels for its records; ptbxl_database.csv, ludb.csv, labels.csv (record, snomed) or "# Dx:" lines in the headers are read`);
  return found.flat();
}

/** Rows of a CSV; undefined where there is no such file. */
export async function rowsOf(file: string, needed: readonly string[]): Promise<readonly Row[] | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let rows: Row[];
  try {
    rows = parse(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new UsageError(`${file}: ${lineOf(error)}`);
  }
  const missing = needed.find((column) => rows.length > 0 && rows[0][column] === undefined);
  return missing === undefined ? rows : undefined;
}

const number = (text: string | undefined): number | undefined => (text === undefined || text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text));

function known(age: number | undefined, sex: string | undefined): Known {
  const stated = sex?.trim().toLowerCase() ?? '';
  return { ageYears: age, sex: stated.startsWith('m') ? 'male' : stated.startsWith('f') ? 'female' : undefined };
}

/** A record is found by the stem of either of its files, whichever exists. Age 300 stands for over 89; sex 0 is male. */
async function ptbxl(file: string, maps: LabelMaps, catalogue: Catalogue): Promise<Labelling | undefined> {
  const rows = await rowsOf(file, ['ecg_id', 'scp_codes']);
  if (rows === undefined) return undefined;
  const byStem = new Map(rows.flatMap((row) => [row['filename_lr'], row['filename_hr']].flatMap((path) => (path ? [[basename(path), row] as const] : []))));
  return async (record) => {
    const row = byStem.get(record);
    if (row === undefined) return undefined;
    const statements = new Set([...row['scp_codes']!.matchAll(/['"]([^'"]+)['"]\s*:/g)].map(([, code]) => code));
    const age = number(row['age']);
    const sex = number(row['sex']);
    return {
      patient: row['patient_id']?.trim() || record,
      known: known(age !== undefined && age > 120 ? 90 : age, sex === 0 ? 'male' : sex === 1 ? 'female' : ''),
      labels: ptbxlLabels(statements, row['heart_axis'] ?? '', maps, catalogue),
    };
  };
}

/** Cells of ludb.csv hold several lines; full stops and white space at their ends say nothing. */
async function ludb(file: string, maps: LabelMaps): Promise<Labelling | undefined> {
  const rows = await rowsOf(file, ['ID', 'Rhythms']);
  if (rows === undefined) return undefined;
  const byId = new Map(rows.map((row) => [row['ID']!.trim(), row]));
  return async (record) => {
    const row = byId.get(record);
    if (row === undefined) return undefined;
    const lines = new Map(Object.entries(row).map(([column, cell]) => [column, (cell ?? '').split(/\r?\n/).map((line) => line.trim().replace(/[.\s]+$/, '')).filter((line) => line !== '')]));
    return { patient: record, known: known(number(row['Age']?.replace('>', '')), row['Sex']), labels: ludbLabels(lines, maps) };
  };
}

async function snomedTable(file: string, maps: LabelMaps): Promise<Labelling | undefined> {
  const rows = await rowsOf(file, ['record', 'snomed']);
  if (rows === undefined) return undefined;
  const byRecord = new Map(rows.map((row) => [row['record']!, row]));
  return async (record) => {
    const row = byRecord.get(record);
    if (row === undefined) return undefined;
    return { patient: row['patient'] ?? record, known: known(number(row['age']), row['sex']), labels: snomedLabels(codesOf(row['snomed']!), row['source'] ?? '', maps) };
  };
}

/** `# Dx: 426783006,164934002`, `# Age: 60`, `# Sex: Female`, as the Challenge's headers have them. */
function snomedHeaders(maps: LabelMaps): Labelling {
  return async (record, path) => {
    const header = await readFile(`${path}.hea`, 'latin1').catch(() => undefined);
    if (header === undefined) return undefined;
    const { comments } = parseHeader(header, `${path}.hea`);
    const of = (name: string) => comments.map((comment) => new RegExp(`^#?\\s*${name}:\\s*(.*)$`, 'i').exec(comment)?.[1]).find((found) => found !== undefined);
    const codes = of('Dx');
    return codes === undefined ? undefined : { patient: record, known: known(number(of('Age')), of('Sex')), labels: snomedLabels(codesOf(codes), '', maps) };
  };
}

const codesOf = (text: string): readonly string[] => text.split(/[;,]/).map((code) => code.trim()).filter((code) => code !== '');
