/** What of SCP-ECG is damaged, or says what cannot be, is refused with the section named. Invariants: I77 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from '../../src/records/index.js';
import { decodeHuffman, DEFAULT_TABLE } from '../../src/records/scp/huffman.js';
import { crcOf } from '../../src/records/scp/sections.js';

const FOLDER = join(import.meta.dirname, 'golden/formats');
let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'scp-')); });
afterAll(async () => rm(folder, { recursive: true }));

interface Place {
  readonly at: number;
  readonly size: number;
}

/** A golden file with something changed in it. @param sealed checksums as they should be */
async function changed(name: string, change: (bytes: Uint8Array, section: (id: number) => Place) => void, sealed = true) {
  const bytes = Uint8Array.from(await readFile(join(FOLDER, name)));
  const view = new DataView(bytes.buffer);
  const places = new Map<number, Place>();
  for (let row = 22; row < 6 + view.getUint32(10, true); row += 10) {
    const size = view.getUint32(row + 2, true);
    if (size > 0) places.set(view.getUint16(row, true), { at: view.getUint32(row + 6, true) - 1, size });
  }
  change(bytes, (id) => places.get(id)!);
  if (sealed) {
    for (const { at, size } of places.values()) view.setUint16(at, crcOf(bytes.subarray(at + 2, at + size)), true);
    view.setUint16(0, crcOf(bytes.subarray(2)), true);
  }
  const file = join(folder, 'changed.scp');
  await writeFile(file, bytes);
  return readRecord(file);
}

describe('checksums', () => {
  it.each([2, 3, 4, 5, 6])('a wrong bit in section %i refuses the file, and names the section', async (id) => {
    await expect(changed('beats.scp', (bytes, section) => { bytes[section(id).at + 16] ^= 4; }, false)).rejects.toThrow(`the checksum of section ${id} is wrong`);
  });
  it('of the whole file, or of none, are reported: the samples are sound', async () => {
    const whole = await readRecord(join(FOLDER, 'beats.scp'));
    const said = async (change: Parameters<typeof changed>[1]) => {
      const record = await changed('beats.scp', change, false);
      expect(record.leads).toEqual(whole.leads);
      return record.warnings.map(({ what }) => what);
    };
    expect(await said((bytes) => { bytes[0] ^= 1; })).toEqual(['the checksum of the file is wrong']);
    expect(await said((bytes, section) => { bytes.fill(0, section(6).at, section(6).at + 2); })).toEqual(['the checksum of the file is wrong', 'section 6 has no checksum']);
  });
  it('sections that lie outside the file, or end within what they describe, are refused', async () => {
    await expect(changed('beats.scp', (bytes) => { new DataView(bytes.buffer).setUint32(22 + 10 * 6 + 6, bytes.length, true); }, false)).rejects.toThrow('section 6 lies outside the file');
    await expect(changed('beats.scp', (bytes, section) => { bytes[section(4).at + 16 + 4] = 200; })).rejects.toThrow('a section ends within what it describes');
  });
});

describe('a rhythm that was thinned out between beats', () => {
  const rhythm = (value: number, offset: number) => (bytes: Uint8Array, section: (id: number) => Place) => { bytes[section(6).at + 16 + offset] = value; };
  it.each([
    ['at a rate that is no part of that of the beats', rhythm(160, 2), /8096 µs from sample to sample between beats, 2000 µs in them/],
    ['that does not say so', rhythm(0, 5), /8000 µs from sample to sample between beats, 2000 µs in them/],
    ['without its reference beat', (bytes: Uint8Array) => bytes.fill(0, 22 + 10 * 5 + 2, 22 + 10 * 5 + 6), /the reference beat that was taken out is not there/],
  ])('%s is refused: nothing of it is guessed', async (_, change, what) => {
    await expect(changed('thinned.scp', change)).rejects.toThrow(what);
  });
});

it('Huffman codes change from table to table, and back, wherever a code says so', () => {
  // In table 2 the codes of 0 and 5 have one bit; "11" of either changes to the other.
  const code = (bits: string, value: number, isValue = true) => ({ prefixBits: bits.length, totalBits: bits.length, value, base: parseInt([...bits].reverse().join(''), 2), isValue });
  const tables = [[code('0', 0), code('10', 1), code('11', 2, false)], [code('0', 5), code('10', -7), code('11', 1, false)]];
  const words = [new Map([[0, '0'], [1, '10']]), new Map([[5, '0'], [-7, '10']])];
  fc.assert(fc.property(fc.array(fc.constantFrom(0, 1, 5, -7), { minLength: 1, maxLength: 60 }), (values) => {
    let [bits, table] = ['', 0];
    for (const value of values) {
      if (!words[table].has(value)) [bits, table] = [`${bits}11`, 1 - table];
      bits += words[table].get(value)!;
    }
    const bytes = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2));
    expect([...decodeHuffman(bytes, tables, values.length)!]).toEqual(values);
  }));
  expect(decodeHuffman(Uint8Array.of(0b11000000), [[code('11', 3, false)]], 1)).toBeUndefined();
  // 0, 1, −1, and what fills the byte.
  expect([...decodeHuffman(Uint8Array.of(0b01001010), [DEFAULT_TABLE], 3)!]).toEqual([0, 1, -1]);
});
