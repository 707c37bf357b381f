/** Recordings as a ward plays them: all at once, again and again, now; and the sample that ships. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readRecord } from '../../src/records/index.js';
import { childrenOf, purkinje } from './purkinje.js';

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

describe('several processes share the recordings', () => {
  const many = mkdtempSync(join(tmpdir(), 'purkinje-jobs-'));
  afterAll(() => rmSync(many, { recursive: true, force: true }));
  for (let bed = 1; bed <= 17; bed++) for (const file of readdirSync(join(root, 'docs/recordings'))) cpSync(join(root, 'docs/recordings', file), join(many, `bed-${bed}`, file));
  // One that cannot be read, and one that is cut short.
  writeFileSync(join(many, 'bed-4', 'atrial-fibrillation.hea'), 'no header\n');
  truncateSync(join(many, 'bed-9', 'atrial-fibrillation.dat'), 200_000);

  test('what they print is the same, byte for byte, as from one', { timeout: 240_000 }, async () => {
    const [one, two] = [await purkinje(['replay', '--direct', '--json', '--jobs', '1', many]), await purkinje(['replay', '--direct', '--json', '--jobs', '2', many])];
    expect(two.out).toBe(one.out);
    expect([one.code, two.code]).toEqual([1, 1]);
    expect(two.lines.at(-1)).toMatchObject({ type: 'summary', beds: 16, failedRecords: 1, lost: 0 });
    const inOrder = (text: string) => text.split('\n').sort();
    expect(inOrder(two.err)).toEqual(inOrder(one.err));
  });

  test('one that is killed ends the run with an error, and leaves nothing behind', { timeout: 120_000 }, async () => {
    let [jobs, encoders]: number[][] = [[], []];
    const { code, err } = await purkinje(['replay', '--direct', '--json', '--jobs', '2', many], async ({ pid }) => {
      const untilMs = performance.now() + 30_000;
      while ((jobs = childrenOf(pid)).length < 2 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 20));
      // With their encoders.
      while ((encoders = jobs.flatMap(childrenOf)).length < 2 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 20));
      process.kill(jobs[0], 'SIGKILL');
    });
    expect(code).toBe(1);
    expect(err).toMatch(/a job of 9 recordings ended with SIGKILL: try --jobs 1/);
    await expect.poll(() => [...jobs, ...encoders].filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);
  });

  test('asked to stop, even before they have begun, they stop in order', { timeout: 120_000 }, async () => {
    const { code, lines, err } = await purkinje(['replay', '--direct', '--json', '--jobs', '2', many], async (child) => {
      const untilMs = performance.now() + 30_000;
      while (childrenOf(child.pid).length < 2 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 5));
      child.kill('SIGINT');
    });
    expect([code, err]).toEqual([0, '']);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', lost: 0 });
  });

  test('what is wrong with the configuration ends them as it ends one', { timeout: 60_000 }, async () => {
    writeFileSync(join(many, 'wrong.yaml'), 'engine: { strideS: none }\n');
    const [one, two] = await Promise.all(['1', '2'].map((jobs) => purkinje(['replay', '--direct', '--jobs', jobs, '--config', join(many, 'wrong.yaml'), many])));
    expect([one.code, two.code]).toEqual([2, 2]);
    expect(two.err).toBe(one.err);
  });

  test('--jobs asks for recordings that are not paced', { timeout: 30_000 }, async () => {
    for (const paced of [[], ['--direct', '--loop'], ['--direct', '--speed', '2']]) {
      const { code, err } = await purkinje(['replay', ...paced, '--jobs', '2', many]);
      expect(code).toBe(2);
      expect(err).toContain('--jobs shares recordings that are not paced');
    }
  });
});
