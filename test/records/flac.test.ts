/** FLAC takes the memory that the record's header states, whatever its own says. Invariants: I77 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecord } from '../../src/records/index.js';

const [CHANNELS, BLOCK, BLOCKS] = [8, 65_535, 400];

const crc = (bytes: Uint8Array, bits: number, polynomial: number): number => {
  const mask = 2 ** bits - 1;
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (bits - 8);
    for (let i = 0; i < 8; i++) sum = ((sum << 1) ^ (sum >> (bits - 1) ? polynomial : 0)) & mask;
  }
  return sum;
};

/** A frame of constants, channel k at `value + k`: 65,535 samples of eight channels in 35 bytes. Source: RFC 9639. */
function frame(number: number, value: number): Uint8Array {
  const coded = number < 128 ? [number] : [0xc0 | (number >> 6), 0x80 | (number & 0x3f)];
  const head = Uint8Array.of(0xff, 0xf8, 0x70, ((CHANNELS - 1) << 4) | 8, ...coded, (BLOCK - 1) >> 8, (BLOCK - 1) & 0xff);
  const constants = Array.from({ length: CHANNELS }, (_, k) => [0, (value + k) >> 8, (value + k) & 0xff]).flat();
  const body = Uint8Array.of(...head, crc(head, 8, 0x07), ...constants);
  const sum = crc(body, 16, 0x8005);
  return Uint8Array.of(...body, sum >> 8, sum & 0xff);
}

/** @param stated samples a channel, by STREAMINFO */
function flac(stated: number): Uint8Array {
  const info = new DataView(new ArrayBuffer(34));
  info.setUint16(0, BLOCK);
  info.setUint16(2, BLOCK);
  // 500 Hz in 20 bits, channels less one in 3, bits less one in 5, samples in 36.
  info.setBigUint64(10, (500n << 44n) | (BigInt(CHANNELS - 1) << 41n) | (15n << 36n) | BigInt(stated));
  return Buffer.concat([Buffer.from('fLaC'), Uint8Array.of(0x80, 0, 0, 34), new Uint8Array(info.buffer), ...Array.from({ length: BLOCKS }, (_, i) => frame(i, 100 + i))]);
}

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'flac-')); });
afterAll(async () => rm(folder, { recursive: true }));

async function reading(stated: number, samples: number) {
  await writeFile(join(folder, 'r.dat'), flac(stated));
  await writeFile(join(folder, 'r.hea'), `r ${CHANNELS} 500 ${samples}\n${['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((lead) => `r.dat 516 200/mV 16 0 0 0 0 ${lead}\n`).join('')}`);
  const before = process.resourceUsage().maxRSS;
  const record = await readRecord(join(folder, 'r')).catch((error: unknown) => error as Error);
  return { record, grownMb: (process.resourceUsage().maxRSS - before) / 1024 };
}

it('whose frames hold more, or fewer, than it states is refused before one is decoded: 800 MB in 14 kB take none', async () => {
  await reading(BLOCK * BLOCKS, 1);
  for (const stated of [1000, BLOCK * BLOCKS - 1, BLOCK * BLOCKS + 1]) {
    const { record, grownMb } = await reading(stated, stated);
    expect(record).toMatchObject({ code: 'unreadable', what: `FLAC gives ${BLOCK * BLOCKS} of ${stated} samples` });
    expect(grownMb).toBeLessThan(50);
  }
});

it('that is longer than its record is decoded as far as the record goes, and reported', async () => {
  const { record, grownMb } = await reading(BLOCK * BLOCKS, BLOCK + 2);
  expect(record).toMatchObject({ samples: BLOCK + 2, warnings: [{ code: 'longer-than-header', what: `${BLOCK * BLOCKS} samples, the header says ${BLOCK + 2}` }, { code: 'checksum' }] });
  const { leads } = record as Awaited<ReturnType<typeof readRecord>>;
  expect(leads.map(({ counts }) => [counts[0], counts[BLOCK - 1], counts[BLOCK]])).toEqual(leads.map((_, k) => [100 + k, 100 + k, 101 + k]));
  expect(grownMb).toBeLessThan(50);
});
