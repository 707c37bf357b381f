import { AXES, CRITERIA, RANGES } from '../criteria/index.js';
import { TERMS } from '../terms/index.js';
import type { Language, Text } from '../text.js';

/** By the English name: other names of the same, never of a part of it or of more. */
const OTHER_NAMES: Readonly<Record<string, Partial<Record<Language, readonly string[]>>>> = {
  'Atrial fibrillation': { en: ['AF', 'AFib'], de: ['VHF'] },
  'Atrial flutter': { en: ['AFL'] },
  'Sinus rhythm': { de: ['Sinus-Rhythmus'] },
  'Ventricular premature complexes': { en: ['PVCs', 'VPCs', 'premature ventricular complexes', 'premature ventricular contractions', 'ventricular premature beats', 'premature ventricular beats', 'ventricular premature contractions'], de: ['VES'] },
  'Atrial premature complexes': { en: ['PACs', 'APCs', 'premature atrial complexes', 'premature atrial contractions', 'atrial premature beats', 'premature atrial beats', 'atrial premature contractions'], de: ['SVES'] },
  'Premature complexes': { en: ['premature beats'] },
  'First-degree AV block': { en: ['1st-degree AV block', 'AV block of the first degree'], de: ['AV-Block ersten Grades', 'AV-Block 1. Grades'] },
  'Second-degree AV block': { en: ['2nd-degree AV block', 'AV block of the second degree'], de: ['AV-Block zweiten Grades'] },
  'Third-degree AV block': { en: ['3rd-degree AV block', 'AV block of the third degree'], de: ['AV-Block dritten Grades'] },
  'Complete left bundle branch block': { en: ['complete LBBB'], de: ['vollständiger Linksschenkelblock', 'kompletter LSB'] },
  'Incomplete left bundle branch block': { en: ['incomplete LBBB'], de: ['unvollständiger Linksschenkelblock', 'inkompletter LSB'] },
  'Complete right bundle branch block': { en: ['complete RBBB'], de: ['vollständiger Rechtsschenkelblock', 'kompletter RSB'] },
  'Incomplete right bundle branch block': { en: ['incomplete RBBB'], de: ['unvollständiger Rechtsschenkelblock', 'inkompletter RSB'] },
  'Left bundle branch block': { en: ['LBBB'], de: ['LSB'] },
  'Right bundle branch block': { en: ['RBBB'], de: ['RSB'] },
  'Left anterior fascicular block': { en: ['LAFB', 'left anterior hemiblock'], de: ['LAHB', 'linksanteriorer Faszikelblock'] },
  'Left posterior fascicular block': { en: ['LPFB', 'left posterior hemiblock'], de: ['LPHB', 'linksposteriorer Faszikelblock'] },
  'Non-specific intraventricular conduction disturbance': { en: ['non-specific intraventricular conduction delay'] },
  'Left ventricular hypertrophy': { en: ['LVH', 'hypertrophy of the left ventricle'], de: ['Linksherzhypertrophie', 'LVH'] },
  'Right ventricular hypertrophy': { en: ['RVH', 'hypertrophy of the right ventricle'], de: ['Rechtsherzhypertrophie', 'RVH'] },
  'Long QT interval': { en: ['prolonged QT interval', 'QT prolongation'], de: ['QT-Verlängerung', 'langes QT-Intervall'] },
  'Prolonged PR interval': { en: ['long PR interval'], de: ['verlängerte PQ-Zeit'] },
  'Low QRS voltage': { en: ['low QRS voltages'], de: ['niedrige QRS-Voltage'] },
  'High QRS voltage': { en: ['high QRS voltages'] },
  'Normal ECG': { en: ['normal electrocardiogram'], de: ['normales Elektrokardiogramm'] },
  'Paced rhythm': { en: ['pacemaker rhythm'] },
  'Functioning artificial pacemaker': { de: ['Schrittmacherrhythmus'] },
  'Inverted T waves': { en: ['T-wave inversion', 'T-wave inversions'], de: ['negative T-Wellen'] },
  'T waves of low amplitude': { en: ['low-amplitude T waves'] },
  'Early repolarisation': { en: ['early repolarization'] },
  ...Object.fromEntries(
    (['inferior', 'anteroseptal', 'anterior', 'anterolateral', 'lateral', 'inferolateral', 'inferoposterior', 'inferoposterolateral', 'posterior'] as const).map((wall) => {
      const name = `${wall[0].toUpperCase()}${wall.slice(1)}`;
      return [`${name} myocardial infarction`, { en: [`${wall} infarction`, `${wall} MI`], de: [`${name}er Infarkt`] }];
    }),
  ),
  'PR interval': { en: ['PQ interval'], de: ['PQ-Zeit', 'PR-Intervall'] },
  'QRS duration': { en: ['QRS width'], de: ['QRS-Breite'] },
  'QT interval': { en: ['QT time'], de: ['QT-Zeit'] },
  'QTc (Fridericia)': { en: ['QTc by Fridericia', 'Fridericia QTc', 'QTc according to Fridericia'], de: ['QTc nach Fridericia'] },
  'Frontal QRS axis': { en: ['frontal axis of the QRS', 'QRS axis in the frontal plane'], de: ['frontale QRS-Achse'] },
};

const AXIS: Text = { en: 'Frontal QRS axis', de: 'QRS-Achse in der Frontalebene' };

/** All that is named in drafts: findings, measurements, criteria, axes; each by its English name, with its texts in a language. */
export function namesIn(language: Language): readonly { readonly key: string; readonly isFinding: boolean; readonly texts: readonly string[] }[] {
  const named = (isFinding: boolean) => (name: Text) => ({ key: name.en, isFinding, texts: [name[language], ...(OTHER_NAMES[name.en]?.[language] ?? [])] });
  return [...TERMS.map(({ name }) => named(true)(name)), ...AXES.map(({ name }) => named(true)(name)), ...[...CRITERIA, ...RANGES].map(({ name }) => named(false)(name)), named(false)(AXIS)];
}
