import type { Measurements } from '../../ecg/index.js';
import { chance } from './chance.js';
import { type LabelKind, macroOf, type Macro, type RecordLabels } from './figures.js';
import { logisticProbe, scaled, scalerOf } from './probe.js';
import { Ranking } from './ranking.js';

/** A record as a linear probe sees it. */
export interface FeatureRecord {
  readonly patient: string;
  readonly labels: RecordLabels;
  readonly features: ArrayLike<number>;
}

/** Fewer positives teach no probe. */
const POSITIVES_MIN = 5;
const SHARES = [0.01, 0.1, 1] as const;
const SEEDS = 5;

/** A probe a label, taught on one folder and measured on the other; macro over the labels that both have. */
export function probeMacro(train: readonly FeatureRecord[], test: readonly FeatureRecord[], kind: LabelKind): Macro {
  const scaler = scalerOf(train.map(({ features }) => features));
  const [rows, testRows] = [train, test].map((records) => scaled(records.map(({ features }) => features), scaler));
  const ids = [...new Set(test.flatMap(({ labels }) => [...labels[kind].keys()]))];
  const figures = ids.flatMap((id) => {
    const [own, known] = [train, test].map((records) => records.map(({ labels }, i) => ({ i, is: labels[kind].get(id) })).filter(({ is }) => is !== undefined));
    const positives = own.filter(({ is }) => is).length;
    if (positives < POSITIVES_MIN || positives === own.length) return [];
    const probe = logisticProbe(own.map(({ i }) => rows[i]), own.map(({ is }) => is!));
    const { auroc, auprc } = new Ranking(known.map(({ i }) => probe.score(testRows[i])), known.map(({ is }) => is!)).figures();
    if (Number.isNaN(auroc)) return [];
    const nPos = known.filter(({ is }) => is).length;
    return [{ id, n: known.length, nPos, prevalence: nPos / known.length, auroc, auprc, lift: null }];
  });
  return macroOf(figures);
}

export interface ScarcityPoint {
  /** Of the training patients. */
  readonly share: number;
  readonly patients: number;
  /** Macro AUROC over the superclasses: mean, least and most of the seeds. */
  readonly auroc: { readonly mean: number; readonly least: number; readonly most: number } | null;
}

/** What a linear probe learns from 1, 10 and 100% of the training patients; five draws of each smaller share. */
export function scarcityCurve(train: readonly FeatureRecord[], test: readonly FeatureRecord[]): readonly ScarcityPoint[] {
  const patients = [...new Set(train.map(({ patient }) => patient))];
  return SHARES.map((share) => {
    const count = Math.max(1, Math.round(share * patients.length));
    const found = Array.from({ length: share === 1 ? 1 : SEEDS }, (_, seed) => {
      const random = chance(1 + seed);
      const drawn = new Set(patients.map((patient) => ({ patient, at: random() })).sort((a, b) => a.at - b.at).slice(0, count).map(({ patient }) => patient));
      return probeMacro(train.filter(({ patient }) => drawn.has(patient)), test, 'superclasses').auroc;
    }).filter((auroc) => auroc !== null);
    const auroc = found.length === 0 ? null : { mean: found.reduce((sum, value) => sum + value, 0) / found.length, least: Math.min(...found), most: Math.max(...found) };
    return { share, patients: count, auroc };
  });
}

const LEADS_MEASURED = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const NUMBERS = ['heartRateBpm', 'atrialRateBpm', 'rrCv', 'longestPauseMs', 'prMs', 'qrsMs', 'qtMs', 'qtcMs'] as const;
/** In place of what could not be measured; the flag beside it says so. */
const TYPICAL: Readonly<Record<(typeof NUMBERS)[number], number>> = { heartRateBpm: 72, atrialRateBpm: 72, rrCv: 0.05, longestPauseMs: 900, prMs: 160, qrsMs: 95, qtMs: 390, qtcMs: 415 };

/** The engine's own measurements as features: numbers, flags where one is missing, the axis as a direction, R, S and ST of eight leads. */
export function measurementFeatures(measurements: Measurements): number[] {
  const numbers = NUMBERS.flatMap((name) => {
    const value = measurements[name];
    return value === undefined ? [TYPICAL[name], 1] : [value, 0];
  });
  const axis = measurements.axisDeg === undefined ? [0, 0] : [Math.cos, Math.sin].map((of) => of((measurements.axisDeg! * Math.PI) / 180));
  const leads = LEADS_MEASURED.flatMap((name) => {
    const voltage = measurements.voltages.find(({ lead }) => lead === name);
    const st = measurements.st.find(({ lead }) => lead === name);
    return [voltage?.rMv ?? 0, voltage?.sMv ?? 0, st?.mv ?? 0];
  });
  return [...numbers, ...axis, ...leads];
}
