import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { cutText } from '../ecg/index.js';
import { RecordError, type RecordWarning } from './errors.js';
import { extensionOf, FORMATS, formatOf, HEAD_BYTES, unknownFormat } from './formats.js';
import { type EcgRecord, ecgRecord, type FileRecording, type ReadOptions } from './record.js';
import { textOf } from './text.js';
import { type Annotation, annotationsAt, type Annotations, decodeAnnotations, encodeAnnotations, type WrittenAnnotation } from './wfdb/annotations.js';
import { encodeRecord, type WrittenRecord } from './wfdb/encode.js';
import { readWfdb } from './wfdb/read.js';

/** Headers and signals of WFDB records, by which one may name them. */
const WFDB_FILE = /\.(hea|dat|mat)$/i;

/** A recording's path without the extension of its format: annotations lie beside it under this name. */
export function stemOf(path: string): string {
  const extension = extensionOf(path);
  return WFDB_FILE.test(path) || FORMATS.some(({ extensions }) => extensions.includes(extension)) ? path.slice(0, -extension.length - 1) : path;
}

/**
 * A recording from disk, whatever its format.
 * @param path of a WFDB record, without extension or with that of its header, or of a file of another format
 * @throws RecordError
 */
export async function readRecord(path: string, options: ReadOptions = {}): Promise<EcgRecord> {
  return ecgRecord(basename(stemOf(path)), await readFileRecording(path), options);
}

async function readFileRecording(path: string): Promise<FileRecording> {
  const isFile = !WFDB_FILE.test(path) && (await stat(path).then((found) => found.isFile(), () => false));
  try {
    return await (isFile ? readWhole(path) : readWfdb(path.replace(WFDB_FILE, ''), read));
  } catch (cause) {
    // Whatever a reader or its package makes of a damaged file, it is that file's failure and no other's.
    throw cause instanceof RecordError ? cause : new RecordError('unreadable', `cannot be read: ${cutText(String((cause as Error).message ?? cause), 120)}`, path, 'the file is damaged, or another format', { cause });
  }
}

async function readWhole(path: string): Promise<FileRecording> {
  const bytes = await read(path);
  // Whatever its content, a name that says what it should be gets that format's own error.
  const format = formatOf(bytes.subarray(0, HEAD_BYTES)) ?? FORMATS.find(({ extensions }) => extensions.includes(extensionOf(path)));
  if (format === undefined) throw unknownFormat(path);
  if (bytes.length > (format.mostBytes ?? Infinity)) throw new RecordError('unsupported', `${bytes.length} bytes of text`, path, `at most ${format.mostBytes} are read: write it in pieces, or as WFDB`);
  return format.read({ where: path, bytes, layout: await layoutOf(path) });
}

/** What is stated of a table: in a YAML of its own name beside it, or in layout.yaml for its whole folder. */
async function layoutOf(path: string): Promise<string | undefined> {
  for (const file of [`${stemOf(path)}.yaml`, join(dirname(path), 'layout.yaml')]) {
    const text = await read(file).catch(() => undefined);
    if (text !== undefined) return text.toString('utf8');
  }
  return undefined;
}

/**
 * Every recording below a folder, sorted: paths relative to it, `/` between the parts; WFDB records without extension, and without the segments of
 * which another consists. Of tables, XML and JSON only those that are recordings. Links to folders are not followed.
 * @param onWarning of a folder below it, or of a file named as a recording, that cannot be read: the others are listed all the same
 * @throws RecordError where the folder itself cannot be read
 */
