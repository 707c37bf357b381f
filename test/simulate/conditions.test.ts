// Each condition shows its signature, in twenty patients each, without noise. Criteria: AHA/ACCF/HRS 2009 and UDMI 2018.
// It does not say that the tracings look like a patient's; people have to look for that.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LEADS, type Lead } from '../../src/ecg/index.js';
import { CONDITION_IDS, CONDITIONS, createPatient, readProfile, wardOf, type Beat, type ConditionId, type Patient } from '../../src/simulate/index.js';
import { gradedChunk, patientChunk } from '../grade/segment.js';

const profile = await readProfile();
const RATE = 500;
const SECONDS = 60;

interface Case { readonly patient: Patient; readonly beats: readonly Beat[]; readonly mv: readonly Float32Array[]; }
const cases = (condition: ConditionId, count = 20): Case[] => Array.from({ length: count }, (_, seed) => {
  const patient = createPatient({ condition, noise: 0 }, seed, profile);
  return { patient, beats: patient.truth(2, SECONDS - 2).beats, mv: patient.render(0, SECONDS * RATE).mv };
});
const at = ({ mv }: Case, lead: Lead, seconds: number) => mv[LEADS.indexOf(lead)][Math.round(seconds * RATE)];
const within = ({ mv }: Case, lead: Lead, from: number, to: number) => mv[LEADS.indexOf(lead)].slice(Math.round(from * RATE), Math.round(to * RATE) + 1);
const qrsOf = (one: Case, lead: Lead, beat: Beat) => {
  const base = at(one, lead, beat.qrs.onS - 0.004);
  return within(one, lead, beat.qrs.onS, beat.qrs.offS).map((value) => value - base);
};
const r = (one: Case, lead: Lead, beat: Beat) => Math.max(...qrsOf(one, lead, beat));
const s = (one: Case, lead: Lead, beat: Beat) => -Math.min(...qrsOf(one, lead, beat));
const j = (one: Case, lead: Lead, beat: Beat) => at(one, lead, beat.qrs.offS + 0.002) - at(one, lead, beat.qrs.onS - 0.004);
const tPeak = (one: Case, lead: Lead, beat: Beat) => at(one, lead, beat.t.peakS) - at(one, lead, beat.qrs.onS - 0.004);
const rr = (beats: readonly Beat[]) => beats.slice(1).map((beat, n) => beat.qrs.onS - beats[n].qrs.onS);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const cv = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))) / mean(values);
const bpm = (one: Case) => 60 / mean(rr(one.beats));
const prMs = (beat: Beat) => 1000 * (beat.qrs.onS - beat.p!.onS);
const qrsMs = (beat: Beat) => 1000 * (beat.qrs.offS - beat.qrs.onS);
/** Duration as one would measure it: where any lead leaves its line by 50 µV within the beat. */
const measuredQrsMs = (one: Case, beat: Beat) => {
  const away = LEADS.flatMap((lead) => [...qrsOf(one, lead, beat)].flatMap((value, n) => (Math.abs(value) > 0.05 ? [n] : [])));
  return ((Math.max(...away) - Math.min(...away)) / RATE) * 1000;
};

