/** The leads are what they say: derivations, sums that must be zero, electrodes exchanged. Invariants: I62 */
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import type { Chunk, PhysicalLead } from '../../src/ecg/index.js';
import { type MeanBeat, grade } from '../../src/grade/index.js';
import { contradictingLeads, copiedLeads, exchanged, EXCHANGES, limbLeadsOf, meanBeat } from '../../src/grade/leads/index.js';
import { chunksOf, listRecords, readRecord } from '../../src/records/index.js';
import { changed, chunkOf, gradedChunk, noise, patientChunk, segmentOf } from './segment.js';

const row = (lead: string, mv: ArrayLike<number>, origin: PhysicalLead['origin'] = 'measured'): PhysicalLead => ({ lead, origin, mv: Float32Array.from(mv), gaps: [] });

describe('derived leads', () => {
  test('EASI: the coefficients of Dower 1988 from E–S, A–S and A–I, one lead after the other', () => {
    const published = {
      I: [0.026, -0.174, 0.701], II: [-0.002, 1.098, -0.763], III: [-0.028, 1.272, -1.464], aVR: [-0.012, -0.462, 0.031], aVL: [0.027, -0.723, 1.082], aVF: [-0.015, 1.185, -1.114],
      V1: [0.641, -0.391, 0.08], V2: [1.229, -1.05, 1.021], V3: [0.947, -0.539, 0.987], V4: [0.525, 0.004, 0.841], V5: [0.179, 0.278, 0.63], V6: [-0.043, 0.431, 0.213],
    };
    // Each source is 1 mV for a third of the time.
    const leads = Object.fromEntries(['ES', 'AS', 'AI'].map((lead, k) => [lead, Float32Array.from({ length: 3000 }, (_, n) => (Math.floor(n / 1000) === k ? 1 : 0))]));
    const { rows } = physical(segmentOf(chunkOf(leads, 300, { placement: 'easi' })));
    for (const [lead, coefficients] of Object.entries(published)) {
      const { mv, origin } = rows.find((one) => one.lead === lead)!;
      expect(origin).toBe('easi');
      coefficients.forEach((coefficient, k) => expect(mv[1000 * k + 500], lead).toBeCloseTo(coefficient, 6));
      // The published ones are round: Einthoven holds to a thousandth.
    }
    expect(published.II.every((two, k) => Math.abs(two - published.I[k] - published.III[k]) < 0.0015)).toBe(true);
  });
  test('any two limb leads make the other four', () => {
    const gauss = noise(5);
    const i = Float32Array.from({ length: 2500 }, () => gauss());
    const ii = Float32Array.from({ length: 2500 }, () => gauss());
    const all: Record<string, (n: number) => number> = {
      I: (n) => i[n], II: (n) => ii[n], III: (n) => ii[n] - i[n], aVR: (n) => -(i[n] + ii[n]) / 2, aVL: (n) => i[n] - ii[n] / 2, aVF: (n) => ii[n] - i[n] / 2,
    };
    const names = Object.keys(all);
    for (const a of names) {
      for (const b of names.slice(names.indexOf(a) + 1)) {
        const { rows } = physical(segmentOf(chunkOf(Object.fromEntries([a, b].map((lead) => [lead, i.map((_, n) => all[lead](n))])), 250)));
        for (const lead of names) for (const n of [0, 1234]) expect(rows.find((one) => one.lead === lead)!.mv[n], `${lead} from ${a} and ${b}`).toBeCloseTo(all[lead](n), 4);
      }
    }
  });
});

