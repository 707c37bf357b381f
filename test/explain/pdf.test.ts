/** The report on paper: the strip true to scale, every sentence, on as many pages as it takes. */
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { reportPdf } from '../../src/adapters/pdf/index.js';
import { LEADS, type Physical } from '../../src/ecg/index.js';
import { neighboursView, neighboursWorded, reportOf, stripOf } from '../../src/explain/index.js';
import { factsWith, score } from './facts.js';

const POINTS_PER_MM = 72 / 25.4;
const rateHz = 250;
/** A beat of 1 mV at the beginning of every second. */
const physical: Physical = { rateHz, samples: 10 * rateHz, rows: LEADS.map((lead) => ({ lead, origin: 'measured', mv: Float32Array.from({ length: 10 * rateHz }, (_, i) => (i % rateHz === 0 ? 1 : 0)), gaps: [] })) };

/** Content of each page, as the PDF has it. */
function contents(pdf: Uint8Array): readonly string[] {
  const bytes = Buffer.from(pdf);
  return [...bytes.toString('latin1').matchAll(/stream\r?\n/g)].flatMap(({ index, 0: word }) => {
    const from = index + word.length;
    try {
      return [inflateSync(bytes.subarray(from, bytes.indexOf('endstream', from))).toString('latin1')];
    } catch {
      return [];
    }
  });
}

/** Texts of a page: hexadecimal strings of the built-in fonts. */
const textsIn = (content: string): string => [...content.matchAll(/<([0-9a-f]+)>/g)].map(([, hex]) => Buffer.from(hex, 'hex').toString('latin1')).join('');

test('a second is 25 mm and a millivolt 10 mm, to half a percent', async () => {
  const pdf = await reportPdf({ report: reportOf({ now: factsWith([score('SR', 0.9)]) }, 'en'), strip: stripOf(physical), at: 'a time' });
  const content = contents(pdf).find((one) => one.includes(' l\n'))!;
  // Everything is drawn in one scale.
  const [scale] = [...content.matchAll(/^([\d.]+) 0 0 ([\d.]+) 0 0 cm$/gm)].map(([, x, y]) => [Number(x), Number(y)]);
  expect(scale[0] / POINTS_PER_MM).toBeCloseTo(1, 4);
  expect(scale[1] / POINTS_PER_MM).toBeCloseTo(1, 4);
  const runs = content.split(/(?<=\n)S\n/).map((path) => [...path.matchAll(/^(-?[\d.]+) (-?[\d.]+) [ml]$/gm)].map(([, x, y]) => [Number(x), Number(y)]));
  const rhythm = runs.find((run) => run.length === 10 * rateHz)!;
  const baseline = Math.max(...rhythm.map(([, y]) => y));
  const peaks = rhythm.filter(([, y]) => y < baseline - 1);
  expect(peaks).toHaveLength(10);
  for (let i = 1; i < peaks.length; i++) expect(Math.abs((peaks[i][0] - peaks[i - 1][0]) / 25 - 1)).toBeLessThan(0.005);
  expect(Math.abs((baseline - peaks[0][1]) / 10 - 1)).toBeLessThan(0.005);
});

test('every sentence is on it, in German with its letters, over pages', async () => {
  const report = reportOf({ now: factsWith([score('SR', 0.9), score('LAFB', 0.9), ...['IMI', 'ASMI', 'LVH', 'NDT', 'ABQRS', 'PVC'].map((id) => score(id, 0.8))], { measurements: { beats: [], voltages: [], st: [], axisDeg: -52, prMs: 180 } }) }, 'de');
  const pages = contents(await reportPdf({ report, strip: stripOf(physical), at: 'eine Zeit' }));
  const text = pages.map(textsIn).join('').replaceAll(/\s/g, '');
  expect(pages.filter((page) => textsIn(page) !== '').length).toBeGreaterThan(1);
  for (const { sentences } of report.sections) for (const sentence of sentences) expect(text).toContain(sentence.text.replaceAll('−', '\x96').replaceAll(/\s/g, ''));
});

test('neighbours stand beneath the sentences, with their source; where none is shown, why', async () => {
  const report = reportOf({ now: factsWith([score('SR', 0.9)]) }, 'en');
  const set = { source: { data: 'Ours', rule: 'all', licence: 'CC0' }, model: { name: 'm', version: '1', sha256: '' } };
  const on = async (compared: Parameters<typeof neighboursView>[0]) => contents(await reportPdf({ report, strip: undefined, at: 'a time', beneath: neighboursWorded(neighboursView(compared, set), 'en') })).map(textsIn).join('');
  const found = { neighbours: [{ id: 'r1', statements: ['AFIB'], report: 'as written', similarity: 0.98 }], similarity: 0.97, floor: 0.9, isSufficient: true };
  const text = await on(found);
  for (const words of ['Most alike among labelled recordings', 'is no finding of this one', 'r1: Atrial fibrillation', 'as written', 'Ours. CC0']) expect(text.replaceAll(/\s/g, '')).toContain(words.replaceAll(/\s/g, ''));
  const none = (await on('away')).replaceAll(/\s/g, '');
  expect(none).toContain('doesnotanswernow');
  expect(none).not.toContain('Ours');
});