describe('sinus rhythm', () => {
  const all = cases('sinus-rhythm');
  it('has normal intervals, a normal axis and breathes', () => {
    for (const one of all) {
      expect(bpm(one)).toBeGreaterThan(50);
      expect(bpm(one)).toBeLessThan(100);
      expect(cv(rr(one.beats))).toBeGreaterThan(0.01);
      expect(cv(rr(one.beats))).toBeLessThan(0.12);
      for (const beat of one.beats) {
        expect(prMs(beat)).toBeGreaterThan(120);
        expect(prMs(beat)).toBeLessThan(200);
        expect(qrsMs(beat)).toBeLessThan(110);
        const qtc = (1000 * (beat.t.offS - beat.qrs.onS)) / Math.cbrt(mean(rr(one.beats)));
        expect(qtc).toBeGreaterThan(340);
        expect(qtc).toBeLessThan(460);
      }
    }
  });
  it('has R growing from V1 to V5, an upright P and T in II, no ST elevation, and no hypertrophy', () => {
    for (const one of all) {
      const [beat] = one.beats;
      expect(at(one, 'II', beat.p!.peakS)).toBeGreaterThan(0.05);
      expect(tPeak(one, 'II', beat)).toBeGreaterThan(0.05);
      expect(r(one, 'V1', beat)).toBeLessThan(s(one, 'V1', beat));
      expect(r(one, 'V5', beat)).toBeGreaterThan(s(one, 'V5', beat));
      for (const lead of LEADS) expect(Math.abs(j(one, lead, beat)), `${one.patient.seed} ${lead}`).toBeLessThan(lead === 'V2' || lead === 'V3' ? 0.14 : 0.1);
      expect(s(one, 'V1', beat) + r(one, 'V5', beat)).toBeLessThan(3.5);
      expect(Math.max(...(['I', 'II', 'III'] as const).map((lead) => r(one, lead, beat) + s(one, lead, beat)))).toBeGreaterThan(0.5);
    }
  });
});

describe('rhythms', () => {
  it('bradycardia is below 50, tachycardia above 100', () => {
    for (const one of cases('sinus-bradycardia')) expect(bpm(one)).toBeLessThan(50);
    for (const one of cases('sinus-tachycardia')) expect(bpm(one)).toBeGreaterThan(100);
  });
  it('atrial fibrillation: irregular without order, no P, f waves in V1', () => {
    for (const one of cases('atrial-fibrillation')) {
      const intervals = rr(one.beats);
      expect(cv(intervals)).toBeGreaterThan(0.15);
      const m = mean(intervals);
      const lag = intervals.slice(1).reduce((sum, value, n) => sum + (value - m) * (intervals[n] - m), 0) / intervals.reduce((sum, value) => sum + (value - m) ** 2, 0);
      expect(Math.abs(lag)).toBeLessThan(0.35);
      expect(one.beats.every((beat) => beat.p === undefined)).toBe(true);
      expect(one.patient.truth(0, SECONDS).pWaves).toEqual([]);
      const long = one.beats.find((beat, n) => n + 1 < one.beats.length && one.beats[n + 1].qrs.onS - beat.t.offS > 0.3)!;
      const f = within(one, 'V1', long.t.offS + 0.1, long.t.offS + 0.28);
      expect(Math.max(...f) - Math.min(...f)).toBeGreaterThan(0.02);
    }
  });
  it('premature ventricular complexes: early, wide, without P, T against QRS, a compensatory pause', () => {
    let pauses = 0;
    for (const one of cases('premature-ventricular-complex')) {
      one.beats.forEach((beat, n) => {
        if (beat.kind !== 'ectopic' || n === 0 || n + 1 >= one.beats.length) return;
        const [before, after] = [beat.qrs.onS - one.beats[n - 1].qrs.onS, one.beats[n + 1].qrs.onS - beat.qrs.onS];
        const usual = 60 / one.patient.healthy.heartRateBpm;
        expect(beat.p).toBeUndefined();
        expect(qrsMs(beat)).toBeGreaterThanOrEqual(120);
        expect(before).toBeLessThan(0.85 * usual);
        expect(before + after).toBeGreaterThan(1.7 * usual);
        expect(before + after).toBeLessThan(2.3 * usual);
        expect(Math.sign(tPeak(one, 'II', beat))).toBe(-1);
        pauses += 1;
      });
    }
    expect(pauses).toBeGreaterThan(50);
  });
  it('first-degree block: PR above 200 ms, always conducted', () => {
    for (const one of cases('first-degree-av-block')) {
      for (const beat of one.beats) expect(prMs(beat)).toBeGreaterThan(200);
      expect(one.patient.truth(0, SECONDS).pWaves.every((p) => p.conducted)).toBe(true);
    }
  });
  it('Mobitz I: PR grows until a beat drops; Mobitz II: it does not', () => {
    for (const [id, grows] of [['second-degree-av-block-mobitz-i', true], ['second-degree-av-block-mobitz-ii', false]] as const) {
      for (const one of cases(id)) {
        expect(one.patient.truth(0, SECONDS).pWaves.filter((p) => !p.conducted).length).toBeGreaterThan(4);
        one.beats.slice(1).forEach((beat, n) => {
          const last = one.beats[n];
          const sameCycle = beat.p!.onS - last.p!.onS < (60 / one.patient.healthy.heartRateBpm) * 1.4;
          if (grows && sameCycle) expect(prMs(beat)).toBeGreaterThan(prMs(last) + 5);
          if (!grows) expect(prMs(beat)).toBeCloseTo(prMs(last), 6);
        });
      }
    }
  });
  it('complete block: P and QRS each at their own rate', () => {
    for (const one of cases('complete-av-block')) {
      expect(bpm(one)).toBeGreaterThan(20);
      expect(bpm(one)).toBeLessThan(50);
      expect(one.beats.every((beat) => beat.p === undefined && beat.kind === 'escape')).toBe(true);
      expect(one.patient.truth(0, SECONDS).pWaves.length).toBeGreaterThan(1.4 * one.beats.length);
      expect(cv(rr(one.beats))).toBeLessThan(0.04);
    }
  });
  it('pacing: a mark before each wide QRS, seen in the signal', () => {
    for (const one of cases('paced-rhythm')) {
      const { paceMarks } = one.patient.render(2 * RATE, (SECONDS - 4) * RATE);
      expect(Math.abs(paceMarks.length - one.beats.length)).toBeLessThanOrEqual(1);
      for (const beat of one.beats) {
        expect(qrsMs(beat)).toBeGreaterThan(120);
        expect(paceMarks.some((mark) => Math.abs(mark / RATE - beat.paceS!) <= 0.5 / RATE) || beat.qrs.onS < 2.01).toBe(true);
        expect(Math.abs(at(one, 'II', beat.paceS!) - at(one, 'II', beat.paceS! - 0.004))).toBeGreaterThan(0.5);
      }
    }
  });
});

