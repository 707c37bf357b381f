/**
 * What lies on the electrodes, one story each: dangerous rhythms and small hearts are no bad signal; what nurses pull, rub and knock is.
 * Simulated ones, and real ones where PURKINJE_ECG_DIR is set.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_FROM_START, initial, physical, step } from '../../src/assemble/index.js';
import { LEADS } from '../../src/ecg/index.js';
import { grade, type Graded } from '../../src/grade/index.js';
import { chunksOf, readAnnotations, readRecord } from '../../src/records/index.js';
import { changed, chunkOf, gradedChunk, noise, patientChunk } from '../grade/segment.js';

/** Twelve leads of one wave, each its own size, over the noise of skin and amplifier and a breathing baseline. */
function twelve(wave: (atS: number) => number, noiseMv = 0.01) {
  const gauss = noise(7);
  const leads = Object.fromEntries(LEADS.map((lead, i) => [lead, Float32Array.from({ length: 5000 }, (_, n) => {
    const t = n / 500;
    return (0.5 + 0.12 * ((i * 5) % 12)) * wave(t) + 0.05 * Math.sin(2 * Math.PI * 0.25 * t + i) + noiseMv * gauss();
  })]));
  const { I, II } = leads;
  const limb = { III: [-1, 1], aVR: [-0.5, -0.5], aVL: [1, -0.5], aVF: [-0.5, 1] };
  for (const [lead, [a, b]] of Object.entries(limb)) leads[lead] = I.map((value, n) => a * value + b * II[n]);
  return leads;
}
/** Chaos of 3 to 7 Hz that waxes and wanes. */
const fibrillation = (t: number) => 0.6 * (1 + 0.4 * Math.sin(1.3 * t)) * (Math.sin(2 * Math.PI * 5 * t + 2 * Math.sin(2.1 * t)) + 0.5 * Math.sin(2 * Math.PI * 3.4 * t + 1.7 * Math.sin(0.9 * t)));

function isNoBadSignal({ grade: is, gates, score, reasons }: Graded) {
  expect(reasons).toEqual([]);
  expect(gates).toEqual({ rate: true, morphology: true, twelveLead: true });
  expect(is).toBe('good');
  expect(score).toBeGreaterThan(0.75);
}
/** Without QRS complexes two detectors may differ, and then there are no intervals; nothing is refused for it. */
function isNoBadSignalWithoutBeats({ gates, reasons, ...graded }: Graded) {
  const differ = reasons.includes('detectors-disagree');
  expect(gates.morphology).toBe(!differ);
  isNoBadSignal({ ...graded, gates: { ...gates, morphology: true }, reasons: reasons.filter((reason) => reason !== 'detectors-disagree') });
}

/** So small that the gain may be doubted, and nothing else. */
const small = (graded: Graded): Graded => ({ ...graded, reasons: graded.reasons.filter((reason) => reason !== 'gain-doubtful') });

describe('no bad signal', () => {
  test('ventricular fibrillation', () => isNoBadSignalWithoutBeats(gradedChunk(chunkOf(twelve(fibrillation)))));
  test('fine ventricular fibrillation, a fifth of a millivolt', () => isNoBadSignalWithoutBeats(small(gradedChunk(chunkOf(twelve((t) => 0.17 * fibrillation(t)))))));
  test('ventricular tachycardia at 200 a minute', () => isNoBadSignalWithoutBeats(gradedChunk(chunkOf(twelve((t) => 1.2 * Math.sin(2 * Math.PI * 3.33 * t) + 0.4 * Math.sin(4 * Math.PI * 3.33 * t + 0.8))))));
  for (const [what, noiseMv] of [['', 0.01], [', and a very quiet amplifier', 0.001]] as const) {
    test(`asystole: no beat for ten seconds${what}`, () => {
      const graded = gradedChunk(chunkOf(twelve(() => 0, noiseMv)));
      expect(graded.grade).not.toBe('unusable');
      expect(graded.gates.rate).toBe(true);
      expect(graded.reasons).not.toContain('flat');
    });
  }
  test('asystole after beats', async () => {
    const chunk = changed(await patientChunk({ condition: 'sinus-rhythm' }), (lead, mv) => {
      const gauss = noise(lead.length);
      for (let n = 2000; n < mv.length; n++) mv[n] = 0.03 * Math.sin(n / 300) + 0.006 * gauss();
    });
    const graded = gradedChunk(chunk);
    expect(graded.gates.rate).toBe(true);
    expect(graded.reasons).not.toContain('flat');
    expect(graded.measurements.longestPauseMs).toBeGreaterThan(4000);
  });
  test('low voltage', async () => isNoBadSignal(small(gradedChunk(await patientChunk({ condition: 'low-qrs-voltage' })))));
  test('large hypertrophy', async () => isNoBadSignal(gradedChunk(await patientChunk({ condition: 'left-ventricular-hypertrophy' }))));
});

