/** Figures of the grade against labels: by hand on a table, and through the program on records that it wrote itself. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GradedRecord, type GradedSegment, qualityFigures, qualityPrediction, Ranking } from '../../src/evaluate/index.js';
import { agreement } from '../../src/grade/index.js';
import { writeRecord } from '../../src/records/index.js';
import { purkinje } from '../cli/purkinje.js';
import { patientChunk } from '../grade/segment.js';

const segment = (score: number, more: Partial<GradedSegment> = {}): GradedSegment => ({ fromS: 0, score, acceptable: score >= 0.5, grade: score >= 0.5 ? 'good' : 'limited', reasons: [], ...more });
const labelled = (label: 'acceptable' | 'unacceptable', score: number): GradedRecord => ({ record: `r${score}`, set: 'cinc2011', segments: [segment(score)], label });

describe('AUROC', () => {
  test('is the chance that a positive is above a negative, ties half', () => {
    const one = fc.record({ score: fc.integer({ min: 0, max: 6 }), is: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 30 }), (all) => {
        const pairs = all.filter(({ is }) => is).flatMap((p) => all.filter(({ is }) => !is).map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)));
        fc.pre(pairs.length > 0);
        const expected = pairs.reduce<number>((sum, won) => sum + won, 0) / pairs.length;
        expect(new Ranking(all.map(({ score }) => score), all.map(({ is }) => is)).figures().auroc).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('figures', () => {
  test('positive is acceptable', () => {
    const figures = qualityFigures([labelled('acceptable', 0.9), labelled('acceptable', 0.8), labelled('acceptable', 0.3), labelled('unacceptable', 0.1), labelled('unacceptable', 0.6)]);
    expect(figures).toMatchObject({ n: 5, positive: 'acceptable', accuracy: 0.6, sensitivity: 2 / 3, specificity: 0.5, auroc: 5 / 6 });
  });
  test('a record that failed is a refused one, and has its line with a reason', () => {
    const failed: GradedRecord = { record: 'x', set: 'cinc2011', segments: [], failed: 'no such file', label: 'acceptable' };
    expect(qualityFigures([failed, labelled('unacceptable', 0.1)])).toMatchObject({ n: 2, accuracy: 0.5, sensitivity: 0, auroc: 0 });
    expect(qualityPrediction(failed)).toEqual({ record: 'x', set: 'cinc2011', reason: 'no such file' });
  });
  test('nothing labelled: null, not NaN', () => {
    expect(qualityFigures([])).toMatchObject({ n: 0, auroc: null, accuracy: null, sensitivity: null, specificity: null });
  });
  test('refused before true alarms, and everywhere else', () => {
    const ten = (refusedAt: number) => [270, 280, 290, 300].map((fromS) => segment(0.2, { fromS, grade: fromS === refusedAt ? 'unusable' : 'limited' }));
    const alarmed = (record: string, isTrue: boolean, refusedAt: number): GradedRecord => ({ record, set: 'cinc2015', segments: ten(refusedAt), alarm: { atS: 300, isTrue } });
    const { alarms, coverage } = qualityFigures([alarmed('a', true, 290), alarmed('b', true, 280), alarmed('c', false, 290)]);
    expect(alarms).toEqual({ beforeTrue: { segments: 2, refused: 1, share: 0.5 }, rest: { segments: 10, refused: 2, share: 0.2 }, ratio: 2.5 });
    expect(coverage.cinc2015).toMatchObject({ records: 3, segments: 12, notUnusable: 0.75, twelveLead: 0 });
  });
});

describe('limb electrodes beside an earlier recording of the patient', () => {
  const exchanges = (found: boolean) => ({ 'LA-LL': found });
  const beside = (compared: boolean, invented: boolean, found: boolean, righted: boolean) => ({ compared, invented, found: exchanges(found), righted: exchanges(righted) });
  const of = (...segments: readonly Partial<GradedSegment>[]) => qualityFigures([{ record: 'a', set: 'ludb', segments: segments.map((more) => segment(0.9, { exchangesFound: exchanges(false), ...more })) }]).coverage.ludb.limbLeads!;
  test('shares are of the pairs whose chest leads are the same', () => {
    const { sensitivity, beside: figures } = of({}, { beside: beside(true, false, true, false) }, { beside: beside(true, true, true, true), exchangesFound: exchanges(true) }, { beside: beside(false, false, false, false) }, { beside: beside(true, false, false, false) });
    expect(sensitivity).toEqual({ 'LA-LL': 1 / 5 });
    expect(figures).toEqual({ pairs: 4, compared: 3, specificity: 2 / 3, sensitivity: { 'LA-LL': 2 / 3 }, sensitivityAlone: { 'LA-LL': 1 / 3 }, specificityRighted: { 'LA-LL': 2 / 3 } });
  });
  test('without another recording of a patient there is none', () => expect(of({})).not.toHaveProperty('beside'));
});

describe('two detectors', () => {
  test('agree within 150 ms; silence of both is no disagreement', () => {
    expect(agreement([], [], 500)).toBeUndefined();
    expect(agreement([100, 600, 1100], [120, 590, 1100], 500)).toBe(1);
    expect(agreement([100, 600], [], 500)).toBe(0);
    expect(agreement([100, 600, 1100], [100, 1100], 500)).toBeCloseTo(2 / 3);
    expect(agreement([100], [176], 500)).toBe(0);
  });
});

describe('evaluate quality', () => {
  const folder = mkdtempSync(join(tmpdir(), 'purkinje-quality-'));
  const data = join(folder, 'cinc2011');
  beforeAll(async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'labels.csv'), 'record,quality\n');
    for (const [name, quality, seed] of [['good', 'acceptable', 1], ['flat', 'unacceptable', 2], ['absent', 'unacceptable', 3]] as const) {
      const { blocks, rateHz } = await patientChunk({ condition: 'sinus-rhythm' }, seed);
      const counts = (lead: string, samples: Int16Array) => (name === 'flat' && lead === 'V2' ? new Int16Array(samples.length) : samples);
      await writeRecord(data, name, { rateHz, startMs: 0, leads: blocks.map(({ lead, samples, aduPerMv, offsetAdu }) => ({ name: lead, aduPerMv, offsetAdu, counts: counts(lead, samples as Int16Array) })) });
      appendFileSync(join(data, 'labels.csv'), `${name},${quality}\n`);
    }
    rmSync(join(data, 'absent.dat'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, path] of [['its own folder', data], ['the folder above', folder]] as const) {
    test(`from ${what}: figures and a line a record`, async () => {
      const predictions = join(folder, 'predictions.jsonl');
      const { code, lines, err } = await purkinje(['evaluate', 'quality', '--data', path, '--json', '--predictions', predictions]);
      expect(code).toBe(1);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ n: 3, auroc: 1, accuracy: 1, sensitivity: 1, specificity: 1, coverage: { cinc2011: { records: 3, failed: 1, segments: 2, twelveLead: 0.5, notUnusable: 1 } } });
      expect(err).toContain('absent.dat');
      const predicted = readFileSync(predictions, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
      expect(predicted.map(({ record }) => record)).toEqual(['absent', 'flat', 'good']);
      expect(predicted[0].reason).toContain('absent.dat');
      expect(predicted[1]).toMatchObject({ acceptable: false, grade: 'limited', reasons: ['flat'] });
      expect(predicted[2]).toMatchObject({ acceptable: true, grade: 'good', reasons: [] });
      expect(predicted[2].score).toBeGreaterThan(0.8);
    });
  }
  test('recordings of one patient, by the labels, are compared with each other and with no one else\'s', async () => {
    const patients = mkdtempSync(join(folder, 'patients-'));
    writeFileSync(join(patients, 'labels.csv'), 'record,patient\na1,a\na2,a\nb1,b\nc1,\nc2,\n');
    for (const [name, seed, index] of [['a1', 5, 0], ['a2', 5, 1], ['b1', 6, 0], ['c1', 7, 0], ['c2', 7, 1]] as const) {
      const { blocks, rateHz } = await patientChunk({ condition: 'sinus-rhythm' }, seed, index);
      await writeRecord(patients, name, { rateHz, startMs: 0, leads: blocks.map(({ lead, samples, aduPerMv, offsetAdu }) => ({ name: lead, aduPerMv, offsetAdu, counts: samples as Int16Array })) });
    }
    const { lines } = await purkinje(['evaluate', 'quality', '--data', patients, '--json']);
    const all = { 'LA-RA': 1, 'LA-LL': 1, 'RA-LL': 1 };
    expect(lines[0]).toMatchObject({ n: 0, coverage: { other: { records: 5, limbLeads: { specificity: 1, beside: { pairs: 1, compared: 1, specificity: 1, sensitivity: all, specificityRighted: all } } } } });
  });
  test('a folder without records is reported in one line', async () => {
    const { code, err } = await purkinje(['evaluate', 'quality', '--data', mkdtempSync(join(folder, 'empty-'))]);
    expect(code).toBe(2);
    expect(err).toContain('no WFDB record');
  });
});