describe('shapes', () => {
  it('left bundle branch block: wide, QS or rS in V1, broad R without q in I and V6, T against QRS', () => {
    for (const one of cases('left-bundle-branch-block')) {
      const [beat] = one.beats;
      expect(qrsMs(beat)).toBeGreaterThanOrEqual(120);
      expect(measuredQrsMs(one, beat)).toBeGreaterThanOrEqual(120);
      expect(s(one, 'V1', beat)).toBeGreaterThan(4 * r(one, 'V1', beat));
      for (const lead of ['I', 'V6'] as const) {
        expect(r(one, lead, beat)).toBeGreaterThan(0.3);
        expect(s(one, lead, beat)).toBeLessThan(0.15);
        expect(tPeak(one, lead, beat)).toBeLessThan(0);
      }
      expect(tPeak(one, 'V1', beat)).toBeGreaterThan(0);
    }
  });
  it('right bundle branch block: wide, rsR′ in V1, wide S in I and V6', () => {
    for (const one of cases('right-bundle-branch-block')) {
      const [beat] = one.beats;
      expect(measuredQrsMs(one, beat)).toBeGreaterThanOrEqual(115);
      const v1 = [...qrsOf(one, 'V1', beat)];
      const nadir = v1.indexOf(Math.min(...v1));
      expect(Math.max(...v1.slice(0, nadir))).toBeGreaterThan(0.05);
      expect(Math.max(...v1.slice(nadir))).toBeGreaterThan(Math.max(...v1.slice(0, nadir)));
      for (const lead of ['I', 'V6'] as const) expect(s(one, lead, beat)).toBeGreaterThan(0.15);
      expect(tPeak(one, 'V1', beat)).toBeLessThan(0);
    }
  });
  it('left ventricular hypertrophy: Sokolow-Lyon 3.5 mV, strain in V5 and V6', () => {
    for (const one of cases('left-ventricular-hypertrophy')) {
      const [beat] = one.beats;
      expect(s(one, 'V1', beat) + Math.max(r(one, 'V5', beat), r(one, 'V6', beat))).toBeGreaterThanOrEqual(3.5);
      for (const lead of ['V5', 'V6'] as const) {
        expect(j(one, lead, beat)).toBeLessThan(-0.05);
        expect(tPeak(one, lead, beat)).toBeLessThan(-0.05);
      }
    }
  });
  it('anterior infarction: J of 0.25 mV in V2 and V3, depression in III', () => {
    for (const one of cases('anterior-stemi')) {
      for (const beat of one.beats) {
        for (const lead of ['V2', 'V3'] as const) expect(j(one, lead, beat)).toBeGreaterThanOrEqual(0.23);
        expect(j(one, 'III', beat)).toBeLessThan(-0.03);
      }
      expect(mean(one.beats.map((beat) => j(one, 'V3', beat)))).toBeGreaterThanOrEqual(0.25);
    }
  });
  it('inferior infarction: J of 0.1 mV in II, III and aVF, most in III, depression in aVL', () => {
    for (const one of cases('inferior-stemi')) {
      const [beat] = one.beats;
      for (const lead of ['II', 'III', 'aVF'] as const) expect(j(one, lead, beat)).toBeGreaterThanOrEqual(0.1);
      expect(j(one, 'III', beat)).toBeGreaterThan(j(one, 'II', beat));
      expect(j(one, 'aVL', beat)).toBeLessThan(-0.05);
    }
  });
  it('an infarction comes over its ramp, not at once', () => {
    const patient = createPatient({ condition: 'anterior-stemi', noise: 0, onsetS: 20 }, 8, profile);
    const one: Case = { patient, beats: patient.truth(2, 58).beats, mv: patient.render(0, 60 * RATE).mv };
    const levels = one.beats.map((beat) => ({ s: beat.qrs.onS, mv: j(one, 'V3', beat) }));
    expect(Math.max(...levels.filter((level) => level.s < 20).map((level) => level.mv))).toBeLessThan(0.15);
    expect(Math.min(...levels.filter((level) => level.s > 36).map((level) => level.mv))).toBeGreaterThan(0.23);
    levels.slice(1).forEach((level, n) => expect(Math.abs(level.mv - levels[n].mv)).toBeLessThan(0.1));
  });
  it('pre-excitation: PR below 120 ms, QRS above 110, slow at its start', () => {
    for (const one of cases('ventricular-preexcitation')) {
      const [beat] = one.beats;
      expect(prMs(beat)).toBeLessThan(120);
      expect(measuredQrsMs(one, beat)).toBeGreaterThan(95);
      expect(qrsMs(beat)).toBeGreaterThan(110);
      const v5 = [...qrsOf(one, 'V5', beat)];
      expect(v5[Math.round(0.3 * v5.length)] / Math.max(...v5)).toBeGreaterThan(0.2);
    }
  });
  it('low voltage: below 0.5 mV in all limb leads', () => {
    for (const one of cases('low-qrs-voltage')) {
      for (const lead of LEADS.slice(0, 6)) expect(r(one, lead, one.beats[0]) + s(one, lead, one.beats[0]), `${one.patient.seed} ${lead}`).toBeLessThan(0.5);
    }
  });
  it('dextrocardia: I upside down with its P, R falling to V6', () => {
    for (const one of cases('dextrocardia')) {
      const [beat] = one.beats;
      expect(s(one, 'I', beat)).toBeGreaterThan(2 * r(one, 'I', beat));
      expect(at(one, 'I', beat.p!.peakS)).toBeLessThan(0);
      expect(r(one, 'V6', beat)).toBeLessThan(r(one, 'V2', beat));
      expect(r(one, 'V6', beat)).toBeLessThan(0.4 * r(one, 'V1', beat));
    }
  });
});

