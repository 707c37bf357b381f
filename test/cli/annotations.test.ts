/** `replay --annotations`: what becomes of recordings as WFDB annotations in their own samples, read again by `evaluate beats`. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAnnotations, writeAnnotations, writeRecord } from '../../src/records/index.js';
import { createPatient, type PatientSpec, readProfile } from '../../src/simulate/index.js';
import { purkinje } from './purkinje.js';

const RATE = 250;
let folder: string;
let out: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'purkinje-annotations-'));
  out = join(folder, 'out');
});
afterAll(() => rm(folder, { recursive: true }));

const NO_SAMPLE = -32_768;

/** A recording with the truth of its beats beside it. `hole`: seconds without a sample. */
async function recorded(name: string, spec: PatientSpec, seconds: number, hole?: readonly [number, number]): Promise<void> {
  const patient = createPatient({ rateHz: RATE, noise: 0, ...spec }, 7, await readProfile());
  const { mv } = patient.render(0, seconds * RATE);
  const isMissing = (i: number) => hole !== undefined && i >= hole[0] * RATE && i < hole[1] * RATE;
  const leads = ['I', 'II', 'V1', 'V5'].map((lead, k) => ({ name: lead, aduPerMv: 1000, offsetAdu: 0, counts: Int16Array.from(mv[[0, 1, 6, 10][k]], (value, i) => (isMissing(i) ? NO_SAMPLE : Math.round(value * 1000))) }));
  await writeRecord(join(folder, 'set'), name, { rateHz: RATE, startMs: 0, leads });
  const kinds = { conducted: 'N', ectopic: 'V', escape: 'V', paced: '/' } as const;
  await writeAnnotations(join(folder, 'set'), name, patient.truth(0, seconds).beats.map(({ qrs, kind }) => ({ sample: Math.round(qrs.peakS * RATE), symbol: kinds[kind] })));
}

test('beats with their kinds, bigeminy and runs by the rules, holes by their quality; and evaluate reads the same figures from the files as from the stream', { timeout: 180_000 }, async () => {
  await recorded('bigeminy', { condition: 'ventricular-bigeminy', onsetS: 20 }, 90);
  await recorded('runs', { condition: 'ventricular-tachycardia', onsetS: 30 }, 120);
  await recorded('hole', { condition: 'sinus-rhythm' }, 90, [31, 55]);
  const { code, lines } = await purkinje(['replay', '--direct', '--json', '--annotations', out, join(folder, 'set')]);
  expect(code).toBe(0);
  const [summary] = lines.slice(-1);
  expect(summary.annotations.map(({ record }: { record: string }) => record).sort()).toEqual(['bigeminy', 'hole', 'runs']);
  const read = async (name: string) => (await readAnnotations(join(out, name), 'pkj')).annotations;
  const rhythms = async (name: string) => (await read(name)).filter(({ symbol }) => symbol === '+').map(({ aux }) => aux);

  const bigeminy = await read('bigeminy');
  expect((await rhythms('bigeminy')).slice(0, 2)).toEqual(['(N', '(B']);
  // It begins with the first of the groups that the rule counts.
  const began = bigeminy.find(({ aux }) => aux === '(B')!.sample / RATE;
  expect(began).toBeGreaterThan(18);
  expect(began).toBeLessThan(24);
  expect(bigeminy.filter(({ symbol }) => symbol === 'V').length).toBeGreaterThan(25);
  expect(await rhythms('runs')).toContain('(VT');
  // After each run the rhythm is what no rule states otherwise.
  expect((await rhythms('runs')).filter((aux, i, all) => aux === all[i - 1])).toEqual([]);

  const hole = await read('hole');
  const quality = hole.filter(({ symbol }) => symbol === '~');
  const [lost] = quality.filter(({ subtype }) => subtype === -1);
  // The segment in which it begins has too little signal.
  expect(lost.sample / RATE).toBe(30);
  expect(hole.filter(({ sample, symbol }) => 'NSVFQ'.includes(symbol) && sample > 31.2 * RATE && sample < 54.8 * RATE)).toEqual([]);
  // Nothing is known of the rhythm within: it is stated again behind it.
  expect(await rhythms('hole')).toEqual(['(N', '(N']);

  const figures = async (...more: string[]) => (await purkinje(['evaluate', 'beats', '--json', '--data', join(folder, 'set'), ...more])).lines[0];
  const [stream, files] = [await figures(), await figures('--annotations', out)];
  expect(stream.kinds.v.se).toBeGreaterThan(80);
  expect([files.stream, files.kinds]).toEqual([stream.stream, stream.kinds]);
});

