import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { decodeAnnotations, encodeAnnotations, type Annotations } from './annotations.js';
import { encodeRecord, type WrittenRecord } from './encode.js';
import { RecordError } from './errors.js';
import { parseHeader } from './header.js';
import { assembleRecord, type EcgRecord, type ReadOptions } from './record.js';

/**
 * A record from disk.
 * @param path of the record, without extension or with that of its header
 * @throws RecordError
 */
export async function readRecord(path: string, options: ReadOptions = {}): Promise<EcgRecord> {
  const stem = path.replace(/\.hea$/i, '');
  const folder = dirname(stem);
  const header = parseHeader((await read(`${stem}.hea`)).toString('latin1'), `${stem}.hea`);
  const files = new Map<string, Uint8Array>();
  for (const { file } of header.signals) {
    if (!files.has(file)) files.set(file, await read(join(folder, file)));
  }
  return assembleRecord(basename(stem), header, (file) => files.get(file)!, options);
}

/** Every record below a folder, sorted: paths relative to it, without extension, `/` between the parts. @throws RecordError */
export async function listRecords(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    .catch((cause: unknown) => { throw fileError(folder, cause); });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.hea$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/').replace(/\.hea$/i, ''))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Writes `<name>.hea` and `<name>.dat` into `folder`, which is made where it is missing. @throws RecordError `not-written` */
export async function writeRecord(folder: string, name: string, record: WrittenRecord): Promise<void> {
  const { header, signal } = encodeRecord(name, record);
  await write(folder, `${name}.dat`, signal);
  await write(folder, `${name}.hea`, header);
}

/** Annotations of a record. @param annotator extension of the file: `atr`, `q1c`, `ii` … @throws RecordError */
export async function readAnnotations(path: string, annotator = 'atr'): Promise<Annotations> {
  const file = `${path.replace(/\.hea$/i, '')}.${annotator}`;
  return decodeAnnotations(await read(file), file);
}

/** Writes `<name>.<annotator>` in MIT format. @throws RecordError `not-written`, `bad-annotation` */
export async function writeAnnotations(
  folder: string, name: string, annotations: Parameters<typeof encodeAnnotations>[0], annotator = 'atr',
): Promise<void> {
  await write(folder, `${name}.${annotator}`, encodeAnnotations(annotations));
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => { throw fileError(file, cause); });
}

async function write(folder: string, file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), content);
  } catch (cause) {
    throw new RecordError('not-written', `cannot be written: ${codeOf(cause)}`, join(folder, file), 'is the folder there and writable?', { cause });
  }
}

function fileError(file: string, cause: unknown): RecordError {
  const code = codeOf(cause);
  return code === 'ENOENT'
    ? new RecordError('missing-file', 'no such file', file, 'header and signal files lie side by side', { cause })
    : new RecordError('unreadable', `cannot be read: ${code}`, file, 'is it a file, and readable?', { cause });
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