describe('limb leads that contradict each other', () => {
  const beat = Float32Array.from({ length: 5000 }, (_, n) => (n % 400 < 20 ? 1 : 0));
  const rows = (offsets: readonly number[], more = 0) => [row('I', beat.map((v) => 0.4 * v + offsets[0])), row('II', beat.map((v) => v + offsets[1])), row('III', beat.map((v, n) => 0.6 * v + offsets[2] + more * (n % 3)))];
  test('amplifiers have offsets: these alone are no contradiction', () => {
    expect(contradictingLeads(rows([80, -35, 12])).size).toBe(0);
  });
  test('a lead that is not the one it says', () => {
    expect(contradictingLeads(rows([0, 0, 0], 0.2)).size).toBeGreaterThan(0);
    expect(contradictingLeads([row('aVR', beat), row('aVL', beat), row('aVF', beat)]).size).toBeGreaterThan(0);
  });
  test('what is derived, or not there, proves nothing', () => {
    expect(contradictingLeads([row('I', beat), row('II', beat), row('III', beat)]).size).toBeGreaterThan(0);
    expect(contradictingLeads([row('I', beat), row('II', beat), row('III', beat, 'derived')]).size).toBe(0);
    expect(contradictingLeads([row('I', beat), row('II', beat)]).size).toBe(0);
  });
  const measuredOnly = (chunk: Chunk): Chunk => ({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, origin: 'measured' })) });
  const reasonsOf = (chunk: Chunk) => new Map(gradedChunk(chunk).leads.map(({ lead, reasons }) => [lead, reasons]));
  const LIMB = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];
  /** The labels of the limb leads put elsewhere. */
  const relabelled = (chunk: Chunk, to: readonly string[]): Chunk => ({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, lead: LIMB.includes(block.lead) ? to[LIMB.indexOf(block.lead)] : block.lead })) });

  test('two exchanged labels: these two, and nothing is measured on them', async () => {
    const chunk = measuredOnly(await patientChunk({ condition: 'sinus-rhythm' }));
    for (let a = 0; a < LIMB.length; a++) {
      for (let b = a + 1; b < LIMB.length; b++) {
        const to = LIMB.map((lead, i) => (i === a ? LIMB[b] : i === b ? LIMB[a] : lead));
        const graded = gradedChunk(relabelled(chunk, to));
        const doubted = graded.leads.filter(({ reasons }) => reasons.includes('limb-leads-contradict')).map(({ lead }) => lead);
        expect(doubted, to.join()).toEqual([LIMB[a], LIMB[b]]);
        expect(graded.gates.twelveLead).toBe(a > 1);
        for (const { lead } of [...graded.measurements.voltages, ...graded.measurements.st]) expect(doubted).not.toContain(lead);
      }
    }
  });
  test('however the labels are put, it is seen, and the leads that kept theirs and are not doubted agree', async () => {
    const chunk = measuredOnly(await patientChunk({ condition: 'anterior-stemi' }));
    fc.assert(fc.property(fc.shuffledSubarray(LIMB, { minLength: 6 }), (to) => {
      const { leads } = gradedChunk(relabelled(chunk, to));
      const doubted = leads.filter(({ reasons }) => reasons.includes('limb-leads-contradict')).map(({ lead }) => lead);
      expect(doubted.length === 0).toBe(to.every((lead, i) => lead === LIMB[i]));
      const moved = to.filter((lead, i) => lead !== LIMB[i]);
      if (moved.length <= 2) expect(doubted.sort()).toEqual(moved.sort());
    }), { numRuns: 60 });
  });
  test('what is derived from a lead in doubt is in doubt', async () => {
    const { I, II, III } = Object.fromEntries((await patientChunk({ condition: 'sinus-rhythm' })).blocks.map(({ lead, samples, aduPerMv }) => [lead, Float32Array.from(samples, (count) => count / aduPerMv)]));
    const reasons = reasonsOf(chunkOf({ I: I.map((mv) => 3 * mv), II, III }));
    for (const lead of LIMB) expect(reasons.get(lead), lead).toEqual(['limb-leads-contradict']);
  });
  test('the grade says so', async () => {
    const chunk = changed(await patientChunk({ condition: 'sinus-rhythm' }), (lead, mv) => void (lead === 'III' && mv.forEach((value, n) => void (mv[n] = value + 0.15 * Math.sin(n / 40)))));
    expect(gradedChunk({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, origin: 'measured' })) }).reasons).toEqual(['limb-leads-contradict']);
  });
});

describe('leads that are copies', () => {
  const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
  test('some chest leads from another, with any offsets: these, and nothing is measured on them', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    const of = Object.fromEntries(chunk.blocks.map(({ lead, samples, aduPerMv }) => [lead, Float32Array.from(samples, (count) => count / aduPerMv)]));
    const offset = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(fc.property(fc.subarray(CHEST, { minLength: 2 }), fc.array(offset, { minLength: 6, maxLength: 6 }), (copies, offsets) => {
      const graded = gradedChunk(changed(chunk, (lead, mv) => {
        if (copies.includes(lead)) of[copies[0]].forEach((value, n) => void (mv[n] = value + offsets[CHEST.indexOf(lead)]));
      }));
      expect(graded.leads.filter(({ reasons }) => reasons.includes('copied')).map(({ lead }) => lead)).toEqual(copies);
      expect(graded.gates).toMatchObject({ rate: true, twelveLead: false });
      for (const { lead } of [...graded.measurements.voltages, ...graded.measurements.st]) expect(copies).not.toContain(lead);
    }), { numRuns: 20 });
  });
  test('leads that are alike are none: noise alone tells them apart', () => {
    const [one, other] = [noise(1), noise(2)];
    const beat = Float32Array.from({ length: 5000 }, (_, n) => (n % 400 < 20 ? 1 : 0));
    expect([...copiedLeads([row('V3', beat.map((mv) => mv + 0.01 * one())), row('V4', beat.map((mv) => mv + 0.01 * other()))])]).toEqual([]);
    expect([...copiedLeads([row('V3', beat), row('V4', beat)])]).toEqual(['V3', 'V4']);
  });
});

