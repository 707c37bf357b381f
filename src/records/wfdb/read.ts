import { basename, dirname, join } from 'node:path';
import { RecordError, type RecordWarning } from '../errors.js';
import { type FileRecording } from '../record.js';
import { textOf } from '../text.js';
import { segmentOf } from './assemble.js';
import { unpackedFlac } from './flac.js';
import { parseHeader, type RecordHeader } from './header.js';
import { isFlac } from './samples.js';
import { joined } from './segments.js';

/** The whole content of a file. @throws RecordError `missing-file`, `unreadable` */
export type ReadWhole = (file: string) => Promise<Uint8Array>;

/** A WFDB record of one segment or several. @param stem its path without extension. @throws RecordError */
export async function readWfdb(stem: string, read: ReadWhole): Promise<FileRecording> {
  const header = await headerOf(stem, read);
  if (header.segments === undefined) return oneSegment(stem, header, read);
  const parts: (FileRecording | undefined)[] = [];
  for (const { name } of header.segments) {
    const segment = join(dirname(stem), name);
    parts.push(name === '~' ? undefined : await oneSegment(segment, await headerOf(segment, read), read));
  }
  return joined(`${stem}.hea`, header, parts);
}

async function headerOf(stem: string, read: ReadWhole): Promise<RecordHeader> {
  const file = `${stem}.hea`;
  return parseHeader(textOf(await read(file)), file);
}

async function oneSegment(stem: string, header: RecordHeader, read: ReadWhole): Promise<FileRecording> {
  if (header.segments !== undefined) throw new RecordError('unsupported', 'a segment that has segments itself', `${stem}.hea`, 'segments are records of one');
  const files = new Map<string, Uint8Array>();
  const warnings: RecordWarning[] = [];
  for (const { file, format, perFrame, byteOffset } of header.signals) {
    if (files.has(file) || file === '~') continue;
    const bytes = await read(join(dirname(stem), file));
    const layout = { file, format, signals: header.signals.filter((signal) => signal.file === file).length, samples: header.samples === undefined ? undefined : header.samples * perFrame + byteOffset };
    files.set(file, isFlac(format) ? await unpackedFlac(bytes, layout, warnings) : bytes);
  }
  const segment = segmentOf(`${basename(stem)}.hea`, header, (file) => files.get(file)!);
  return { ...segment, warnings: [...warnings, ...segment.warnings] };
}
