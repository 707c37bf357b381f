/** The heart has one of these rhythms at a time. A pacemaker's beats may stand beside atrial fibrillation. */
export const RHYTHMS: readonly (readonly string[])[] = [
  ['SR', 'SBRAD', 'STACH', 'SARRH', 'AFIB', 'AFLT', 'SVARR', 'SVTAC', 'PSVT'],
  ['sinus-bradycardia', 'sinus-tachycardia', 'sinus-arrhythmia', 'atrial-fibrillation', 'atrial-flutter', 'atrial-tachycardia', 'supraventricular-tachycardia', 'junctional-rhythm'],
];
/** A pacemaker's rhythm. */
export const PACED: readonly string[] = ['PACE', 'paced-rhythm'];
/** Rhythms from the sinus node: beside them an early atrial beat is ectopic. */
export const SINUS: ReadonlySet<string> = new Set(['SR', 'SBRAD', 'STACH', 'SARRH', 'sinus-bradycardia', 'sinus-tachycardia', 'sinus-arrhythmia']);

/** Of several that reach their thresholds the likeliest is said: one contains the other, or excludes it. No record of PTB-XL's folds 1 to 8 has two of the diagnoses. */
export const ONE_OF: readonly (readonly string[])[] = [...RHYTHMS, ['IMI', 'ILMI', 'IPMI', 'IPLMI'], ['1AVB', '2AVB', '3AVB']];

/** A complete block and an incomplete one: of the two the measured width decides (AHA/ACCF/HRS 2009, part III). */
export const BY_WIDTH: readonly { readonly complete: string; readonly incomplete: string }[] = [
  { complete: 'CRBBB', incomplete: 'IRBBB' },
  { complete: 'CLBBB', incomplete: 'ILBBB' },
  { complete: 'right-bundle-branch-block', incomplete: 'incomplete-right-bundle-branch-block' },
];
export const COMPLETE_MS = 120;
