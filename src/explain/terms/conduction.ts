import { type Term, termsOf } from './term.js';

/** Statements on conduction. */
export const CONDUCTION: readonly Term[] = [
  ...termsOf('conduction', ['diagnostic'], [
    ['1AVB', 'First-degree AV block', 'AV-Block I. Grades', 'prolonged pr interval.', 'a-v block i'],
    ['2AVB', 'Second-degree AV block', 'AV-Block II. Grades', 'second degree av block.', 'a-v block ii'],
    ['3AVB', 'Third-degree AV block', 'AV-Block III. Grades', 'complete av block.', 'a-v block iii'],
    ['CLBBB', 'Complete left bundle branch block', 'Kompletter Linksschenkelblock', 'left bundle branch block.', 'linksschenkelblock'],
    ['ILBBB', 'Incomplete left bundle branch block', 'Inkompletter Linksschenkelblock', 'incomplete left bundle branch block.', 'unvollständiger linksschenkelblock'],
    ['CRBBB', 'Complete right bundle branch block', 'Kompletter Rechtsschenkelblock', 'right bundle branch block.', 'rechtsschenkelblock'],
    ['IRBBB', 'Incomplete right bundle branch block', 'Inkompletter Rechtsschenkelblock', 'incomplete right bundle branch block.', 'unvollständiger rechtsschenkelblock'],
    ['LAFB', 'Left anterior fascicular block', 'Linksanteriorer Hemiblock', 'left anterior fascicular block.', 'linksanteriorer hemiblock'],
    ['LPFB', 'Left posterior fascicular block', 'Linksposteriorer Hemiblock', 'left posterior fascicular block.', 'linksposteriorer hemiblock'],
    ['IVCD', 'Non-specific intraventricular conduction disturbance', 'Unspezifische intraventrikuläre Leitungsstörung', 'non-specific intraventricular delay.', 'unspezifischer intraventrikulärer block'],
    ['WPW', 'Ventricular preexcitation (Wolff-Parkinson-White pattern)', 'Präexzitation (Wolff-Parkinson-White-Muster)', 'ventricular preexcitation.', 'wpw-syndrom'],
  ]),
  ...termsOf('conduction', ['form'], [['LPR', 'Prolonged PR interval', 'Verlängertes PQ-Intervall', 'prolonged pr interval.', 'a-v block i']]),
  ...termsOf('conduction', [], [
    ['first-degree-av-block', 'First-degree AV block', 'AV-Block I. Grades', 'prolonged pr interval.', 'a-v block i'],
    ['second-degree-av-block-mobitz-i', 'Second-degree AV block, Mobitz I', 'AV-Block II. Grades, Typ Mobitz I'],
    ['second-degree-av-block-mobitz-ii', 'Second-degree AV block, Mobitz II', 'AV-Block II. Grades, Typ Mobitz II'],
    ['complete-av-block', 'Complete AV block', 'AV-Block III. Grades'],
    ['left-bundle-branch-block', 'Left bundle branch block', 'Linksschenkelblock', 'left bundle branch block.', 'linksschenkelblock'],
    ['right-bundle-branch-block', 'Right bundle branch block', 'Rechtsschenkelblock', 'right bundle branch block.', 'rechtsschenkelblock'],
    ['incomplete-right-bundle-branch-block', 'Incomplete right bundle branch block', 'Inkompletter Rechtsschenkelblock', 'incomplete right bundle branch block.', 'unvollständiger rechtsschenkelblock'],
    ['left-anterior-fascicular-block', 'Left anterior fascicular block', 'Linksanteriorer Hemiblock', 'left anterior fascicular block.', 'linksanteriorer hemiblock'],
    ['left-posterior-fascicular-block', 'Left posterior fascicular block', 'Linksposteriorer Hemiblock', 'left posterior fascicular block.', 'linksposteriorer hemiblock'],
    ['nonspecific-intraventricular-conduction-delay', 'Non-specific intraventricular conduction disturbance', 'Unspezifische intraventrikuläre Leitungsstörung', 'non-specific intraventricular delay.', 'unspezifischer intraventrikulärer block'],
    ['ventricular-preexcitation', 'Ventricular preexcitation', 'Präexzitation', 'ventricular preexcitation.', 'wpw-syndrom'],
    ['brugada-pattern', 'Brugada pattern', 'Brugada-Muster'],
  ]),
];