describe('bad signal', () => {
  const sinus = () => patientChunk({ condition: 'sinus-rhythm' });
  test('the monitor says that a lead is off: named, and no twelve leads; the rate goes on', async () => {
    const chunk = await sinus();
    const graded = gradedChunk({ ...chunk, blocks: chunk.blocks.map((block) => (block.lead === 'V3' ? { ...block, leadOff: true } : block)) });
    expect(graded).toMatchObject({ grade: 'limited', gates: { rate: true, morphology: true, twelveLead: false } });
    expect(graded.leads.find(({ lead }) => lead === 'V3')!.reasons).toEqual(['lead-off']);
  });
  test('it does not say so: a lead alone without movement for seconds is flat', async () => {
    const graded = gradedChunk(changed(await sinus(), (lead, mv) => void (lead === 'V5' && mv.fill(0.3, 2500))));
    expect(graded).toMatchObject({ grade: 'limited', gates: { rate: true, twelveLead: false }, reasons: ['flat'] });
  });
  test('an electrode is pulled: the input runs to its rail', async () => {
    const graded = gradedChunk(changed(await sinus(), (lead, mv) => void (lead === 'V1' && mv.fill(-80, 3000, 3400))));
    expect(graded.gates).toMatchObject({ rate: true, twelveLead: false });
    expect(graded.leads.find(({ lead }) => lead === 'V1')!.reasons).toContain('saturated');
  });
  test('the patient is turned: every lead swings', async () => {
    const graded = gradedChunk(changed(await sinus(), (_, mv, rateHz) => {
      for (let n = 1000; n < 2500; n++) mv[n] += 9 * Math.sin((2 * Math.PI * 0.9 * (n - 1000)) / rateHz);
    }));
    expect(graded.gates).toMatchObject({ rate: true, twelveLead: false });
    expect(graded.reasons).toContain('motion');
  });
  for (const hz of [50, 60]) {
    test(`a loose cable beside ${hz} Hz mains`, async () => {
      const graded = gradedChunk(changed(await sinus(), (_, mv, rateHz) => mv.forEach((value, n) => void (mv[n] = value + 1.5 * Math.sin((2 * Math.PI * hz * n) / rateHz)))));
      expect(graded.reasons).toContain('powerline');
      expect(graded.gates.twelveLead).toBe(false);
    });
  }
  test('shivering', async () => {
    const gauss = noise(1);
    const graded = gradedChunk(changed(await sinus(), (_, mv) => mv.forEach((value, n) => void (mv[n] = value + gauss()))));
    expect(graded.reasons).toContain('high-frequency-noise');
    expect(graded.gates.twelveLead).toBe(false);
  });
  test('a wandering baseline is reported and refuses nothing', async () => {
    const graded = gradedChunk(changed(await sinus(), (_, mv, rateHz) => mv.forEach((value, n) => void (mv[n] = value + 1.2 * Math.sin((2 * Math.PI * 0.15 * n) / rateHz)))));
    expect(graded.reasons).toEqual(['baseline-wander']);
    expect(graded.gates).toMatchObject({ rate: true, morphology: false, twelveLead: true });
  });
  test('every electrode is off: unusable', () => {
    expect(gradedChunk(chunkOf(Object.fromEntries(LEADS.map((lead) => [lead, new Float32Array(5000)]))))).toMatchObject({ grade: 'unusable', reasons: ['flat'] });
  });
});

const folder = process.env.PURKINJE_ECG_DIR ?? '';
if (folder === '') console.warn('SKIPPED: real rhythms (set PURKINJE_ECG_DIR to a folder of WFDB records)');

async function graded(path: string): Promise<{ fromS: number; graded: Graded }[]> {
  const record = await readRecord(path);
  let state = initial('d');
  let offset = 0;
  return [...chunksOf(record, { device: 'd', epoch: 1, chunkMs: 10_000 })].flatMap((chunk) => {
    const result = step(state, { type: 'chunk', chunk, offset: offset++, brokerMs: 0 }, ASSEMBLE_FROM_START);
    state = result.state;
    return result.out.segments.map((segment) => ({ fromS: segment.firstSample / segment.rateHz, graded: grade(segment, physical(segment)) }));
  });
}

describe.skipIf(folder === '')('real rhythms', () => {
  test('ventricular fibrillation, flutter and tachycardia of vfdb', { timeout: 120_000 }, async () => {
    let segments = 0;
    for (const name of ['421', '424', '611'].filter((one) => existsSync(join(folder, 'vfdb', `${one}.hea`)))) {
      const path = join(folder, 'vfdb', name);
      const rhythms = (await readAnnotations(path)).annotations.filter(({ symbol }) => symbol === '+');
      const at = (s: number) => rhythms.findLast(({ sample }) => sample / 250 <= s)?.aux ?? '';
      for (const { fromS, graded: one } of await graded(path)) {
        if (![fromS, fromS + 9.9].every((s) => /VT|VF/.test(at(s)))) continue;
        segments++;
        expect(one.gates.rate, `${name} at ${fromS} s: ${one.reasons.join()}`).toBe(true);
      }
    }
    expect(segments).toBeGreaterThan(20);
  });
  test('the ten seconds before each true alarm of cinc2015', { timeout: 120_000 }, async () => {
    const alarms = readFileSync(join(folder, 'cinc2015/ALARMS'), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
    for (const [name, alarm, isTrue] of alarms) {
      if (isTrue !== '1') continue;
      const before = (await graded(join(folder, 'cinc2015', name))).find(({ fromS }) => fromS === 290)!.graded;
      expect(before.gates.rate, `${name}, ${alarm}: ${before.reasons.join()}`).toBe(true);
    }
  });
});
