/** `purkinje evaluate beats` on recordings with marks: what it prints and what it writes agree; and on real recordings it stays as good as it was. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord, writeAnnotations, writeRecord } from '../../src/records/index.js';
import { createPatient, readProfile } from '../../src/simulate/index.js';
import { purkinje } from './purkinje.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'purkinje-evaluate-'));
  const patient = createPatient({ condition: 'sinus-rhythm', rateHz: 360, noise: 0.3 }, 4, await readProfile());
  const samples = 60 * 360;
  const { mv } = patient.render(0, samples);
  const counts = (row: Float32Array) => Int16Array.from(row, (value) => Math.round(value * 200));
  await writeRecord(join(folder, 'set'), 'a', {
    rateHz: 360, startMs: 0,
    leads: [{ name: 'MLII', aduPerMv: 200, offsetAdu: 0, counts: counts(mv[1]) }, { name: 'V1', aduPerMv: 200, offsetAdu: 0, counts: counts(mv[6]) }],
  });
  await writeAnnotations(join(folder, 'set'), 'a', patient.truth(0, 60).beats.map(({ qrs }) => ({ sample: Math.round(qrs.peakS * 360), symbol: 'N' })));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluate beats', () => {
  it('of the same recording in another format has the same figures: its marks lie beside it under its name', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'purkinje-evaluate-formats-'));
    for (const format of ['edf', 'csv']) {
      const to = join(elsewhere, format);
      if (format === 'edf') expect((await purkinje(['convert', join(folder, 'set'), '--to', 'edf', '--out', to])).code).toBe(0);
      else {
        await mkdir(to);
        const { leads, samples } = await readRecord(join(folder, 'set/a'));
        const rows = Array.from({ length: samples }, (_, i) => leads.map(({ counts }) => counts[i]).join(';'));
        await writeFile(join(to, 'a.csv'), ['# rateHz: 360', '# aduPerMv: 200', '# delimiter: ";"', 'MLII;V1', ...rows, ''].join('\n'));
      }
      await copyFile(join(folder, 'set/a.atr'), join(to, 'a.atr'));
      const figures = async (data: string) => {
        const { code, lines: [{ stream, bestLead, qrs, records, failed }] } = await purkinje(['evaluate', 'beats', '--data', data, '--json']);
        return { code, stream, bestLead, qrs, records, failed };
      };
      const own = await figures(to);
      expect(own).toEqual(await figures(join(folder, 'set')));
      expect(own).toMatchObject({ code: 0, failed: [], stream: { tp: expect.any(Number) } });
      expect(own.stream.tp).toBeGreaterThan(50);
    }
    await rm(elsewhere, { recursive: true });
  }, 60_000);

  it('prints JSON figures, and writes a line a record and lead, for all leads, and for the stream', async () => {
    const file = join(folder, 'found.jsonl');
    const { code, lines } = await purkinje(['evaluate', 'beats', '--data', folder, '--json', '--predictions', file]);
    expect(code).toBe(0);
    const [report] = lines;
    expect(report.stream.se).toBeGreaterThan(98);
    expect(report.stream.ppv).toBeGreaterThan(98);
    expect(report.qrs.se).toBeGreaterThan(98);
    expect(report.qrs.ppv).toBeGreaterThan(98);
    const written = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
    const byLead = new Map(written.map((line) => [line.lead, line]));
    expect(written.map(({ record }) => record)).toEqual(['a', 'a', 'a', 'a']);
    expect([...byLead.keys()].sort()).toEqual(['MLII', 'V1', 'global', 'stream']);
    expect(byLead.get('MLII').rpeaks.length).toBe(report.qrs.tp + report.qrs.fp);
    expect(byLead.get('stream').kinds.length).toBe(report.stream.tp + report.stream.fp);
    expect(byLead.get('stream').numbers[0].length).toBe(byLead.get('stream').evidence.length);
    for (const { onset, peak, offset } of byLead.get('global').waves) expect(onset <= peak && peak <= offset).toBe(true);
  });
  it('a record that cannot be read has its line, with the reason, and the rest is evaluated', async () => {
    await writeFile(join(folder, 'set', 'broken.hea'), 'broken 1 360 1000\nbroken.dat 16 200 16 0 0 0 0 MLII\n');
    const file = join(folder, 'found.jsonl');
    const { code, err } = await purkinje(['evaluate', 'beats', '--data', folder, '--json', '--predictions', file]);
    await rm(join(folder, 'set', 'broken.hea'));
    expect(code).toBe(1);
    expect(err).toContain('broken.dat');
    const written = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
    expect(written.find(({ record }) => record === 'broken').reason).toContain('broken.dat');
    expect(written.filter(({ record }) => record === 'a').length).toBe(4);
  });
});

const real = process.env.PURKINJE_ECG_DIR ?? '';
if (real === '') console.warn('SKIPPED: figures on real recordings (set PURKINJE_ECG_DIR)');

/** Floors, not figures: those stand in docs/signal.md. */
describe.skipIf(real === '' || !existsSync(join(real, 'mitdb')))('on real recordings', () => {
  const evaluated = async (set: string) => (await purkinje(['evaluate', 'beats', '--data', join(real, set), '--json'])).lines[0];
  it('beats of mitdb', { timeout: 240_000 }, async () => {
    const { stream, qrs, records } = await evaluated('mitdb');
    for (const { se, ppv } of [stream, qrs]) {
      expect(se).toBeGreaterThan(99.7);
      expect(ppv).toBeGreaterThan(99.8);
    }
    for (const { record, tp, fn, fp, bestLead } of records) {
      expect(Math.min(tp / (tp + fn), tp / (tp + fp)), record).toBeGreaterThan(0.98);
      // A noisy lead spoils no clean one: half a hundredth, a few beats.
      expect(fn + fp - bestLead.fn - bestLead.fp, record).toBeLessThan(0.005 * (tp + fn));
    }
  });
  it('boundaries of ludb', { timeout: 240_000 }, async () => {
    const { boundaries, waves } = await evaluated('ludb');
    const sd = (wave: string, edge: string) => boundaries.find((one: any) => one.wave === wave && one.edge === edge && one.scope === 'global').sdMs;
    expect(sd('P', 'onset')).toBeLessThan(8);
    expect(sd('P', 'offset')).toBeLessThan(9);
    expect(sd('QRS', 'onset')).toBeLessThan(6.5);
    expect(sd('QRS', 'offset')).toBeLessThan(9);
    expect(sd('T', 'offset')).toBeLessThan(15);
    for (const [wave, least] of [['P', 97], ['QRS', 99.8], ['T', 98]] as const) {
      const { se, ppv } = waves.find((one: any) => one.wave === wave && one.scope === 'leads');
      expect(Math.min(se, ppv), wave).toBeGreaterThan(least);
    }
  });
});
