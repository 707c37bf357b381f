/** Recordings written in another format and read again: the same leads, samples, times and marks, within one least bit. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/ecg/index.js';
import { type EcgRecord, millivoltsOf, readRecord, writeRecord } from '../../src/records/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { purkinje } from './purkinje.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-convert-'));
const GOLDEN = join(import.meta.dirname, '../records/golden/formats');
const simulated = join(folder, 'simulated/sinus-rhythm');
beforeAll(async () => {
  expect((await purkinje(['simulate', '--out', join(folder, 'simulated'), '--condition', 'sinus-rhythm', '--duration', '12.3s', '--rate', '360'])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectSame(again: EcgRecord, { rateHz, startMs, simulated: demo, leads }: EcgRecord, cut = 0): void {
  expect(again).toMatchObject({ rateHz, startMs, simulated: demo, warnings: [] });
  expect(again.leads.map(({ name, origin }) => [name, origin])).toEqual(leads.map(({ name, origin }) => [name, origin]));
  leads.forEach((lead, i) => {
    const [was, is] = [millivoltsOf(lead), millivoltsOf(again.leads[i])];
    expect(is.length).toBe(was.length - cut);
    const bit = 1 / Math.min(lead.aduPerMv, again.leads[i].aduPerMv) + 1e-6;
    expect(is.findIndex((mv, k) => (Number.isNaN(was[k]) ? !Number.isNaN(mv) : !(Math.abs(mv - was[k]) <= bit))), lead.name).toBe(-1);
  });
}

/** A stream of chunks as its own record. */
function chunksIn(file: string): Chunk[] {
  const bytes = readFileSync(file);
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length;) {
    let [length, shift] = [0, 0];
    for (; bytes[at] & 128; shift += 7) length |= (bytes[at++] & 127) << shift;
    length |= bytes[at++] << shift;
    const decoded = decodeChunk(bytes.subarray(at, (at += length)), 'sinus-rhythm');
    if (!decoded.ok) throw new Error(decoded.reject.reason);
    chunks.push(decoded.chunk);
  }
  return chunks;
}

describe('convert', () => {
  test.each(['plus.edf', 'plus.bdf', 'twelve.dcm', 'plain.scp', 'aecg.xml', 'r5.json', 'beside.csv', 'w212', 'w524', 'variable', 'frames'])('%s to WFDB and back, holes too', async (name) => {
    const out = join(folder, `wfdb-${name}`);
    const { code, lines } = await purkinje(['convert', join(GOLDEN, name), '--to', 'wfdb', '--out', out, '--json']);
    expect(code).toBe(0);
    expectSame(await readRecord(join(out, lines[0].written[0])), await readRecord(join(GOLDEN, name)));
  });
  test('to EDF and back, by way of WFDB: 4,428 samples at 360 Hz fill data records', async () => {
    const out = join(folder, 'edf');
    expect((await purkinje(['convert', simulated, '--to', 'edf', '--out', out])).code).toBe(0);
    const was = await readRecord(simulated);
    expectSame(await readRecord(join(out, 'sinus-rhythm.edf')), was);
    expect((await purkinje(['convert', join(out, 'sinus-rhythm.edf'), '--out', join(folder, 'again')])).code).toBe(0);
    expectSame(await readRecord(join(folder, 'again/sinus-rhythm')), was);
  });
  test('what EDF cannot hold is said: a rest that fills no data record, 24 bits, holes', async () => {
    await writeRecord(join(folder, 'odd'), 'odd', { rateHz: 360, startMs: Date.UTC(2020, 1, 2, 3, 4, 5, 250), leads: [{ name: 'II', aduPerMv: 200, offsetAdu: 3, counts: Int16Array.from({ length: 722 }, (_, i) => i) }] });
    const { err, lines } = await purkinje(['convert', join(folder, 'odd/odd'), join(GOLDEN, 'w24'), join(GOLDEN, 'holes.json'), '--to', 'edf', '--out', join(folder, 'losses'), '--json']);
    expect(lines[0].losses[0]).toEqual({ record: 'odd', what: 'the last 2 samples: they fill no data record' });
    expectSame(await readRecord(join(folder, 'losses/odd.edf')), await readRecord(join(folder, 'odd/odd')), 2);
    expect(lines[0].failed.map(({ record }: { record: string }) => record)).toEqual(['w24', 'holes']);
    expect(err).toMatch(/EDF has no sign for a missing sample/);
  });
  test('to a stream of chunks: what replay would send', async () => {
    expect((await purkinje(['convert', simulated, '--to', 'chunks', '--out', folder])).code).toBe(0);
    const [chunks, record] = [chunksIn(join(folder, 'sinus-rhythm.chunks')), await readRecord(simulated)];
    expect(chunks.length).toBe(25);
    expect(chunks.every(({ demo, device }) => demo && device === 'sinus-rhythm')).toBe(true);
    expect(chunks.at(-1)!.endOfStream).toBe(true);
    for (const [i, lead] of record.leads.entries()) expect(chunks.flatMap(({ blocks }) => [...blocks[i].samples])).toEqual([...lead.counts]);
  });
});