describe('leads that are held', () => {
  for (const [what, value] of [['the last value', undefined], ['zero', 0]] as const) {
    test(`all at ${what} for seconds: flat, not a pause, and no twelve leads`, async () => {
      const chunk = await patientChunk({ condition: 'sinus-rhythm' });
      fc.assert(fc.property(fc.double({ min: 1, max: 4, noNaN: true }), fc.double({ min: 1.5, max: 4.4, noNaN: true }), (fromS, lengthS) => {
        const graded = gradedChunk(changed(chunk, (_, mv, rateHz) => {
          const from = Math.round(fromS * rateHz);
          mv.fill(value ?? mv[from], from, from + Math.round(lengthS * rateHz));
        }));
        expect(graded.reasons).toContain('flat');
        expect(graded.gates.twelveLead).toBe(false);
        expect(graded.measurements.longestPauseMs ?? 0).toBeLessThan(1500);
        expect(graded.unobserved.some(({ fromMs, toMs }) => fromMs <= fromS * 1000 + 2 && toMs >= (fromS + lengthS) * 1000 - 2)).toBe(true);
      }), { numRuns: 25 });
    });
  }
});

/** What a monitor shows when two electrodes have changed places. */
const SWAPS: Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>> = {
  'LA-RA': { I: [-1, 'I'], II: [1, 'III'], III: [1, 'II'], aVR: [1, 'aVL'], aVL: [1, 'aVR'] },
  'LA-LL': { I: [1, 'II'], II: [1, 'I'], III: [-1, 'III'], aVL: [1, 'aVF'], aVF: [1, 'aVL'] },
  'RA-LL': { I: [-1, 'III'], II: [-1, 'II'], III: [-1, 'I'], aVR: [1, 'aVF'], aVF: [1, 'aVR'] },
};
function swapped(chunk: Chunk, swap: string): Chunk {
  const block = (lead: string) => chunk.blocks.find((one) => one.lead === lead)!;
  return {
    ...chunk,
    blocks: chunk.blocks.map((one) => {
      const [sign, from] = SWAPS[swap][one.lead] ?? [1, one.lead];
      return { ...one, samples: block(from).samples.map((count) => sign * count) };
    }),
  };
}
const swapOf = (reasons: readonly string[]) => reasons.find((reason) => reason.startsWith('swapped-'));

