/** Arrhythmias under what devices do to the signal: few leads, other leads, inverted ones, no pace marks, any rate; and rhythms that have no kinds of beats. */
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/ecg/index.js';
import { chunkOf } from '../grade/segment.js';
import { alertsOf, raised, RATE_HZ, reportedOf, simulated } from './bed.js';

/** What a nurse would take for an arrhythmia of the ventricles. */
const VENTRICULAR = /wide-tachycardia|ventricular|geminy|idioventricular/;
const said = (chunks: Iterable<Chunk>): string[] => raised(alertsOf(chunks)).map(({ snapshot }) => snapshot.finding);
const ventricular = (chunks: Iterable<Chunk>): string[] => said(chunks).filter((finding) => VENTRICULAR.test(finding));

const withLeads = (chunk: Chunk, leads: readonly string[]): Chunk => ({ ...chunk, declaredLeads: chunk.declaredLeads.filter((lead) => leads.includes(lead)), blocks: chunk.blocks.filter(({ lead }) => leads.includes(lead)) });
const changed = (chunk: Chunk, count: (adu: number, aduPerMv: number, i: number, lead: string) => number): Chunk => ({
  ...chunk,
  blocks: chunk.blocks.map((block) => ({ ...block, samples: block.samples.map((adu, i) => Math.round(count(adu, block.aduPerMv, i, block.lead))) })),
});
const inverted = (chunk: Chunk, leads?: readonly string[]): Chunk => changed(chunk, (adu, _aduPerMv, _i, lead) => (leads === undefined || leads.includes(lead) ? -adu : adu));

describe('one lead', () => {
  test.each(['II', 'V1'])('%s alone: bigeminy is bigeminy, runs are runs, and a healthy heart says nothing', async (lead) => {
    const alone = async (...given: Parameters<typeof simulated>) => (await simulated(...given)).map((chunk) => withLeads(chunk, [lead]));
    const bigeminy = ventricular(await alone('ventricular-bigeminy', 1, 4));
    expect(bigeminy).toContain('rule-bigeminy');
    expect(bigeminy.filter((finding) => /tachycardia|run/.test(finding))).toEqual([]);
    expect(ventricular(await alone('ventricular-tachycardia', 2, 5))).toContain('rule-wide-tachycardia');
    expect(ventricular(await alone('sinus-rhythm', 4, 4, { onsetS: undefined }))).toEqual([]);
  });
});

describe('leads that change', () => {
  test('from twelve to one, and to another: a healthy heart has no ectopic beats by it', async () => {
    const chunks = await simulated('sinus-rhythm', 4, 5, { onsetS: undefined });
    expect(ventricular(chunks.map((chunk, k) => (k < 10 ? chunk : withLeads(chunk, k < 20 ? ['II'] : ['V5']))))).toEqual([]);
  });
  test('bigeminy is found behind the change too', async () => {
    const chunks = (await simulated('ventricular-bigeminy', 1, 5, { onsetS: 150 })).map((chunk, k) => (k < 12 ? chunk : withLeads(chunk, ['I', 'II', 'V2'])));
    expect(ventricular(chunks)).toContain('rule-bigeminy');
  });
});

describe('inverted leads', () => {
  test('all of them, from the start: the same story as upright', async () => {
    const upside = async (...given: Parameters<typeof simulated>) => (await simulated(...given)).map((chunk) => inverted(chunk));
    expect(ventricular(await upside('ventricular-bigeminy', 1, 4))).toContain('rule-bigeminy');
    expect(ventricular(await upside('ventricular-tachycardia', 2, 5))).toContain('rule-wide-tachycardia');
    expect(ventricular(await upside('sinus-rhythm', 4, 4, { onsetS: undefined }))).toEqual([]);
  });
  test('an electrode that is moved in mid-stream: the beats look different and come on time, so that they are no run', async () => {
    const chunks = await simulated('sinus-rhythm', 4, 5, { onsetS: undefined });
    expect(ventricular(chunks.map((chunk, k) => (k < 12 ? chunk : inverted(chunk, ['I', 'aVL']))))).toEqual([]);
    expect(ventricular(chunks.map((chunk, k) => withLeads(k < 12 ? chunk : inverted(chunk), ['II'])))).toEqual([]);
  });
});

