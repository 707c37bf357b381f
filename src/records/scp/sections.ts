import { RecordError, type RecordWarning } from '../errors.js';

/** Twelve sections are defined; makers' own have numbers from 128 on. */
const SECTIONS_MAX = 64;
const HEADER_BYTES = 16;

/** What sections 5 and 6 hold: samples of each lead, coded, and how. */
export interface Encoded {
  /** Of one count. */
  readonly nanovolts: number;
  /** From one sample to the next. */
  readonly microseconds: number;
  /** Order of the differences that stand for samples. */
  readonly differences: number;
  /** Section 6: fewer samples between beats. */
  readonly isBimodal: boolean;
  readonly bytes: readonly Uint8Array[];
}

/** CRC-CCITT, as every section and the whole have it. */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** One wrong bit of a code or a difference is in all samples behind it. @throws RecordError `unreadable` */
function checked(number: number, section: Uint8Array, where: string, warnings: RecordWarning[]): void {
  const stated = section[0] | (section[1] << 8);
  if (stated === 0) warnings.push({ code: 'checksum', what: `section ${number} has no checksum`, where });
  else if (crcOf(section.subarray(2)) !== stated) throw new RecordError('unreadable', `the checksum of section ${number} is wrong`, where, 'the file is damaged: fetch or export it again');
}

/** What each section holds behind its header, by its number. @throws RecordError `bad-header`, `unreadable` */
export function sectionsOf(bytes: Uint8Array, where: string, warnings: RecordWarning[]): ReadonlyMap<number, DataView> {
  const bad = (what: string) => new RecordError('bad-header', what, where, 'the file is cut short, or another format');
  if (bytes.length < 6 + HEADER_BYTES) throw bad(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(2, true);
  if (length > bytes.length) warnings.push({ code: 'truncated', what: `${bytes.length} of ${length} bytes are there`, where });
  else if (crcOf(bytes.subarray(2, length)) !== view.getUint16(0, true)) warnings.push({ code: 'checksum', what: 'the checksum of the file is wrong', where });
  const pointers = view.getUint32(6 + 4, true) - HEADER_BYTES;
  const count = Math.floor(pointers / 10);
  if (view.getUint16(6 + 2, true) !== 0 || count < 1 || count > SECTIONS_MAX || 6 + HEADER_BYTES + pointers > bytes.length) throw bad('no table of sections');
  const found = new Map<number, DataView>();
  for (let i = 0; i < count; i++) {
    const at = 6 + HEADER_BYTES + 10 * i;
    const [number, size, index] = [view.getUint16(at, true), view.getUint32(at + 2, true), view.getUint32(at + 6, true)];
    if (number === 0 || size === 0) continue;
    const start = index - 1;
    if (size < HEADER_BYTES || start < 0 || start + size > bytes.length) {
      if (number >= 2 && number <= 6) throw bad(`section ${number} lies outside the file`);
      continue;
    }
    if (number >= 2 && number <= 6) checked(number, bytes.subarray(start, start + size), where, warnings);
    found.set(number, new DataView(bytes.buffer, bytes.byteOffset + start + HEADER_BYTES, size - HEADER_BYTES));
  }
  return found;
}
