/** Recordings as a ward plays them: all at once, again and again, now; and the sample that ships. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRecord } from '../../src/records/index.js';
import { purkinje } from './purkinje.js';

const root = resolve(import.meta.dirname, '../..');
const SAMPLE = join(root, 'docs/recordings/atrial-fibrillation');
const folder = mkdtempSync(join(tmpdir(), 'purkinje-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// Two beds of one recording.
for (const bed of ['bed-1', 'bed-2']) for (const file of readdirSync(join(root, 'docs/recordings'))) cpSync(join(root, 'docs/recordings', file), join(folder, bed, file));

test('the sample that ships is simulated, says so, and gives what the README shows', { timeout: 60_000 }, async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const { code, out, err } = await purkinje(['replay', '--direct', SAMPLE]);
  expect([code, err]).toEqual([0, '']);
  expect(readme).toContain('npx purkinje replay --direct docs/recordings/atrial-fibrillation');
  // Line for line, whatever the numbers of the model that ships.
  const plain = (text: string) => text.replace(/\d+(?:\.\d+)?/g, '#');
  for (const line of out.trim().split('\n')) expect(plain(readme)).toContain(plain(line));
  expect(out).toContain('SIMULATED');
});

test('many at once and again and again, in epochs of their own, until it is stopped; dates are of now, and nothing but results is printed', { timeout: 120_000 }, async () => {
  const startedMs = Date.now();
  const { code, err, lines } = await purkinje(['replay', '--direct', '--json', '--loop', '--speed', '20', folder], async (child) => {
    const untilMs = performance.now() + 60_000;
    while ((child.out().match(/"type":"segment"/g) ?? []).length < 14 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGTERM');
  });
  expect([code, err]).toEqual([0, '']);
  const segments = lines.filter(({ type }) => type === 'segment');
  // Neither bed waits for the other.
  expect(new Set(segments.slice(0, 4).map(({ device }) => device)).size).toBe(2);
  for (const device of ['bed-1/atrial-fibrillation', 'bed-2/atrial-fibrillation']) {
    const own = segments.filter((segment) => segment.device === device);
    expect(own.length).toBeGreaterThan(3);
    expect(new Set(own.map(({ id }) => id.split('/').at(-2))).size).toBeGreaterThan(1);
    expect(own[0].startMs).toBeGreaterThanOrEqual(startedMs);
    expect(own[0].startMs).toBeLessThan(Date.now());
  }
  expect(lines.at(-1)).toMatchObject({ type: 'summary', beds: 2, lost: 0, rejected: 0 });
});

test('--keep-dates keeps them', { timeout: 60_000 }, async () => {
  const { lines } = await purkinje(['replay', '--direct', '--json', '--speed', '50', '--keep-dates', SAMPLE]);
  const { startMs } = await readRecord(SAMPLE);
  expect(lines.filter(({ type }) => type === 'segment').map((segment) => segment.startMs)).toEqual([0, 10_000, 20_000].map((ms) => startMs + ms));
});
