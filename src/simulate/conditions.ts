import type { MorphologyName } from './morphology.js';

export const CONDITION_IDS = [
  'sinus-rhythm', 'sinus-bradycardia', 'sinus-tachycardia', 'atrial-fibrillation', 'premature-ventricular-complex',
  'first-degree-av-block', 'second-degree-av-block-mobitz-i', 'second-degree-av-block-mobitz-ii', 'complete-av-block',
  'left-bundle-branch-block', 'right-bundle-branch-block', 'left-ventricular-hypertrophy', 'anterior-stemi', 'inferior-stemi',
  'ventricular-preexcitation', 'low-qrs-voltage', 'dextrocardia', 'paced-rhythm', 'cardiac-amyloidosis', 'ebstein-anomaly',
  'constrictive-pericarditis', 'ventricular-bigeminy', 'ventricular-tachycardia',
] as const;
/** Named as in the catalogue where it has one name for it. */
export type ConditionId = (typeof CONDITION_IDS)[number];

export type Rhythm = 'sinus' | 'fibrillation' | 'wenckebach' | 'mobitz-ii' | 'complete-block' | 'paced' | 'ventricular-runs';

export interface Condition {
  /** Ids of the catalogue that are true while the condition lasts. */
  readonly findings: readonly string[];
  readonly rhythm: Rhythm;
  /** Of conducted beats. */
  readonly morphology: MorphologyName;
  /** How long it takes to be full, from its onset. */
  readonly rampS: number;
}

const sinus = (findings: readonly string[], morphology: MorphologyName = 'normal', rampS = 0): Condition =>
  ({ findings, rhythm: 'sinus', morphology, rampS });
const rhythm = (kind: Rhythm, ...findings: string[]): Condition => ({ findings, rhythm: kind, morphology: 'normal', rampS: 0 });

export const CONDITIONS: Readonly<Record<ConditionId, Condition>> = {
  'sinus-rhythm': sinus(['normal-ecg']),
  'sinus-bradycardia': sinus(['sinus-bradycardia'], 'normal', 10),
  'sinus-tachycardia': sinus(['sinus-tachycardia'], 'normal', 10),
  'atrial-fibrillation': rhythm('fibrillation', 'atrial-fibrillation'),
  'premature-ventricular-complex': sinus(['premature-ventricular-complex']),
  'first-degree-av-block': sinus(['first-degree-av-block']),
  'second-degree-av-block-mobitz-i': rhythm('wenckebach', 'second-degree-av-block-mobitz-i'),
  'second-degree-av-block-mobitz-ii': rhythm('mobitz-ii', 'second-degree-av-block-mobitz-ii'),
  'complete-av-block': rhythm('complete-block', 'complete-av-block', 'ventricular-escape-rhythm'),
  'left-bundle-branch-block': sinus(['left-bundle-branch-block'], 'left-bundle-branch-block'),
  'right-bundle-branch-block': sinus(['right-bundle-branch-block'], 'right-bundle-branch-block'),
  'left-ventricular-hypertrophy': sinus(['left-ventricular-hypertrophy', 't-wave-abnormality'], 'left-ventricular-hypertrophy'),
  'anterior-stemi': sinus(['stemi', 'anterior-myocardial-infarction', 'st-elevation'], 'anterior-stemi', 15),
  'inferior-stemi': sinus(['stemi', 'inferior-myocardial-infarction', 'st-elevation'], 'inferior-stemi', 15),
  'ventricular-preexcitation': sinus(['ventricular-preexcitation'], 'ventricular-preexcitation'),
  'low-qrs-voltage': sinus(['low-qrs-voltage']),
  'dextrocardia': sinus(['dextrocardia'], 'dextrocardia'),
  'paced-rhythm': rhythm('paced', 'paced-rhythm'),
  'cardiac-amyloidosis': sinus(['cardiac-amyloidosis', 'low-qrs-voltage'], 'cardiac-amyloidosis'),
  'ebstein-anomaly': sinus(['ebstein-anomaly', 'right-bundle-branch-block', 'first-degree-av-block', 'right-atrial-enlargement'], 'ebstein-anomaly'),
  'ventricular-bigeminy': sinus(['ventricular-bigeminy-or-trigeminy', 'premature-ventricular-complex']),
  'ventricular-tachycardia': rhythm('ventricular-runs', 'ventricular-tachycardia'),
  'constrictive-pericarditis': sinus(['constrictive-pericarditis', 'low-qrs-voltage', 't-wave-abnormality'], 'constrictive-pericarditis'),
};
