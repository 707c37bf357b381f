import { RecordError } from './errors.js';
import { statesLayout } from './layout.js';
import type { FileRecording, OpenFile } from './record.js';
import { textOf } from './text.js';

/** One format: how its files are recognised, and what reads them. Its reader, and the packages that needs, are loaded when one comes. */
export interface FileFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** Of text, which is held several times while it is read; undefined: what a file may have. */
  readonly mostBytes?: number;
  /** By the first bytes. */
  recognises(head: Uint8Array): boolean;
  read(file: OpenFile): Promise<FileRecording>;
}

const latin = (head: Uint8Array, from = 0, to = head.length): string => String.fromCharCode(...head.subarray(from, Math.min(to, from + 4096)));
const startsWith = (text: string) => (head: Uint8Array) => latin(head, 0, text.length) === text;

const TEXT_MAX_BYTES = 2 ** 28;

/** Formats beside WFDB, which is recognised by its header (`.hea`). */
export const FORMATS: readonly FileFormat[] = [
  { name: 'EDF', extensions: ['edf', 'rec'], recognises: startsWith('0       '), read: async (file) => (await import('./edf.js')).readEdf(file) },
  { name: 'BDF', extensions: ['bdf'], recognises: startsWith('\xffBIOSEMI'), read: async (file) => (await import('./edf.js')).readEdf(file) },
  { name: 'DICOM', extensions: ['dcm', 'dicom'], recognises: (head) => latin(head, 128, 132) === 'DICM', read: async (file) => (await import('./dicom.js')).readDicom(file) },
  { name: 'SCP-ECG', extensions: ['scp'], recognises: (head) => latin(head, 16, 22) === 'SCPECG', read: async (file) => (await import('./scp/read.js')).readScp(file) },
  { name: 'HL7 aECG', extensions: ['xml', 'aecg'], mostBytes: TEXT_MAX_BYTES, recognises: (head) => /<(?:[\w-]+:)?AnnotatedECG[\s>]/.test(textOf(head)), read: async (file) => (await import('./aecg.js')).readAecg(file) },
  { name: 'FHIR', extensions: ['json', 'fhir'], mostBytes: TEXT_MAX_BYTES, recognises: (head) => /^\s*\{[^]*"resourceType"\s*:\s*"(?:Observation|Bundle)"/.test(textOf(head)), read: async (file) => (await import('./fhir.js')).readFhir(file) },
  { name: 'CSV', extensions: ['csv', 'tsv', 'txt'], mostBytes: TEXT_MAX_BYTES, recognises: (head) => statesLayout(textOf(head)), read: async (file) => (await import('./csv.js')).readCsv(file) },
];

/** Bytes by which a format is recognised. */
export const HEAD_BYTES = 65_536;

export function extensionOf(path: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(path)?.[1].toLowerCase() ?? '';
}

/** By the first bytes, whatever the name. */
export function formatOf(head: Uint8Array): FileFormat | undefined {
  return FORMATS.find((format) => format.recognises(head));
}

export function unknownFormat(where: string): RecordError {
  const names = ['WFDB (.hea)', ...FORMATS.map(({ name, extensions }) => `${name} (.${extensions[0]})`)].join(', ');
  return new RecordError('unknown-format', 'no format that is read here', where, `read are ${names}; convert it to one of them, with wfdb or pyedflib for Python say, or to CSV with a layout: docs/ingest.md`);
}
