/** `evaluate encoder` as a researcher runs it: on a labelled folder, with heads or prompts, against another model, with a page to look at. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-evaluate-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const data = join(work, 'ward');
const CODES: Readonly<Record<string, string>> = { 'sinus-rhythm': "{'NORM': 100.0, 'SR': 0.0}", 'atrial-fibrillation': "{'AFIB': 100.0}", 'left-bundle-branch-block': "{'CLBBB': 100.0}", 'anterior-stemi': "{'AMI': 15.0}" };

const evaluate = (...args: string[]) => purkinje(['evaluate', 'encoder', '--data', data, ...args]);
const lines = (file: string): any[] => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

beforeAll(async () => {
  ensureBuilt();
  const rows = ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr'];
  for (const seed of ['1', '2', '3']) {
    const folder = join(work, `seed-${seed}`);
    expect((await purkinje(['simulate', '--out', folder, '--duration', '25s', '--rate', '100', '--seed', seed])).code).toBe(0);
    for (const [condition, codes] of Object.entries(CODES)) {
      const stem = `${condition}-${seed}`;
      for (const ending of ['hea', 'dat']) {
        const text = readFileSync(join(folder, `${condition}.${ending}`));
        if (ending === 'dat') copyFileSync(join(folder, `${condition}.dat`), join(mkdirOf(data), `${stem}.dat`));
        else writeFileSync(join(mkdirOf(data), `${stem}.hea`), text.toString().replaceAll(condition, stem));
      }
      rows.push(`${rows.length},${seed},61,1,"${codes}",9,records100/${stem}`);
    }
  }
  // A record whose signal file is gone, and one that nobody labelled.
  writeFileSync(join(data, 'lost.hea'), 'lost 1 100 1000\nlost.dat 16 200/mV 16 0 0 0 0 II\n');
  rows.push(`${rows.length},9,300,0,"{'NORM': 100.0}",9,records100/lost`);
  writeFileSync(join(data, 'nobody.hea'), 'nobody 1 100 1000\nlost.dat 16 200/mV 16 0 0 0 0 II\n');
  writeFileSync(join(data, 'ptbxl_database.csv'), `${rows.join('\n')}\n`);
}, 120_000);

function mkdirOf(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

describe('evaluate encoder', () => {
  test('has figures of targets, superclasses and statements, and a line for every record', { timeout: 60_000 }, async () => {
    const file = join(work, 'predictions.jsonl');
    const { code, out, err } = await evaluate('--json', '--predictions', file);
    // Figures of what could be read; what could not be is reported, and the end is no success.
    expect([code, err]).toEqual([1, `${join(data, 'lost.dat')}: no such file (header and signal files lie side by side)\n`]);
    const figures = JSON.parse(out);
    expect(figures).toMatchObject({ dataset: 'ward', n: 12, failed: 1, scoredBy: 'heads' });
    expect(Object.keys(figures.superclasses)).toEqual(['NORM', 'MI', 'STTC', 'CD', 'HYP', 'macro']);
    expect(figures.superclasses.NORM).toMatchObject({ nPos: 3, auroc: expect.any(Number), auprc: expect.any(Number) });
    expect(figures.superclasses.HYP).toMatchObject({ nPos: 0, auroc: null });
    expect(figures.superclasses.macro.labels).toBe(3);
    const fibrillation = figures.targets.find(({ id }: any) => id === 'atrial-fibrillation');
    expect(fibrillation).toMatchObject({ n: 12, nPos: 3, prevalence: 0.25, auroc: 1, auprc: 1, lift: 4 });
    const reported = lines(file);
    expect(reported.map(({ record }) => record).sort()).toEqual(['lost', ...Object.keys(CODES).flatMap((condition) => ['1', '2', '3'].map((seed) => `${condition}-${seed}`))].sort());
    const { reason, ...lost } = reported.find(({ record }) => record === 'lost');
    expect([lost, reason]).toEqual([{ record: 'lost' }, expect.stringContaining('no such file')]);
    const [scored] = reported.filter(({ record }) => record === 'atrial-fibrillation-1');
    expect(Object.keys(scored.statements)).toHaveLength(71);
    expect(Object.keys(scored.superclasses)).toEqual(['NORM', 'MI', 'STTC', 'CD', 'HYP']);
    expect(Object.keys(scored.logits)).toEqual(Object.keys(scored.probabilities));
    expect(scored.statements.AFIB).toBeGreaterThan(0.5);
  });

  test('scores with prompts alone, and reports what wrong prompts would give', { timeout: 60_000 }, async () => {
    const { out } = await evaluate('--zero-shot', '--json');
    const figures = JSON.parse(out);
    expect(figures.scoredBy).toBe('prompts');
    expect(figures.shuffledPrompts.superclassMacro.auroc).toBeLessThan(figures.superclasses.macro.auroc);
  });

  test('against itself there is no difference; the page has its curves', { timeout: 60_000 }, async () => {
    const page = join(work, 'page.html');
    const { out } = await evaluate('--against', 'models/purkinje-s', '--html', page);
    expect(out).toContain('minus purkinje-s@');
    expect(out).toMatch(/target macro +\+0\.000 \(0\.000 to 0\.000\)/);
    expect(readFileSync(page, 'utf8')).toContain('Precision and recall');
  });

  test('in int8 it says so', { timeout: 60_000 }, async () => {
    expect(JSON.parse((await evaluate('--variant', 'int8', '--json')).out).model).toMatch(/int8/);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a folder without records', ['--data', work], /no labels for its records|no WFDB record/],
    ['a monitor without noise', ['--as-monitor'], /--noise DIR/],
    ['prompts of a model without text', ['--zero-shot', '--model', 'models/contracts/merl'], /without weights/],
  ])('reports %s in one line', { timeout: 30_000 }, async (_, args, message) => {
    const { code, err } = await evaluate(...args);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
