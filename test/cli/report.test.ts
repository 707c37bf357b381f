/** `report` and `evaluate report` as people run them: every format, an earlier tracing, what cannot be read, figures against labels and written reports. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-report-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const beds = join(work, 'beds');
const bed = (name: string) => join(beds, name);

beforeAll(async () => {
  ensureBuilt();
  expect((await purkinje(['simulate', '--out', beds, '--duration', '25s', '--rate', '250', '--seed', '3'])).code).toBe(0);
}, 120_000);

describe('report', () => {
  test('is text for a terminal, with reasons, and says that it is simulated and for research', async () => {
    const { code, out, err } = await purkinje(['report', bed('left-bundle-branch-block')]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('For research: drafted by rules and a model, confirmed by nobody; not for diagnosis or treatment.');
    expect(out).toMatch(/Complete left bundle branch block \(score [\d.]+, threshold [\d.]+\)\.\n {6}score CLBBB [\d.]+ at [\d.]+ \(internal, purkinje-s@[\d.]+\)/);
    expect(out).toContain('SIMULATED: nobody’s ECG.');
  });

  test('is JSON in which every sentence has its reasons; at a time it is of that segment', async () => {
    const { code, out } = await purkinje(['report', bed('atrial-fibrillation'), '--at', '12s', '--format', 'json', '--lang', 'de']);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ language: 'de', segment: 'atrial-fibrillation/1/2500', simulated: true });
    expect(report.line).toContain('vorhofflimmern');
    for (const { sentences } of report.sections) for (const { because } of sentences) expect(because.length).toBeGreaterThan(0);
  });

  test('is a page, or a PDF', async () => {
    expect((await purkinje(['report', bed('sinus-rhythm'), '--format', 'html'])).out).toMatch(/^<!doctype html>[^]*<svg [^]*<\/html>\n$/);
    expect(spawnSync(process.execPath, [join(import.meta.dirname, '../../dist/cli/main.js'), 'report', bed('sinus-rhythm'), '--format', 'pdf']).stdout.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('compares with an earlier tracing, and not with one of another patient', async () => {
    const { out } = await purkinje(['report', bed('left-bundle-branch-block'), '--earlier', bed('sinus-rhythm'), '--format', 'json']);
    expect(JSON.stringify(JSON.parse(out).sections)).toContain('New since the earlier tracing: Complete left bundle branch block');
    for (const [name, sex] of [['a', 'Female'], ['b', 'Male']]) writeFileSync(`${bed(name)}.hea`, readFileSync(`${bed('sinus-rhythm')}.hea`, 'utf8').replace(/^sinus-rhythm /, `${name} `).replace(/#\s*Sex:.*\n/i, '') + `# Sex: ${sex}\n`);
    const refused = await purkinje(['report', bed('a'), '--earlier', bed('b')]);
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('the recordings are of two patients');
  });

  test.each([
    [['nowhere'], /nowhere\.hea: no such file/, 1],
    [['sinus-rhythm', '--at', '90s'], /--at 90s is not in it: its segments reach from 0 to 20s/, 2],
    [['sinus-rhythm', '--lang', 'fr'], /Allowed choices are en, de/, 2],
    [['sinus-rhythm', '--format', 'docx'], /Allowed choices are text, json, html, pdf/, 2],
  ])('%j: one line that says what is wrong', async ([name, ...options], message, expected) => {
    const { code, out, err } = await purkinje(['report', bed(name), ...options]);
    expect([code, out]).toEqual([expected, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
  });
});

describe('evaluate report', () => {
  const data = join(work, 'labelled');
  const CODES = { 'sinus-rhythm': "{'NORM': 100.0, 'SR': 0.0}", 'atrial-fibrillation': "{'AFIB': 100.0}", 'left-bundle-branch-block': "{'CLBBB': 100.0, 'SR': 0.0}" };

  beforeAll(() => {
    mkdirSync(data);
    const rows = ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr'];
    for (const [i, [name, codes]] of Object.entries(CODES).entries()) {
      for (const ending of ['hea', 'dat']) writeFileSync(join(data, `${name}.${ending}`), readFileSync(`${bed(name)}.${ending}`));
      rows.push(`${i + 1},${i},61,1,"${codes}",9,records100/${name}`);
    }
    writeFileSync(join(data, 'lost.hea'), 'lost 1 100 1000\nlost.dat 16 200/mV 16 0 0 0 0 II\n');
    rows.push(`9,9,61,0,"{'NORM': 100.0}",9,records100/lost`);
    writeFileSync(join(data, 'ptbxl_database.csv'), `${rows.join('\n')}\n`);
    writeFileSync(join(work, 'reports.csv'), 'ecg_id,report\n1,sinusrhythmus normales ekg\n2,"Vorhofflimmern/-flattern, linkstyp"\n9,trace only requested.\n');
  });

  test('has findings by group, numbers, what was invented, and the line against what was written; a line for every record', async () => {
    const predictions = join(work, 'reports.jsonl');
    const { code, out, err } = await purkinje(['evaluate', 'report', '--data', data, '--reports', join(work, 'reports.csv'), '--json', '--predictions', predictions]);
    expect([code, err]).toEqual([1, `${join(data, 'lost.dat')}: no such file (header and signal files lie side by side)\n`]);
    const figures = JSON.parse(out);
    expect(figures).toMatchObject({ dataset: 'labelled', records: 3, failed: 1, invented: { findings: 0, numbers: 0 }, text: { references: 2, bleu4: expect.any(Number), rougeL: expect.any(Number) }, textByLanguage: { de: { references: 2 }, en: { references: 2 } } });
    expect(figures.numbers.said).toBeGreaterThan(30);
    expect(figures.numbers.share).toBe(1);
    expect(figures.findings.rhythm.micro.recall).toBe(1);
    expect(figures.findings.diagnostic.byStatement.CLBBB).toMatchObject({ tp: 1, fp: 0, fn: 0, f1: 1 });
    const lines = readFileSync(predictions, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    expect(lines.map(({ record }) => record).sort()).toEqual([...Object.keys(CODES), 'lost'].sort());
    expect(lines.find(({ record }) => record === 'lost').reason).toMatch(/lost\.dat/);
    expect(lines.find(({ record }) => record === 'atrial-fibrillation')).toMatchObject({ grade: 'good', said: expect.arrayContaining(['AFIB']), scores: { AFIB: expect.any(Number) }, written: 'Vorhofflimmern/-flattern, linkstyp', ungrounded: [] });
  });

  test('says that no report was written, and refuses a table that is none', async () => {
    expect((await purkinje(['evaluate', 'report', '--data', data])).out).toContain('no report was written of any of the records');
    const refused = await purkinje(['evaluate', 'report', '--data', data, '--reports', join(data, 'ptbxl_database.csv')]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/no table of reports/)]);
  });
});