test('pacing that the device does not report: wide beats at a steady rate are the patient\'s own, not runs', async () => {
  for (const seed of [1, 4]) {
    const chunks = (await simulated('paced-rhythm', seed, 4, { onsetS: undefined })).map(({ paceMarks: _unknown, ...chunk }): Chunk => chunk);
    const { events, kinds } = reportedOf(chunks);
    expect(raised(events).filter(({ snapshot }) => VENTRICULAR.test(snapshot.finding)), `seed ${seed}`).toEqual([]);
    // Nobody has said of a spike, so that none is called paced.
    expect(new Set(kinds)).toEqual(new Set(['N']));
    expect(kinds.length).toBeGreaterThan(150);
  }
});

test.each([100, 125, 200, 250, 360, 500, 1000])('at %d Hz bigeminy is bigeminy, runs are runs, and a healthy heart says nothing', { timeout: 120_000 }, async (rateHz) => {
  const few = async (...[condition, seed, minutes, more]: Parameters<typeof simulated>) => (await simulated(condition, seed, minutes, { rateHz, ...more })).map((chunk) => withLeads(chunk, ['I', 'II', 'V1', 'V5']));
  expect(ventricular(await few('ventricular-bigeminy', 1, 3))).toContain('rule-bigeminy');
  expect(ventricular(await few('ventricular-tachycardia', 2, 4))).toContain('rule-wide-tachycardia');
  expect(ventricular(await few('sinus-rhythm', 4, 3, { onsetS: undefined }))).toEqual([]);
});

/** Leads of one rhythm: what a beat looks like in each by its size. */
const SIZES = { I: 0.6, II: 1, V1: -0.5, V5: 1.2 } as const;
const rendered = (seconds: number, wave: (atS: number, size: number) => number): Chunk =>
  chunkOf(Object.fromEntries(Object.entries(SIZES).map(([lead, size]) => [lead, Float32Array.from({ length: seconds * RATE_HZ }, (_, i) => wave(i / RATE_HZ, size))])), RATE_HZ, { endOfStream: true });
const bump = (t: number, atS: number, widthS: number): number => Math.exp(-(((t - atS) / widthS) ** 2));

test('atrial flutter with two to one conduction: a steady 150 a minute, no ectopic beats, no fibrillation', () => {
  const flutter = (t: number, size: number): number => {
    const inBeat = t % 0.4;
    const sawtooth = 0.18 * size * (1 - 2 * ((t * 5) % 1));
    return sawtooth + size * (bump(inBeat, 0.2, 0.012) - 0.25 * bump(inBeat, 0.225, 0.012) + 0.2 * bump(inBeat, 0.33, 0.03));
  };
  const { events, kinds } = reportedOf([rendered(180, flutter)]);
  expect(kinds).toEqual(new Array(450).fill('N'));
  expect(raised(events).map(({ snapshot }) => snapshot.finding)).toEqual(['rule-tachycardia']);
});

test('ventricular flutter: no kinds are claimed of waves that are no beats; where nothing else was ever seen, that there is no beat is an alarm', async () => {
  for (const perS of [3.5, 4.2, 5]) {
    const wave = (t: number, size: number) => 1.3 * size * Math.sin(2 * Math.PI * perS * t);
    const { events, kinds } = reportedOf([rendered(120, wave)]);
    expect(kinds, `${perS} Hz`).toEqual([]);
    expect(raised(events).map(({ snapshot }) => snapshot.finding), `${perS} Hz`).toEqual(['rule-pause', 'rule-asystole']);
    // The same when it begins in a heart that was healthy before.
    const begun = (await simulated('sinus-rhythm', 6, 4, { onsetS: undefined })).map((chunk, k) => withLeads(k < 6 ? chunk : changed(chunk, (_adu, aduPerMv, i, lead) => aduPerMv * wave(i / RATE_HZ, SIZES[lead as keyof typeof SIZES] ?? 0)), Object.keys(SIZES)));
    const after = reportedOf(begun);
    expect(after.kinds.filter((kind) => kind !== 'N'), `${perS} Hz`).toEqual([]);
    // What alarm comes of it depends on the waves' shape (docs/beats.md): none of single ectopic beats does.
    expect(raised(after.events).map(({ snapshot }) => snapshot.finding).filter((finding) => VENTRICULAR.test(finding)), `${perS} Hz`).toEqual([]);
  }
});
