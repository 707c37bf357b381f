import { type Term, termsOf } from './term.js';

/** Statements on chambers and voltage. The axis is measured: no model's word on it is said. */
export const HYPERTROPHY: readonly Term[] = [
  ...termsOf('hypertrophy', ['diagnostic'], [
    ['LVH', 'Left ventricular hypertrophy', 'Linksventrikuläre Hypertrophie', 'voltages are high suggesting lvh.', 'linkshypertrophie möglich'],
    ['RVH', 'Right ventricular hypertrophy', 'Rechtsventrikuläre Hypertrophie', 'right ventricular hypertrophy.', 'rechtshypertrophie'],
    ['SEHYP', 'Septal hypertrophy', 'Septumhypertrophie', 'septal hypertrophy.', 'septumhypertrophie'],
    ['LAO/LAE', 'Left atrial overload or enlargement', 'Linksatriale Belastung', 'left atrial enlargement.', 'verdacht auf p-sinistrocardiale'],
    ['RAO/RAE', 'Right atrial overload or enlargement', 'Rechtsatriale Belastung', 'right atrial enlargement.', 'verdacht auf p-dextrocardiale'],
  ]),
  ...termsOf('hypertrophy', ['form'], [
    ['VCLVH', 'Voltage criteria of left ventricular hypertrophy', 'Voltage-Kriterien einer linksventrikulären Hypertrophie', 'voltages are high suggesting lvh.', 'mässige amplitudenkriterien für linkshypertrophie'],
    ['HVOLT', 'High QRS voltage', 'Hohe QRS-Amplituden', 'high qrs voltages.', 'hohe qrs-amplituden'],
    ['LVOLT', 'Low QRS voltage', 'Niedrige QRS-Amplituden', 'low limb lead voltage.', 'periphere niederspannung'],
  ]),
  ...termsOf('hypertrophy', [], [
    ['left-ventricular-hypertrophy', 'Left ventricular hypertrophy', 'Linksventrikuläre Hypertrophie', 'voltages are high suggesting lvh.', 'linkshypertrophie möglich'],
    ['right-ventricular-hypertrophy', 'Right ventricular hypertrophy', 'Rechtsventrikuläre Hypertrophie', 'right ventricular hypertrophy.', 'rechtshypertrophie'],
    ['left-atrial-enlargement', 'Left atrial enlargement', 'Linksatriale Belastung', 'left atrial enlargement.', 'verdacht auf p-sinistrocardiale'],
    ['right-atrial-enlargement', 'Right atrial enlargement', 'Rechtsatriale Belastung', 'right atrial enlargement.', 'verdacht auf p-dextrocardiale'],
    ['low-qrs-voltage', 'Low QRS voltage', 'Niedrige QRS-Amplituden', 'low limb lead voltage.', 'periphere niederspannung'],
  ]),
];
