/** `evaluate alerts` and `evaluate thresholds`, as typed: figures of simulated beds and of real alarms, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-alerts-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeAll(ensureBuilt, 120_000);

const RECORDINGS = process.env.PURKINJE_ECG_DIR;
/** What is said beside what recordings lack: of each it is said which signals are none of the twelve leads, and which of these it has not. */
const odd = (err: string): string[] => err.split('\n').filter((line) => line !== '' && !/^\S+: (signals? .* skipped: not an ECG lead|.* outside the twelve leads, used for beats and rates alone|leads missing: .*)$/.test(line));
const figuresOf = async (...args: string[]) => {
  const { code, out, err } = await purkinje(['evaluate', 'alerts', ...args, '--json']);
  expect([code, odd(err)]).toEqual([0, []]);
  return JSON.parse(out);
};

describe('evaluate alerts', () => {
  test('one bed of each condition: what is found, what is false, and one policy', { timeout: 900_000 }, async () => {
    const figures = await figuresOf('--simulated', 'models/patients.json', '--beds', '1', '--hours', '0.5');
    expect(figures).toMatchObject({ policyHash: expect.stringMatching(/^[0-9a-f]{16}$/), thresholdSetHash: expect.stringMatching(/^[0-9a-f]{16}$/), segments: { unscored: 0 } });
    expect(figures.falsePerBedDay.value).toBe(0);
    expect(figures.sensitivity.value).toBeGreaterThan(0.75);
    for (const finding of ['atrial-fibrillation', 'stemi', 'complete-av-block', 'left-bundle-branch-block']) expect(figures.sensitivity.byFinding[finding]).toMatchObject({ fn: 0 });
    expect(figures.delayS.p50).toBeLessThanOrEqual(30);
    expect(figures.ungated.perBedDay).toBeGreaterThan(5 * figures.delivered.perBedDay);
    const found = figures.curve.map((point: { sensitivity: number }) => point.sensitivity);
    expect(found).toEqual([...found].sort((a, b) => b - a));
  });

  test.skipIf(RECORDINGS === undefined)('true and false alarms of an intensive care unit', { timeout: 900_000 }, async () => {
    const figures = await figuresOf('--data', join(RECORDINGS!, 'cinc2015'));
    expect(figures.sensitivity.value).toBeGreaterThanOrEqual(0.9);
    expect(figures.score).toBeGreaterThanOrEqual(0.7);
    expect(figures.segments.unusable / figures.segments.total).toBeLessThan(0.1);
    expect(figures.falsePerBedDay).toMatchObject({ value: null, bedDays: 0 });
  });

  test('wants one of recordings, simulated beds and people', { timeout: 60_000 }, async () => {
    expect(await purkinje(['evaluate', 'alerts'])).toMatchObject({ code: 2, err: expect.stringContaining('one of --data, --simulated and --people') });
    expect(await purkinje(['evaluate', 'alerts', '--data', work, '--labels', 'labels.csv'])).toMatchObject({ code: 2, err: expect.stringContaining('--labels is for --people') });
  });

  test.skipIf(RECORDINGS === undefined)('people of short recordings, by labels that lie elsewhere', { timeout: 900_000 }, async () => {
    const labels = join(work, 'half.csv');
    const [head, ...rows] = readFileSync(join(RECORDINGS!, 'ptbxl500/ptbxl_database.csv'), 'utf8').trim().split('\n');
    writeFileSync(labels, [head, ...rows.slice(0, rows.length / 2)].join('\n'));
    const { people, bedDays, segments } = await figuresOf('--people', join(RECORDINGS!, 'ptbxl500'), '--labels', labels, '--hours', '0.02');
    const watched = Math.round((bedDays * 86_400) / 70);
    expect(watched).toBeGreaterThan(50);
    expect(watched).toBeLessThanOrEqual(rows.length / 2);
    expect(segments.unscored).toBe(0);
    expect(people.perPerson.people).toBeGreaterThan(20);
    expect(people.right.value).toBeGreaterThan(0.5);
    expect(people.perPerson.worklist).toBeGreaterThan(0);
    expect(await purkinje(['evaluate', 'alerts', '--people', join(RECORDINGS!, 'ptbxl500'), '--labels', 'package.json'])).toMatchObject({ code: 2, err: expect.stringMatching(/package\.json/) });
  });
});

describe('evaluate thresholds', () => {
  test.skipIf(RECORDINGS === undefined)('prints the arithmetic, and lines that a policy takes', { timeout: 900_000 }, async () => {
    const { code, out } = await purkinje(['evaluate', 'thresholds', '--data', join(RECORDINGS!, 'ludb'), '--finding', 'atrial-fibrillation', '--ppv', '0.3', '--prevalence', '0.05']);
    expect(code).toBe(0);
    expect(out).toMatch(/PPV = 1\.000 × 0\.05 \/ \(/);
    const config = join(work, 'policy.yaml');
    writeFileSync(config, out.slice(out.indexOf('policy:')));
    expect(readFileSync(config, 'utf8')).toMatch(/lower95: 0\.\d+/);
    expect(await purkinje(['evaluate', 'thresholds', '--data', join(RECORDINGS!, 'ludb'), '--finding', 'atrial-fibrillation', '--ppv', '0.3', '--prevalence', '0.05', '--config', config, '--json'])).toMatchObject({ code: 0 });
  });

  test('refuses a finding that the model has not, and a share that is none', { timeout: 60_000 }, async () => {
    const records = join(work, 'records');
    await purkinje(['simulate', '--out', records, '--condition', 'atrial-fibrillation', '--duration', '10s']);
    writeFileSync(join(records, 'labels.csv'), 'record,snomed,age,sex\natrial-fibrillation,164889003,70,Female\n');
    const args = ['evaluate', 'thresholds', '--data', records, '--prevalence', '0.1'];
    expect(await purkinje([...args, '--ppv', '0.3', '--finding', 'moon-disease'])).toMatchObject({ code: 2, err: expect.stringContaining('has no target moon-disease') });
    expect(await purkinje([...args, '--ppv', '30'])).toMatchObject({ code: 2, err: expect.stringContaining('a share between 0 and 1') });
  });
});