export async function listRecords(folder: string, onWarning: (warning: RecordWarning) => void = () => {}): Promise<string[]> {
  const skipped = ({ what, where }: RecordError) => onWarning({ code: 'unreadable', what: `skipped: ${what}`, where });
  const found: string[] = [];
  const segments = new Set<string>();
  for (const file of await filesBelow(folder, skipped)) {
    try {
      if (/\.hea$/i.test(file)) {
        for (const name of await segmentsIn(file)) segments.add(join(dirname(file), name));
        found.push(file.replace(/\.hea$/i, ''));
      } else if (await isRecording(file)) found.push(file);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      if (/\.hea$/i.test(file) || FORMATS.some(({ extensions }) => extensions.includes(extensionOf(file)))) skipped(error);
    }
  }
  return found
    .filter((path) => !segments.has(path))
    .map((path) => relative(folder, path).split(sep).join('/'))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Whatever is no folder. */
async function filesBelow(folder: string, skipped: (error: RecordError) => void): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => { throw fileError(folder, cause); });
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) files.push(path);
    else {
      files.push(...(await filesBelow(path, skipped).catch((error: RecordError) => {
        skipped(error);
        return [];
      })));
    }
  }
  return files;
}

/** Names of the records of which this one consists; none of nearly every record. */
async function segmentsIn(file: string): Promise<readonly string[]> {
  const isWhole = /^\uFEFF?(?:\s*#[^\n]*\n|\s*\n)*\s*[^\s#]+\/\d+\s/.test(textOf(await headOf(file)));
  if (!isWhole) return [];
  const text = textOf(await read(file));
  return text.split(/\r\n|\r|\n/).map((line) => line.trim().split(/\s+/)[0]).filter((name) => name !== '' && name !== '~' && !name.includes('/') && !name.startsWith('#'));
}

async function isRecording(file: string): Promise<boolean> {
  const extension = extensionOf(file);
  const named = FORMATS.find(({ extensions }) => extensions.includes(extension));
  // DICOM files often have no extension, or end in a number of their identifier.
  if (named === undefined) return /^\d*$/.test(extension) && formatOf(await headOf(file)) !== undefined;
  return named.name === 'CSV' ? named.recognises(await headOf(file)) || (await layoutOf(file)) !== undefined : named.recognises(await headOf(file));
}

async function headOf(file: string): Promise<Uint8Array> {
  await checkFile(file);
  const handle = await open(file).catch((cause: unknown) => { throw fileError(file, cause); });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0).catch((cause: unknown) => { throw fileError(file, cause); });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Writes `<name>.hea` and `<name>.dat` into `folder`, which is made where it is missing. @throws RecordError `not-written` */
export async function writeRecord(folder: string, name: string, record: WrittenRecord): Promise<void> {
  const { header, signal } = encodeRecord(name, record);
  await write(folder, `${name}.dat`, signal);
  await write(folder, `${name}.hea`, header);
}

/** Annotations of a record. @param annotator extension of the file: `atr`, `q1c`, `ii` … @throws RecordError */
export async function readAnnotations(path: string, annotator = 'atr'): Promise<Annotations> {
  const file = `${stemOf(path)}.${annotator}`;
  return decodeAnnotations(await read(file), file);
}

/** Annotations beside a record, counted in its own samples whatever the time base of their file. @throws RecordError */
export async function annotationsOf(path: string, { rateHz, annotationHz }: Pick<EcgRecord, 'rateHz' | 'annotationHz'>, annotator = 'atr'): Promise<readonly Annotation[]> {
  return annotationsAt(await readAnnotations(path, annotator), rateHz, annotationHz);
}

/** Writes `<name>.<annotator>` in MIT format. @throws RecordError `not-written`, `bad-annotation` */
export async function writeAnnotations(folder: string, name: string, annotations: readonly WrittenAnnotation[], annotator = 'atr', timeResolutionHz?: number): Promise<void> {
  await write(folder, `${name}.${annotator}`, encodeAnnotations(annotations, timeResolutionHz));
}

async function read(file: string): Promise<Buffer> {
  await checkFile(file);
  return readFile(file).catch((cause: unknown) => { throw fileError(file, cause); });
}

/** A pipe would block, a device never end. @throws RecordError */
async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => { throw fileError(file, cause); });
  if (!found.isFile()) throw new RecordError('unreadable', 'is no file', file, 'a recording is a file, not a pipe, a device or a folder');
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
