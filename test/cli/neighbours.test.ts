/** Neighbours and the space of embeddings as people ask for them: a reference set of their own, the one that ships, a report beside it, figures, a page. Invariants: I151, I153 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseReference } from '../../src/explain/index.js';
import { contractOf, ensureBuilt, MODEL } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-neighbours-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const data = join(work, 'ward');
const own = join(work, 'own.bin');
const CODES: Readonly<Record<string, string>> = { 'sinus-rhythm': "{'NORM': 100.0, 'SR': 0.0}", 'atrial-fibrillation': "{'AFIB': 100.0}", 'left-bundle-branch-block': "{'CLBBB': 100.0}", 'anterior-stemi': "{'AMI': 15.0}" };
const SEEDS = ['1', '2', '3', '4', '5', '6'];
const build = (out: string, ...args: string[]) => purkinje(['models', 'neighbours', 'build', '--data', data, '--name', 'simulated', '--out', out, ...args]);

beforeAll(async () => {
  ensureBuilt();
  mkdirSync(data, { recursive: true });
  const rows = ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr'];
  const reports = ['ecg_id,report'];
  for (const seed of SEEDS) {
    const folder = join(work, `seed-${seed}`);
    expect((await purkinje(['simulate', '--out', folder, '--duration', '12s', '--rate', '100', '--seed', seed])).code).toBe(0);
    for (const [condition, codes] of Object.entries(CODES)) {
      const stem = `${condition}-${seed}`;
      copyFileSync(join(folder, `${condition}.dat`), join(data, `${stem}.dat`));
      writeFileSync(join(data, `${stem}.hea`), readFileSync(join(folder, `${condition}.hea`), 'utf8').replaceAll(condition, stem));
      reports.push(`${rows.length},report of ${stem}`);
      // One patient has six recordings, the others one each.
      rows.push(`${rows.length},${condition === 'sinus-rhythm' ? 'one' : stem},61,1,"${codes}",9,records100/${stem}`);
    }
  }
  writeFileSync(join(data, 'ptbxl_database.csv'), `${rows.join('\n')}\n`);
  writeFileSync(join(work, 'reports.csv'), `${reports.join('\n')}\n`);
}, 180_000);

describe('a reference set of one’s own', () => {
  test('has one recording of each patient, its report where it was given, and a floor; the same bytes in every run', { timeout: 120_000 }, async () => {
    const { code, lines, err } = await build(own, '--reports', join(work, 'reports.csv'), '--licence', 'none');
    expect([code, err]).toEqual([0, '']);
    expect(lines[0]).toMatchObject({ rows: 19, leftOut: 0, reports: 19, floor: { chosenOn: expect.stringContaining('reversed in time') } });
    const parsed = parseReference(readFileSync(own));
    if (!parsed.ok) throw new Error('it is not read back');
    const { records, model, source } = parsed.value;
    expect(new Set(records.map(({ id }) => id)).size).toBe(19);
    expect(records.filter(({ id }) => id.startsWith('sinus-rhythm'))).toHaveLength(1);
    expect(records.every(({ id, report }) => report === `report of ${id}`)).toBe(true);
    expect(model.sha256).toBe(contractOf().model.sha256);
    expect(source).toMatchObject({ data: 'simulated', licence: 'none' });
    const again = join(work, 'again.bin');
    await build(again, '--reports', join(work, 'reports.csv'), '--licence', 'none');
    expect(readFileSync(again).equals(readFileSync(own))).toBe(true);
  });

  test('of another model’s weights is refused, and so is a file that is none', { timeout: 60_000 }, async () => {
    const bytes = readFileSync(own);
    const sha = bytes.indexOf(contractOf().model.sha256!);
    bytes.write('0', sha);
    const other = join(work, 'other.bin');
    writeFileSync(other, bytes);
    for (const [file, message] of [[other, /with other weights than/], [join(data, 'ptbxl_database.csv'), /no reference set/], [join(work, 'nowhere.bin'), /cannot be read/]] as const) {
      const { code, out, err } = await purkinje(['models', 'neighbours', 'nearest', '--record', join(data, 'sinus-rhythm-1'), '--neighbours', file]);
      expect([code === 0, out]).toEqual([false, '']);
      expect(err).toMatch(message);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });

  test('a recording finds its like', { timeout: 60_000 }, async () => {
    const { code, lines } = await purkinje(['models', 'neighbours', 'nearest', '--record', join(data, 'left-bundle-branch-block-1'), '--neighbours', own, '-k', '2', '--json']);
    expect(code).toBe(0);
    expect(lines[0].neighbours).toHaveLength(2);
    expect(lines[0].neighbours[0]).toMatchObject({ id: 'left-bundle-branch-block-1', statements: ['CLBBB'], similarity: expect.closeTo(1, 2) });
    expect(lines[0].neighbours[1]).toMatchObject({ id: expect.stringMatching(/^left-bundle-branch-block-[2-6]$/), statements: ['CLBBB'] });
  });

  test.each<[string, readonly string[], RegExp]>([
    ['too little room', ['--max-mb', '0.0001'], /not one recording fits/],
    ['a space that the model has not', ['--space', 'other'], /Allowed choices are scores, embedding/],
  ])('reports %s in one line', { timeout: 30_000 }, async (_, args, message) => {
    const { code, err } = await build(join(work, 'none.bin'), ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('the one that ships', () => {
  test('is of the model beside it, within 4 MB, one recording of each patient, and names its licence', () => {
    const file = join(MODEL, 'neighbours.bin');
    expect(statSync(file).size).toBeLessThanOrEqual(4e6);
    const parsed = parseReference(readFileSync(file));
    if (!parsed.ok) throw new Error('it is not read');
    const { model, records, source, floor } = parsed.value;
    expect(model.sha256).toBe(contractOf().model.sha256);
    expect(source).toMatchObject({ data: expect.stringContaining('PTB-XL'), licence: 'CC BY 4.0', citation: expect.stringContaining('Wagner') });
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    expect(floor.similarity).toBeGreaterThan(0.9);
  });

  test('stands beneath a report in text, JSON and HTML; a file of one’s own is not compared with by a monitor', { timeout: 120_000 }, async () => {
    const bed = join(data, 'atrial-fibrillation-2');
    const text = await purkinje(['report', bed, '--neighbours', own, '--lang', 'de']);
    expect(text.out).toContain('Am ähnlichsten unter beurteilten Aufzeichnungen');
    const json = await purkinje(['report', bed, '--neighbours', '--format', 'json']);
    expect(JSON.parse(json.out).neighbours).toMatchObject({ source: { licence: 'CC BY 4.0' }, model: expect.stringMatching(/^purkinje-s@/), isSufficient: expect.any(Boolean) });
    expect((await purkinje(['report', bed, '--neighbours', '--format', 'html'])).out).toContain('<h2>Most alike among labelled recordings</h2>');
    const { code, out, err } = await purkinje(['report', '0'.repeat(32), '--neighbours', own]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/--neighbours: a file is of recordings/);
    expect(JSON.parse((await purkinje(['report', bed, '--format', 'json'])).out).neighbours).toBeUndefined();
  });

  test('of a segment without signal the evidence is insufficient', { timeout: 60_000 }, async () => {
    const leads = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
    writeFileSync(join(work, 'flat.hea'), `flat 8 100 1000\n${leads.map((lead) => `flat.dat 16 200/mV 16 0 0 0 0 ${lead}`).join('\n')}\n`);
    writeFileSync(join(work, 'flat.dat'), Buffer.alloc(8 * 1000 * 2));
    const { code, out } = await purkinje(['models', 'neighbours', 'nearest', '--record', join(work, 'flat')]);
    expect(code).toBe(0);
    expect(out).toContain('Insufficient evidence');
  });
});

test('evaluate neighbours: agreement beside chance, each kind of distractor', { timeout: 180_000 }, async () => {
  const { code, out } = await purkinje(['evaluate', 'neighbours', '--data', data, '--neighbours', own, '--json']);
  expect(code).toBe(0);
  const { agreement, distractors, refused } = JSON.parse(out);
  expect(agreement).toMatchObject({ records: 24 });
  expect(agreement.jaccard).toBeGreaterThan(agreement.chance + 0.2);
  expect(distractors).toHaveLength(12);
  for (const { n, refused: own_, refusedOrUnusable } of distractors) expect([n, own_ <= refusedOrUnusable]).toEqual([24, true]);
  expect(refused.chosenOn.orUnusable).toBeGreaterThanOrEqual(refused.chosenOn.byFloor);
});

test('evaluate representation: figures beside the random twin, against a model, a page without script', { timeout: 300_000 }, async () => {
  const page = join(work, 'space.html');
  const { code, out } = await purkinje(['evaluate', 'representation', '--data', data, '--against', MODEL, '--html', page, '--json']);
  expect(code).toBe(0);
  const { records, space, randomTwin, cka, against } = JSON.parse(out);
  expect(records).toBe(24);
  expect(cka.against).toBeCloseTo(1, 6);
  expect(cka.randomTwin).toBeLessThan(1);
  expect(against.space).toEqual(space);
  expect(space.alignment.statements).toBeLessThan(space.alignment.patients);
  expect(randomTwin.uniformity).not.toBe(space.uniformity);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain("default-src 'none'");
  expect(html).not.toContain('<script');
  expect(html.match(/<circle cx="[\d.]+" cy="[\d.]+" r="1.6"/g)).toHaveLength(3 * 24);
  await purkinje(['evaluate', 'representation', '--data', data, '--against', MODEL, '--html', `${page}2`]);
  expect(readFileSync(`${page}2`, 'utf8')).toBe(html);
});

describe('evaluate drift', () => {
  const folder = join(work, 'drift');
  const BROAD = /bundle-branch|stemi|complete-av|preexcitation|paced|bigeminy|tachycardia$/;
  const drift = (...args: string[]) => purkinje(['evaluate', 'drift', '--data', folder, ...args]);

  beforeAll(() => {
    mkdirSync(folder);
    const rows = ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr'];
    for (const seed of SEEDS) {
      const from = join(work, `seed-${seed}`);
      for (const condition of readdirSync(from).filter((name) => name.endsWith('.hea')).map((name) => name.replace('.hea', ''))) {
        const stem = `${condition}-${seed}`;
        copyFileSync(join(from, `${condition}.dat`), join(folder, `${stem}.dat`));
        writeFileSync(join(folder, `${stem}.hea`), readFileSync(join(from, `${condition}.hea`), 'utf8').replaceAll(condition, stem));
        rows.push(`${rows.length},${stem},61,1,"${BROAD.test(condition) ? "{'CLBBB': 100.0}" : "{'NORM': 100.0}"}",9,records100/${stem}`);
      }
    }
    writeFileSync(join(folder, 'ptbxl_database.csv'), `${rows.join('\n')}\n`);
  });

  test('from recordings to figures: more windows are noticed where more are abnormal; the same in every run', { timeout: 180_000 }, async () => {
    const { code, err, lines: [figures] } = await drift('--window', '15', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(figures).toMatchObject({ datasets: ['drift'], model: expect.stringMatching(/^purkinje-s@/), records: 6 * 23, window: 15, windows: 300, warnings: [] });
    expect(figures.abnormalThen / figures.abnormal).toBeCloseTo(1.3, 12);
    expect(figures.falseAlarms).toBeLessThan(0.15);
    expect(figures.power).toBeGreaterThan(figures.falseAlarms);
    expect((await drift('--window', '15')).out).toBe(`300 simulated windows of 15 segments each, against a reference of about ${figures.reference}\nof windows as they were (${(100 * figures.abnormal).toFixed(1)}% abnormal) ${(100 * figures.falseAlarms).toFixed(1)}% are said to have drifted\nof windows with ${(100 * figures.abnormalThen).toFixed(1)}% abnormal ${(100 * figures.power).toFixed(1)}% are\n`);
  });

  test('with too few for a window it says so in one line', { timeout: 60_000 }, async () => {
    const { code, out, err } = await drift('--window', '600');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^purkinje: .*: give more recordings with --data, or a smaller --window\n$/);
  });
});
