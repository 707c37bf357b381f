/** Recordings through the engine: what `simulate` writes, `replay` and `segments` read; and every real record where there are any. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecord } from '../../src/records/index.js';
import { readNpy } from '../npy.js';
import { purkinje } from './purkinje.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-test-'));
const records = join(folder, 'records');
beforeAll(async () => {
  const made = await purkinje(['simulate', '--out', records, '--condition', 'atrial-fibrillation', '--duration', '63s', '--seed', '3']);
  expect(made.code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const name = () => readdirSync(records).find((file) => file.endsWith('.hea'))!.replace('.hea', '');

describe('segments', () => {
  test('mV, tensor and what is known of each, the same however the record is cut', { timeout: 60_000 }, async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    expect((await purkinje(['segments', join(records, name()), '--out', a])).code).toBe(0);
    expect((await purkinje(['segments', join(records, name()), '--out', b, '--chunk-ms', '1730'])).code).toBe(0);
    const files = readdirSync(a).sort();
    expect(files).toEqual(readdirSync(b).sort());
    // 63 s: six whole segments and a rest of 3 s.
    expect(files.filter((file) => file.endsWith('.json'))).toHaveLength(7);
    for (const file of files.filter((f) => f.endsWith('.npy'))) expect(readFileSync(join(a, file)).equals(readFileSync(join(b, file))), file).toBe(true);
    const record = await readRecord(join(records, name()));
    const mv = readNpy(join(a, `${name()}-5000.physical.npy`));
    expect(mv.shape).toEqual([12, 5000]);
    const lead = record.leads.find((l) => l.name === 'V2')!;
    for (const n of [0, 1234, 4999]) expect(mv.values[7 * 5000 + n]).toBeCloseTo((lead.counts[5000 + n] - lead.offsetAdu) / lead.aduPerMv, 5);
    const described = JSON.parse(readFileSync(join(a, `${name()}-5000.json`), 'utf8'));
    expect(described).toMatchObject({ deviceTimeMs: record.startMs + 10_000, grade: 'good', gaps: [], steps: [], missing: [] });
    expect(readNpy(join(a, `${name()}-5000.npy`)).shape).toEqual([8, 1000]);
    const rest = readNpy(join(a, `${name()}-30000.physical.npy`));
    expect(Number.isNaN(rest.values[4999])).toBe(true);
  });
});

describe('replay --direct', () => {
  test('every segment is scored, AF is found, and the sum adds up', { timeout: 60_000 }, async () => {
    const { code, lines } = await purkinje(['replay', '--direct', '--json', join(records, name())]);
    expect(code).toBe(0);
    const segments = lines.filter((line) => line.type === 'segment');
    expect(segments.map((segment) => segment.id)).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000].map((first) => `${name()}/1/${first}`));
    expect(segments[0].findings.find((finding: { id: string }) => finding.id === 'atrial-fibrillation').probability).toBeGreaterThan(0.5);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', beds: 1, segments: { total: 7 }, rejected: 0, shed: 0, late: 0, lost: 0, failedRecords: 0 });
  });
  test('twice the same, byte for byte, however busy the machine is', { timeout: 180_000 }, async () => {
    const more = join(folder, 'more');
    expect((await purkinje(['simulate', '--out', more, '--condition', 'anterior-stemi', '--duration', '40s', '--seed', '4'])).code).toBe(0);
    const run = () => purkinje(['replay', '--direct', '--json', more, records]);
    const quiet = await run();
    const busy = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    const hurried = await run().finally(() => busy.forEach((child) => child.kill('SIGKILL')));
    expect(quiet.lines.filter(({ type, outcome }) => type === 'segment' && outcome === 'scored')).toHaveLength(10);
    expect(quiet.lines.some(({ type }) => type === 'alert')).toBe(true);
    expect(hurried.out).toBe(quiet.out);
  });
  test('a simulated patient stays one: its alerts say so, and those of any record where it is asked', { timeout: 60_000 }, async () => {
    const said = async (folder: string, ...more: string[]) => (await purkinje(['replay', '--direct', '--json', folder, ...more])).lines.filter(({ type }) => type === 'alert').map(({ simulated }) => simulated as boolean);
    expect(new Set(await said(records))).toEqual(new Set([true]));
    const silent = join(folder, 'silent');
    cpSync(records, silent, { recursive: true });
    const header = join(silent, `${name()}.hea`);
    writeFileSync(header, readFileSync(header, 'utf8').replace(/^#.*\n/gm, ''));
    expect(new Set(await said(silent))).toEqual(new Set([false]));
    expect(new Set(await said(silent, '--demo'))).toEqual(new Set([true]));
  });
  test('a record that is not there is reported, and the others are played', { timeout: 60_000 }, async () => {
    const { code, err, lines } = await purkinje(['replay', '--direct', '--json', join(records, 'nobody'), join(records, name())]);
    expect(code).toBe(1);
    expect(err).toContain('nobody');
    expect(lines.at(-1)).toMatchObject({ beds: 1, failedRecords: 1 });
  });
});

const real = process.env.PURKINJE_ECG_DIR;
if (real === undefined) process.stderr.write('\n*** PURKINJE_ECG_DIR is not set: real recordings are SKIPPED ***\n\n');
describe.skipIf(real === undefined)('real recordings', () => {
  test('every one of them passes through the engine: nothing is refused, nothing lost', { timeout: 900_000 }, async () => {
    const { code, lines } = await purkinje(['replay', '--direct', '--json', real!]);
    const summary = lines.at(-1);
    expect(summary).toMatchObject({ type: 'summary', failedRecords: 0, rejected: 0, shed: 0, late: 0, lost: 0, unscored: 0 });
    expect(summary.beds).toBeGreaterThan(500);
    expect(summary.segments.total).toBe(lines.filter((line) => line.type === 'segment').length);
    expect(code).toBe(0);
    // Nothing is delivered to the bedside of a real patient without evidence.
    for (const alert of lines.filter((line) => line.type === 'alert' && line.channel !== 'shadow')) expect(['internal', 'external', 'rule']).toContain(alert.evidence);
  });
});
