/** Figures of an encoder: held to scikit-learn; labels join as documented; a bootstrap draws patients, not records. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../src/contract/index.js';
import {
  asMonitor, calibrationFigures, chance, compared, encoderFigures, logisticProbe, ludbLabels, parseLabelMaps, probeMacro, ptbxlLabels, Ranking, type RecordLabels, scarcityCurve, type ScoredRecord, snomedLabels,
} from '../../src/evaluate/index.js';
import { operatingPoint } from '../../src/evaluate/encoder/calibration.js';
import { resampled } from '../../src/evaluate/encoder/bootstrap.js';

const json = (path: string): any => JSON.parse(readFileSync(path, 'utf8'));
const golden = json('test/golden/evaluate.json');
const MAPS = parseLabelMaps(json('models/labels.json'));
const parsed = parseCatalogue(json('models/catalogue.json'));
if (!parsed.ok) throw new Error('models/catalogue.json does not parse');
const CATALOGUE = parsed.value;

describe('against scikit-learn', () => {
  it.each(golden.rankings.map((ranking: any, i: number) => [i, ranking]) as [number, any][])('AUROC and average precision, ties and weights (ranking %i)', (_, { scores, positive, weights, ...expected }: any) => {
    const ranking = new Ranking(scores, positive);
    expect(ranking.figures().auroc).toBeCloseTo(expected.auroc, 10);
    expect(ranking.figures().auprc).toBeCloseTo(expected.auprc, 10);
    expect(ranking.figures(weights).auroc).toBeCloseTo(expected.weightedAuroc, 10);
    expect(ranking.figures(weights).auprc).toBeCloseTo(expected.weightedAuprc, 10);
  });

  it.each(golden.calibrations.map((one: any, i: number) => [i, one]) as [number, any][])('Brier, ECE, slope and the operating point (calibration %i)', (_, { probability, positive, threshold, ...expected }: any) => {
    const { brier, ece, slope } = calibrationFigures(probability, positive);
    expect(brier).toBeCloseTo(expected.brier, 9);
    expect(ece).toBeCloseTo(expected.ece, 9);
    expect(slope).toBeCloseTo(expected.slope, 4);
    const point = operatingPoint(probability, positive, threshold);
    for (const name of ['sensitivity', 'specificity', 'ppv', 'f1'] as const) expect(point[name]).toBeCloseTo(expected[name], 10);
  });

  it.each(Object.keys(golden.probe.logOdds))('the logistic probe with C = %s', (c) => {
    const { rows, positive, new: unseen, logOdds } = golden.probe;
    const probe = logisticProbe(rows.map((row: number[]) => Float64Array.from(row)), positive, Number(c));
    unseen.forEach((row: number[], i: number) => expect(probe.score(row)).toBeCloseTo(logOdds[c][i], 4));
  });
});

describe('the labels', () => {
  const trueOf = (map: ReadonlyMap<string, boolean>): string[] => [...map].filter(([, is]) => is).map(([id]) => id).sort();

  it('of PTB-XL: every statement counts, one that is not there is negative, an axis that is not stated is unknown', () => {
    const labels = ptbxlLabels(new Set(['AFIB', 'IMI', 'LAFB']), '', MAPS, CATALOGUE);
    expect(trueOf(labels.statements)).toEqual(['AFIB', 'IMI', 'LAFB']);
    expect(labels.statements.size).toBe(71);
    expect(Object.fromEntries(labels.superclasses)).toEqual({ NORM: false, MI: true, STTC: false, CD: true, HYP: false });
    expect(trueOf(labels.targets)).toEqual(['atrial-fibrillation', 'inferior-myocardial-infarction', 'left-anterior-fascicular-block']);
    expect(labels.targets.has('left-axis-deviation')).toBe(false);
    expect(ptbxlLabels(new Set(), 'ALAD', MAPS, CATALOGUE).targets.get('left-axis-deviation')).toBe(true);
    expect(ptbxlLabels(new Set(), 'MID', MAPS, CATALOGUE).targets.get('left-axis-deviation')).toBe(false);
  });

  it('of a PTB-XL record without any statement: negative for all five superclasses', () => {
    expect([...ptbxlLabels(new Set(), '', MAPS, CATALOGUE).superclasses.values()]).toEqual([false, false, false, false, false]);
  });

  it('of LUDB: NORM is not labelled, and a doubtful infarct is unknown to MI and STTC unless another line says so', () => {
    const doubtful = { Ischemia: ['Undefined ischemia/scar/supp.nstemi: apical'] };
    const labels = (lines: Record<string, string[]>): RecordLabels => ludbLabels(new Map(Object.entries(lines)), MAPS);
    expect(Object.fromEntries(labels(doubtful).superclasses)).toEqual({ CD: false, HYP: false });
    const clear = { ...doubtful, 'Non-specific repolarization abnormalities': ['Non-specific repolarization abnormalities: posterior wall'] };
    expect(Object.fromEntries(labels(clear).superclasses)).toEqual({ STTC: true, CD: false, HYP: false });
    expect(labels({ Hypertrophies: ['Left ventricular hypertrophy'] }).targets.get('left-ventricular-hypertrophy')).toBe(true);
  });

  it('of SNOMED: a target that the collection has no code for is unknown, not negative', () => {
    const [cpsc, georgia] = ['cpsc_2018', 'georgia'].map((source) => snomedLabels(['164889003'], source, MAPS));
    expect(cpsc.targets.get('atrial-fibrillation')).toBe(true);
    expect(georgia.targets.get('atrial-fibrillation')).toBe(true);
    expect(georgia.targets.get('left-atrial-enlargement')).toBe(false);
    expect(cpsc.targets.has('left-atrial-enlargement')).toBe(false);
    expect(cpsc.superclasses.has('NORM')).toBe(false);
  });

  it('name only targets of the catalogue', () => {
    const known = new Set(CATALOGUE.findings.map(({ id }) => id));
    const named = [...Object.values(MAPS.ptbxl.axis), ...Object.values(MAPS.ludb).flatMap((column) => Object.values(column).flatMap(({ targets }) => targets)), ...Object.values(MAPS.snomed).flatMap(({ targets }) => targets)];
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

/** Two records a patient; scores that are right by `skill`. */
function records(count: number, skill: number, seed = 3): ScoredRecord[] {
  const random = chance(seed);
  return Array.from({ length: count }, (_, i) => {
    const is = i % 4 < 2 && i % 3 > 0;
    const noise = random() + random() - 1;
    return {
      record: String(i), patient: `p${i >> 1}`,
      labels: { targets: new Map([['atrial-fibrillation', is]]), superclasses: new Map([['MI', is]]), statements: new Map([['AFIB', is]]) },
      scores: { targets: new Map([['atrial-fibrillation', (is ? skill : 0) + noise]]), superclasses: new Map([['MI', noise]]), statements: new Map([['AFIB', noise]]) },
      probabilities: new Map([['atrial-fibrillation', is ? 0.9 : 0.2]]),
    };
  });
}