describe('electrodes exchanged', () => {
  test('simulated sinus rhythm: arms, and right arm with leg, each reported by its name; none where there is none', async () => {
    let [wrong, right, left] = [0, 0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const chunk = await patientChunk({ condition: 'sinus-rhythm' }, seed);
      if (swapOf(gradedChunk(chunk).reasons) !== undefined) wrong++;
      if (swapOf(gradedChunk(swapped(chunk, 'LA-RA')).reasons) === 'swapped-LA-RA') right++;
      if (swapOf(gradedChunk(swapped(chunk, 'RA-LL')).reasons) === 'swapped-RA-LL') left++;
    }
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThanOrEqual(11);
    expect(left).toBeGreaterThanOrEqual(11);
  });
  test('with the own earlier beat, arm and leg of the left side too, and an exchange back is none', async () => {
    for (const swap of Object.keys(SWAPS)) {
      const { own } = gradedChunk(await patientChunk({ condition: 'sinus-rhythm' }, 5)).followed!;
      const later = await patientChunk({ condition: 'sinus-rhythm' }, 5, 1);
      const moved = { ...later, firstSample: 0 };
      expect(swapOf(gradedChunk(swapped(moved, swap), { own }).reasons)).toBe(`swapped-${swap}`);
      expect(swapOf(gradedChunk(moved, { own }).reasons)).toBeUndefined();
      expect(gradedChunk(swapped(moved, swap), { own }).beat).toBeUndefined();
    }
  });
  test('an earlier beat is compared for half an hour of nothing to compare, in its own numbering alone; else the segment begins anew', async () => {
    const { own } = gradedChunk(await patientChunk({ condition: 'sinus-rhythm' }, 5)).followed!;
    // Chest leads of another, so that only the numbers decide whether the beat is kept.
    const other = { ...await patientChunk({ condition: 'right-bundle-branch-block' }, 8, 1), firstSample: 0 };
    const after = (before: Partial<typeof own>) => gradedChunk(other, { own: { ...own!, ...before } }).followed!.own!;
    const halfAnHour = 1800 * other.rateHz;
    expect(after({ seen: -halfAnHour })).toEqual({ ...own, seen: -halfAnHour });
    for (const strange of [{ seen: -halfAnHour - 1 }, { epoch: 2 }, { rateHz: 250 }]) {
      expect(after(strange).wave).not.toBe(own!.wave);
      expect(after(strange)).toMatchObject({ epoch: 1, rateHz: other.rateHz, seen: 0 });
    }
  });
  test('of two beats that differ by an exchange the chest leads say which one it is: electrodes that are put right are none', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const beat = gradedChunk(await patientChunk({ condition: 'sinus-rhythm' }, seed)).beat!;
      for (const exchange of EXCHANGES) {
        expect(limbLeadsOf(exchanged(beat, exchange), beat)).toEqual({ swap: exchange, compared: true });
        expect(limbLeadsOf(beat, exchanged(beat, exchange))).toEqual({ swap: undefined, compared: true });
      }
    }
  });
  test('a leg electrode on an arm is reported beside an earlier beat too, and does not become the patient\'s', async () => {
    const graded = gradedChunk(await patientChunk({ condition: 'sinus-rhythm' }));
    const [i, ii, ...chest] = graded.beat!;
    expect(limbLeadsOf([i, ii.map((mv) => 0.02 * mv), ...chest], graded.beat)).toEqual({ swap: 'RA-RL', compared: true });
  });
  test('dextrocardia looks like exchanged arms in the limb leads, and is none: the R wave falls from V1 to V6', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const graded = gradedChunk(await patientChunk({ condition: 'dextrocardia' }, seed));
      expect(swapOf(graded.reasons)).toBeUndefined();
      expect(limbLeadsOf(graded.beat!).swap).toBeUndefined();
    }
  });
  test('a leg electrode on an arm leaves one limb lead all but flat', async () => {
    const beat = gradedChunk(await patientChunk({ condition: 'sinus-rhythm' })).beat!;
    const [i, ii, ...chest] = beat;
    const tiny = (lead: Float64Array) => lead.map((mv) => 0.02 * mv);
    expect(limbLeadsOf([i, tiny(ii), ...chest] as MeanBeat).swap).toBe('RA-RL');
    expect(limbLeadsOf([ii.map((mv, n) => mv + 0.02 * i[n]), ii, ...chest] as MeanBeat).swap).toBe('LA-RL');
  });
});

const folder = process.env.PURKINJE_ECG_DIR ?? '';
test.skipIf(folder === '')('real twelve-lead ECGs as they are: exchanged electrodes are not invented', { timeout: 120_000 }, async () => {
  let [segments, reported, found, halves, invented] = [0, 0, 0, 0, 0];
  const own = { 'LA-RA': 0, 'LA-LL': 0, 'RA-LL': 0 };
  for (const set of ['ptbxl500', 'ludb']) {
    for (const name of await listRecords(join(folder, set))) {
      let state = initial('d');
      let offset = 0;
      for (const chunk of chunksOf(await readRecord(join(folder, set, name)), { device: 'd', epoch: 1, chunkMs: 10_000 })) {
        const result = step(state, { type: 'chunk', chunk, offset: offset++, brokerMs: 0 }, ASSEMBLE_DEFAULTS);
        state = result.state;
        for (const segment of result.out.segments) {
          segments++;
          if (swapOf(grade(segment, physical(segment)).reasons) !== undefined) reported++;
          const arms = segmentOf({ ...swapped(chunk, 'LA-RA'), firstSample: 0 });
          if (swapOf(grade(arms, physical(arms)).reasons) === 'swapped-LA-RA') found++;
          // The first half of the beats for the patient's own earlier ones.
          const { rows } = physical(segment);
          const { beats } = grade(segment, physical(segment)).measurements;
          const [before, after] = [beats.slice(0, beats.length / 2), beats.slice(beats.length / 2)].map((half) => meanBeat(rows, half, segment.rateHz));
          if (before === undefined || after === undefined) continue;
          halves++;
          for (const exchange of EXCHANGES) own[exchange] += limbLeadsOf(exchanged(after, exchange), before).swap === exchange ? 1 : 0;
          if (limbLeadsOf(after, before).swap !== undefined) invented++;
        }
      }
    }
  }
  expect(reported / segments).toBeLessThan(0.02);
  expect(found / segments).toBeGreaterThan(0.9);
  console.log(`with the own beat: ${JSON.stringify(own)} found of ${halves}, ${invented} invented`);
  expect(invented / halves).toBeLessThan(0.03);
  for (const count of Object.values(own)) expect(count / halves).toBeGreaterThan(0.75);
});
