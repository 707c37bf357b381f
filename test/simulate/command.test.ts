// `purkinje simulate` writes what the records room reads, the same for the same seed; what is wrong is one line.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { simulateCommand } from '../../src/cli/simulate.js';
import { LEADS } from '../../src/ecg/index.js';
import { listRecords, readAnnotations, readRecord } from '../../src/records/index.js';
import { CONDITION_IDS } from '../../src/simulate/index.js';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'simulate-')); });
afterAll(async () => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ out: string; error: string }> {
  let [out, error] = ['', ''];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true; });
  try {
    await simulateCommand().exitOverride().configureOutput({ writeErr: (text) => { error += text; } }).parseAsync(['node', 'simulate', ...args]);
  } catch (thrown) {
    if (error === '') throw thrown;
  } finally {
    write.mockRestore();
  }
  return { out, error };
}

it('one of each condition by default, readable, with beats and truth', async () => {
  const to = join(folder, 'all');
  const { out } = await run('--out', to, '--duration', '12s', '--rate', '250', '--onset', '5s');
  expect(out.trim().split('\n').length).toBe(CONDITION_IDS.length + 1);
  expect(await listRecords(to)).toEqual([...CONDITION_IDS].sort());
  const record = await readRecord(join(to, 'atrial-fibrillation'));
  expect(record).toMatchObject({ rateHz: 250, samples: 3000, warnings: [] });
  expect(record.leads.map((lead) => lead.name)).toEqual(LEADS);
  const { annotations } = await readAnnotations(join(to, 'atrial-fibrillation'));
  expect(annotations.filter((one) => one.symbol === '+').map((one) => [one.sample, one.aux])).toEqual([[0, '(N'], [1250, '(AFIB']]);
  const { records } = JSON.parse(await readFile(join(to, 'labels.json'), 'utf8'));
  const label = records.find((one: { record: string }) => one.record === 'anterior-stemi');
  expect(label.findings).toContainEqual({ id: 'stemi', onsetMs: 5000, fullMs: 20000 });
  expect(label.beats.length).toBeGreaterThan(8);
});

it('a ward, the same for the same seed', async () => {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  for (const to of [a, b]) await run('--out', to, '--beds', '12', '--duration', '3', '--rate', '100', '--seed', '9');
  expect(await listRecords(a)).toContain('bed-07');
  for (const file of ['bed-01.dat', 'bed-12.dat', 'bed-12.atr', 'labels.json']) expect(await readFile(join(a, file))).toEqual(await readFile(join(b, file)));
});

it('recordings that go on, said to be simulated; one that cannot be repeated is reported, and the others are written', async () => {
  const [from, to] = [join(folder, 'short'), join(folder, 'long')];
  await run('--out', from, '--condition', 'sinus-rhythm', '--duration', '10s');
  await run('--out', from, '--condition', 'sinus-tachycardia', '--duration', '1s');
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const { out } = await run('--from', from, '--out', to, '--duration', '45s');
  expect(said.mock.calls.join('')).toMatch(/sinus-tachycardia: \d whole beats \(at least 4 are needed to repeat it\)/);
  said.mockRestore();
  expect(process.exitCode).toBe(1);
  process.exitCode = 0;
  expect(out).toMatch(/1 of 2 recordings repeated/);
  const record = await readRecord(join(to, 'sinus-rhythm'));
  expect(record).toMatchObject({ rateHz: 500, samples: 22_500, simulated: true, warnings: [] });
  expect(record.comments).toContain('Made of: sinus-rhythm, repeated with wander and noise');
});

it.each([
  [['--condition', 'plague'], /no condition "plague"/],
  [['--beds', '3', '--condition', 'sinus-rhythm'], /--beds together/],
  [['--from', import.meta.dirname, '--rate', '250'], /--from together with --rate/],
  [['--duration', 'long'], /a time is a number/],
  [['--duration', '90h'], /at most/],
  [['--rate', '20'], /rate is a number from 100 to 1000/],
  [['--profile', '/nowhere.json'], /nowhere.json: cannot be read: ENOENT/],
  [['--out', import.meta.filename], /command.test.ts: EEXIST/],
])('%j is refused in one line', async (args, text) => {
  const { error } = await run('--out', join(folder, 'none'), ...args);
  expect(error).toMatch(text);
  expect(error.trim().split('\n').length).toBe(1);
});