describe('the figures', () => {
  it('hold a target without a positive apart, as undefined', () => {
    const [first, ...rest] = records(20, 1);
    const rare = [{ ...first, labels: { ...first.labels, targets: new Map([...first.labels.targets, ['brugada', false]]) }, scores: { ...first.scores, targets: new Map([...first.scores.targets, ['brugada', 2]]) } }, ...rest];
    const figures = encoderFigures(rare, new Map());
    expect(figures.targets.find(({ id }) => id === 'brugada')).toMatchObject({ nPos: 0, auroc: null, auprc: null, lift: null });
    expect(figures.macro.labels).toBe(1);
  });

  it('have an interval around each value, narrower with more patients', () => {
    const width = (count: number): number => {
      const [{ auroc, intervals }] = encoderFigures(records(count, 0.4), new Map(), 1).targets;
      const { lower95, upper95 } = intervals!.auroc!;
      expect(lower95).toBeLessThanOrEqual(auroc!);
      expect(upper95).toBeGreaterThanOrEqual(auroc!);
      return upper95 - lower95;
    };
    expect(width(800)).toBeLessThan(width(80));
  });

  it('draw patients, not records: both of a patient count as often', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(5), { minLength: 2, maxLength: 20 }), (seed, owners) => {
        for (const weights of resampled(owners.map(String), owners.map((owner) => owner % 2 === 0), seed, 3)) {
          const by = new Map<number, Set<number>>();
          owners.forEach((owner, i) => by.set(owner, (by.get(owner) ?? new Set()).add(weights[i])));
          expect([...by.values()].every(({ size }) => size === 1)).toBe(true);
          const drawn = (even: boolean): number => [...by].filter(([owner]) => (owner % 2 === 0) === even).reduce((sum, [, [weight]]) => sum + weight, 0);
          const there = (even: boolean): number => [...by.keys()].filter((owner) => (owner % 2 === 0) === even).length;
          expect([drawn(true), drawn(false)]).toEqual([there(true), there(false)]);
        }
      }),
    );
  });

  it('distinguish a better encoder from a worse one, and none from itself', () => {
    const [good, poor] = [records(300, 1), records(300, 0.2, 9)];
    const { targets: [{ auroc }], macro } = compared(good, poor, 1);
    expect(auroc.lower95).toBeGreaterThan(0);
    expect(auroc.p).toBeLessThan(0.01);
    expect(macro!.auroc.difference).toBeCloseTo(auroc.difference, 12);
    expect(compared(good, good, 1).targets[0].auroc).toMatchObject({ difference: 0, lower95: 0, upper95: 0, p: 1 });
  });

  it('a probe learns what its features carry, and more patients teach it more', () => {
    const random = chance(5);
    const seen = (n: number) => records(n, 0).map(({ patient, labels }) => ({ patient, labels, features: Array.from({ length: 12 }, (_, k) => 2 * random() - 1 + (k === 0 && labels.superclasses.get('MI') ? 0.9 : 0)) }));
    const [train, test] = [seen(600), seen(400)];
    expect(probeMacro(train, test, 'superclasses').auroc).toBeGreaterThan(0.75);
    const curve = scarcityCurve(train, test);
    expect(curve.map(({ patients }) => patients)).toEqual([3, 30, 300]);
    expect(curve[2].auroc!.mean).toBeGreaterThan(curve[1].auroc!.mean);
    expect(curve[1].auroc!.least).toBeLessThanOrEqual(curve[1].auroc!.mean);
  });
});

