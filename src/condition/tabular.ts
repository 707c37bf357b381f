import type { Contract, Feature } from '../contract/index.js';
import type { Measurements } from '../ecg/index.js';
import { type Refusal, refusal } from './piece.js';

/** What is known beside the signal: of the patient, from the context; of the beats, from grading. */
export interface Known {
  readonly ageYears?: number;
  readonly sex?: 'female' | 'male';
  readonly measurements?: Pick<Measurements, 'heartRateBpm' | 'atrialRateBpm' | 'prMs' | 'qrsMs' | 'qtMs' | 'qtcMs' | 'axisDeg'>;
}

/** The features in the model's order, scaled. */
export function tabularOf(features: NonNullable<Contract['input']['tabular']>['features'], known: Known): Float32Array | Refusal {
  const out = new Float32Array(features.length);
  for (const [i, { name, mean = 0, sd = 1, missing }] of features.entries()) {
    const value = valueOf(name, known);
    const there = value !== undefined && Number.isFinite(value);
    if (!there && missing === 'refuse') return refusal('value-missing', name);
    const raw = there ? value : typeof missing === 'object' && 'raw' in missing ? missing.raw : undefined;
    out[i] = raw === undefined ? (missing as { readonly scaled: number }).scaled : (raw - mean) / sd;
  }
  return out;
}

function valueOf(name: Feature['name'], { ageYears, sex, measurements = {} }: Known): number | undefined {
  switch (name) {
    case 'ageYears':
      return ageYears;
    case 'sex':
      return sex === undefined ? undefined : sex === 'male' ? 1 : 0;
    default:
      return measurements[name];
  }
}