test('`segments` writes the kinds of its beats, each beat once: the same as the files have', { timeout: 180_000 }, async () => {
  const where = join(folder, 'segments');
  expect((await purkinje(['segments', join(folder, 'set', 'bigeminy'), '--out', where])).code).toBe(0);
  const described = await Promise.all((await readdir(where)).filter((file) => file.endsWith('.json')).map(async (file) => JSON.parse(await readFile(join(where, file), 'utf8'))));
  const beats = described.flatMap(({ firstSample, measurements, kinds }) => measurements.beats.map((beat: number, i: number) => [Math.max(0, firstSample + beat), kinds[i].kind]));
  const { annotations } = await readAnnotations(join(out, 'bigeminy'), 'pkj');
  expect(beats.sort(([a], [b]) => a - b)).toEqual(annotations.filter(({ symbol }) => !'+~'.includes(symbol)).map(({ sample, symbol }) => [sample, symbol]));
});

test('without any usable signal the file is there, has no beat and says unreadable; without a lead it is empty and valid', { timeout: 180_000 }, async () => {
  const flat = new Int16Array(30 * RATE);
  await writeRecord(join(folder, 'nothing'), 'flat', { rateHz: RATE, startMs: 0, leads: ['I', 'II', 'V1'].map((name) => ({ name, aduPerMv: 1000, offsetAdu: 0, counts: flat })) });
  await writeRecord(join(folder, 'nothing'), 'pressure', { rateHz: RATE, startMs: 0, leads: [{ name: 'ABP', aduPerMv: 1000, offsetAdu: 0, counts: flat }] });
  const { code, out: text } = await purkinje(['replay', '--direct', '--annotations', out, join(folder, 'nothing')]);
  expect(code).toBe(0);
  expect(text).toContain(`${join(out, 'flat.pkj')}: no beat was found`);
  expect(text).toContain(`${join(out, 'pressure.pkj')}: no beat was found`);
  expect((await readAnnotations(join(out, 'flat'), 'pkj')).annotations).toMatchObject([{ sample: 0, symbol: '~', subtype: -1, aux: 'unusable' }]);
  expect((await readAnnotations(join(out, 'pressure'), 'pkj')).annotations).toEqual([]);
});

test('recordings below a folder keep their places; a second replay writes the same bytes', { timeout: 180_000 }, async () => {
  const again = [join(folder, 'first'), join(folder, 'second')];
  for (const dir of [...again, again[1]]) expect((await purkinje(['replay', '--direct', '--annotations', dir, folder])).code).toBe(0);
  expect(await readdir(join(again[0], 'set'))).toEqual(['bigeminy.pkj', 'hole.pkj', 'runs.pkj']);
  const bytes = (dir: string) => readFile(join(dir, 'runs.pkj'));
  expect(await bytes(join(again[1], 'set'))).toEqual(await bytes(join(again[0], 'set')));
  expect(await bytes(join(again[0], 'set'))).toEqual(await bytes(out));
});

test('a sender that does not know what becomes of them refuses, as does one that never ends', async () => {
  for (const how of [[], ['--direct', '--loop']]) {
    const { code, err } = await purkinje(['replay', ...how, '--annotations', out, join(folder, 'set')]);
    expect([code, err]).toEqual([2, expect.stringContaining('use it with --direct, and without --loop')]);
  }
});