describe('as a monitor shows it', () => {
  const sine = (hz: number, rateHz: number): Float32Array => Float32Array.from({ length: 10 * rateHz }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));
  const resting = (hz: number) => ({ rateHz: 500, samples: 5000, rows: ['I', 'II', 'V1', 'V5'].map((lead) => ({ lead, origin: 'measured' as const, mv: sine(hz, 500), gaps: [] })) });
  const amplitude = (mv: Float32Array): number => mv.subarray(1000).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const row = (hz: number, set: '12 leads' | '7 leads with V1' | '2 leads', lead: string) => asMonitor(resting(hz), set, [], 1).rows.find((one) => one.lead === lead)!;

  it('has 0.5 to 40 Hz at 250 Hz, and smaller lead I for the torso electrodes', () => {
    expect(row(5, '12 leads', 'I').mv).toHaveLength(2500);
    expect(amplitude(row(5, '12 leads', 'I').mv)).toBeCloseTo(0.8, 1);
    expect(amplitude(row(80, '12 leads', 'I').mv)).toBeLessThan(0.25);
    expect(amplitude(row(0.1, '12 leads', 'I').mv)).toBeLessThan(0.1);
  });

  it('has the leads of the set and no others', () => {
    expect([row(5, '7 leads with V1', 'V1'), row(5, '7 leads with V1', 'V5'), row(5, '7 leads with V1', 'aVF'), row(5, '2 leads', 'aVF')].map(({ origin }) => origin)).toEqual(['measured', 'missing', 'derived', 'missing']);
    const [one, two, three] = ['I', 'II', 'III'].map((lead) => row(5, '12 leads', lead).mv[1500]);
    expect(three).toBeCloseTo(two - one, 5);
  });

  it('has noise 12 dB under the QRS, the same for the same record', () => {
    const noise = [Float64Array.from({ length: 60_000 }, (_, i) => Math.sin(i * 1.3) + Math.cos(i * 0.7))];
    const mv = (seed: number) => asMonitor(resting(1), '12 leads', noise, seed).rows[0].mv;
    const clean = asMonitor(resting(1), '12 leads', [], 1).rows[0].mv;
    const power = mv(1).reduce((sum, value, i) => sum + (value - clean[i]) ** 2, 0) / clean.length;
    // Peak to peak 1.6 mV, so 0.32 mV² of signal; the filter takes some of the noise.
    expect(10 * Math.log10(0.32 / power)).toBeGreaterThan(11);
    expect(10 * Math.log10(0.32 / power)).toBeLessThan(18);
    expect(mv(1)).toEqual(mv(1));
    expect(mv(1)).not.toEqual(mv(2));
  });
});
