import { RecordError } from './errors.js';
import type { FileRecording } from './record.js';

/** A file to be read, its content whole. */
export interface OpenFile {
  /** Its name, for errors and warnings. */
  readonly where: string;
  readonly bytes: Uint8Array;
  /** What a person states of the file: the YAML beside it; undefined where there is none. */
  readonly layout?: string;
}

/** One format: how its files are recognised, and what reads them. Its reader, and the packages that needs, are loaded when one comes. */
export interface FileFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** By the first bytes; undefined: the extension alone says it. */
  recognises(head: Uint8Array): boolean;
  read(file: OpenFile): Promise<FileRecording>;
}

const latin = (head: Uint8Array, from = 0, to = head.length): string => String.fromCharCode(...head.subarray(from, Math.min(to, from + 4096)));
const startsWith = (text: string) => (head: Uint8Array) => latin(head, 0, text.length) === text;

/** Formats beside WFDB, which is recognised by its header (`.hea`). */
export const FORMATS: readonly FileFormat[] = [];

/** Bytes by which a format is recognised. */
export const HEAD_BYTES = 4096;

export function extensionOf(path: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(path)?.[1].toLowerCase() ?? '';
}

/** By the first bytes, whatever the name. */
export function formatOf(head: Uint8Array): FileFormat | undefined {
  return FORMATS.find((format) => format.recognises(head));
}

export function unknownFormat(where: string): RecordError {
  const names = ['WFDB (.hea)', ...FORMATS.map(({ name, extensions }) => `${name} (.${extensions[0]})`)].join(', ');
  return new RecordError('unknown-format', 'no format that is read here', where, `read are ${names}; convert it to one of them: with wfdb or pyedflib for Python, or to CSV with a layout (docs/ingest.md)`);
}
void startsWith;