describe('rare diseases', () => {
  const limb = (one: Case, beat: Beat) => LEADS.slice(0, 6).map((lead) => r(one, lead, beat) + s(one, lead, beat));
  const initialR = (one: Case, lead: Lead, beat: Beat) => {
    const qrs = [...qrsOf(one, lead, beat)];
    return Math.max(...qrs.slice(0, qrs.indexOf(Math.min(...qrs)) + 1));
  };
  const turnsIn = (wave: readonly number[]) => wave.filter((value, n) => n > 0 && n + 1 < wave.length && (value - wave[n - 1]) * (wave[n + 1] - value) < 0).length;
  const turnsOfV1 = (one: Case) => turnsIn([...qrsOf(one, 'V1', one.beats[0])]);
  const pOf = (one: Case, lead: Lead, { p }: Beat) => [...within(one, lead, p!.onS, p!.offS)].map((value) => value - at(one, lead, p!.onS - 0.01));
  const pMs = ({ p }: Beat) => 1000 * (p!.offS - p!.onS);

  it('amyloidosis: below 0.5 mV in all limb leads, QS in V1 and V2, hardly an r in V3, an R in V6, PR long in some', () => {
    const all = cases('cardiac-amyloidosis');
    for (const one of all) {
      const [beat] = one.beats;
      expect(Math.max(...limb(one, beat)), String(one.patient.seed)).toBeLessThan(0.5);
      for (const lead of ['V1', 'V2'] as const) {
        expect(initialR(one, lead, beat), `${one.patient.seed} ${lead}`).toBeLessThan(0.02);
        expect(s(one, lead, beat)).toBeGreaterThan(0.1);
      }
      expect(initialR(one, 'V3', beat), String(one.patient.seed)).toBeLessThan(0.3 * s(one, 'V3', beat));
      expect(r(one, 'V6', beat)).toBeGreaterThan(s(one, 'V6', beat));
    }
    const long = all.filter((one) => prMs(one.beats[0]) > 200).length;
    expect(long).toBeGreaterThan(4);
    expect(long).toBeLessThan(16);
  });
  it('which low voltage alone is not: its r grows from V1 on', () => {
    for (const one of cases('low-qrs-voltage')) {
      const [beat] = one.beats;
      expect(initialR(one, 'V1', beat)).toBeGreaterThan(0.04);
      expect(initialR(one, 'V3', beat)).toBeGreaterThan(0.3 * s(one, 'V3', beat));
    }
  });
  it('Ebstein: P of 0.25 mV or more in II and upright in V1, PR above 200 ms, a wide splintered QRS that ends upwards in V1', () => {
    for (const one of cases('ebstein-anomaly')) {
      const [beat] = one.beats;
      expect(Math.max(...pOf(one, 'II', beat)), String(one.patient.seed)).toBeGreaterThanOrEqual(0.25);
      expect(Math.max(...pOf(one, 'V1', beat))).toBeGreaterThan(0.08);
      expect(pMs(beat)).toBeGreaterThan(110);
      expect(prMs(beat)).toBeGreaterThan(200);
      expect(measuredQrsMs(one, beat)).toBeGreaterThanOrEqual(110);
      expect(turnsOfV1(one), String(one.patient.seed)).toBeGreaterThanOrEqual(5);
      const v1 = [...qrsOf(one, 'V1', beat)];
      expect(Math.max(...v1.slice(v1.length >> 1))).toBeGreaterThan(0.05);
    }
  });
  it('which a plain right bundle branch block is not: larger in V1 and V2 in the same person, and smooth', () => {
    const ebstein = cases('ebstein-anomaly');
    cases('right-bundle-branch-block').forEach((one, seed) => {
      expect(turnsOfV1(one)).toBeLessThan(5);
      for (const lead of ['V1', 'V2'] as const) {
        const size = (each: Case) => r(each, lead, each.beats[0]) + s(each, lead, each.beats[0]);
        expect(size(ebstein[seed]), `${seed} ${lead}`).toBeLessThan(0.7 * size(one));
      }
    });
  });
  it('constriction: below 0.5 mV in all limb leads, T inverted but in aVR, a broad P with two peaks, r as in health', () => {
    for (const one of cases('constrictive-pericarditis')) {
      const [beat] = one.beats;
      expect(Math.max(...limb(one, beat)), String(one.patient.seed)).toBeLessThan(0.5);
      for (const lead of ['I', 'II', 'aVF', 'V2', 'V3', 'V4', 'V5', 'V6'] as const) expect(tPeak(one, lead, beat), `${one.patient.seed} ${lead}`).toBeLessThan(0);
      expect(tPeak(one, 'aVR', beat)).toBeGreaterThan(0);
      expect(pMs(beat)).toBeGreaterThanOrEqual(110);
      expect(turnsIn(pOf(one, 'II', beat)), String(one.patient.seed)).toBeGreaterThanOrEqual(3);
      expect(initialR(one, 'V1', beat)).toBeGreaterThan(0.04);
    }
  });
  it('show in what the engine measures of them', async () => {
    for (const condition of ['cardiac-amyloidosis', 'ebstein-anomaly', 'constrictive-pericarditis', 'sinus-rhythm'] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const { grade, measurements } = gradedChunk(await patientChunk({ condition }, seed));
        const spans = new Map(measurements.voltages.map(({ lead, rMv, sMv }) => [lead, { rMv, span: rMv - sMv }]));
        const small = LEADS.slice(0, 6).every((lead) => spans.get(lead)!.span < 0.5);
        expect(grade, `${condition} ${seed}`).toBe('good');
        expect(small, `${condition} ${seed}`).toBe(condition === 'cardiac-amyloidosis' || condition === 'constrictive-pericarditis');
        expect(spans.get('V1')!.rMv < 0.03 && spans.get('V2')!.rMv < 0.03, `${condition} ${seed}`).toBe(condition === 'cardiac-amyloidosis');
        expect(measurements.prMs! > 200 && measurements.qrsMs! > 110, `${condition} ${seed}`).toBe(condition === 'ebstein-anomaly');
      }
    }
  });
  it('have the age of those who have them, and lie in no bed of the ward that ships', () => {
    const age = (condition: ConditionId) => mean(cases(condition).map(({ patient }) => patient.ageYears));
    expect(age('cardiac-amyloidosis')).toBeGreaterThan(65);
    expect(age('ebstein-anomaly')).toBeLessThan(45);
    const lying = new Set(wardOf(400, 1, profile, { rateHz: 100 }).map(({ spec }) => spec.condition));
    expect([...CONDITION_IDS].filter((id) => !lying.has(id))).toEqual(['cardiac-amyloidosis', 'ebstein-anomaly', 'constrictive-pericarditis', 'ventricular-bigeminy', 'ventricular-tachycardia']);
  });
});

it('the condition ends where its spec says so', () => {
  const patient = createPatient({ condition: 'atrial-fibrillation', noise: 0, onsetS: 20, offsetS: 40 }, 1, profile);
  const { beats } = patient.truth(0, 70);
  expect(beats.filter((beat) => beat.qrs.onS < 20).every((beat) => beat.p)).toBe(true);
  expect(beats.filter((beat) => beat.qrs.onS > 21.5 && beat.qrs.onS < 40).some((beat) => beat.p)).toBe(false);
  expect(beats.filter((beat) => beat.qrs.onS > 42).every((beat) => beat.p)).toBe(true);
  const longest = Math.max(...rr(beats));
  expect(longest).toBeLessThan(2.5);
});

it('findings are names of the catalogue', async () => {
  const text = await readFile(new URL('../../models/catalogue.json', import.meta.url), 'utf8');
  for (const id of CONDITION_IDS) for (const finding of CONDITIONS[id].findings) expect(text).toContain(`"${finding}"`);
});
