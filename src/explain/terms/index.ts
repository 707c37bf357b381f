/** What can be said of a recording, as data: statements of PTB-XL and findings of the catalogue, their words in every language. */
import { CONDUCTION } from './conduction.js';
import { HYPERTROPHY } from './hypertrophy.js';
import { ISCHAEMIA } from './ischaemia.js';
import { RHYTHM } from './rhythm.js';
import { STRUCTURAL } from './structural.js';
import { type Term, termsOf } from './term.js';

export { type Group, GROUPS, type Term } from './term.js';
export { BY_WIDTH, COMPLETE_MS, ONE_OF, PACED, RHYTHMS, SINUS } from './one-of.js';

/** The whole tracing is normal: said where nothing else is. */
const NORMAL: readonly Term[] = [
  ...termsOf('rhythm', ['diagnostic'], [['NORM', 'Normal ECG', 'Normales EKG', 'normal ecg.', 'normales ekg']]),
  ...termsOf('rhythm', [], [['normal-ecg', 'Normal ECG', 'Normales EKG', 'normal ecg.', 'normales ekg']]),
];

/** In the order in which the line of free text names them. */
export const TERMS: readonly Term[] = [...RHYTHM, ...CONDUCTION, ...HYPERTROPHY, ...ISCHAEMIA, ...STRUCTURAL, ...NORMAL];

const BY_ID = new Map(TERMS.map((term) => [term.id, term]));
const PLACES = new Map(TERMS.map(({ id }, place) => [id, place]));

/** Undefined: nothing is known by that id. */
export function termOf(id: string): Term | undefined {
  return BY_ID.get(id);
}

/** By their places in the table. */
export const inOrder = (a: Term, b: Term): number => PLACES.get(a.id)! - PLACES.get(b.id)!;

/** Ids that say that the whole tracing is normal, and what may stand beside them: an rSr' of a healthy heart. */
export const NORMAL_IDS: ReadonlySet<string> = new Set(['NORM', 'normal-ecg']);
export const BESIDE_NORMAL: ReadonlySet<string> = new Set(['IRBBB', 'incomplete-right-bundle-branch-block']);

/** Statements that are a finding of the catalogue by another name: what rules out the one rules out the other. */
export const SAME_FINDING: Readonly<Record<string, string>> = {
  SBRAD: 'sinus-bradycardia', STACH: 'sinus-tachycardia', SVTAC: 'supraventricular-tachycardia', PSVT: 'supraventricular-tachycardia', BIGU: 'ventricular-bigeminy-or-trigeminy', TRIGU: 'ventricular-bigeminy-or-trigeminy',
  '1AVB': 'first-degree-av-block', LPR: 'first-degree-av-block', '3AVB': 'complete-av-block', WPW: 'ventricular-preexcitation', CLBBB: 'left-bundle-branch-block', CRBBB: 'right-bundle-branch-block',
  LAFB: 'left-anterior-fascicular-block', LPFB: 'left-posterior-fascicular-block', LNGQT: 'prolonged-qt', LVOLT: 'low-qrs-voltage',
};
