import type { SectionId } from '../sections.js';
import type { Text } from '../text.js';
import { SOURCES } from './sources.js';

/** Rules on measurements that a report says, by section; where each is defined. What a range or a criterion says already is not said again. */
export const RULES: readonly { readonly id: string; readonly section: SectionId; readonly name: Text; readonly citation: string }[] = [
  { id: 'rule-av-block', section: 'conduction', name: { en: 'By measurement there are more P waves than QRS complexes: AV block', de: 'Gemessen sind mehr P-Wellen als QRS-Komplexe: AV-Block' }, citation: SOURCES.bradycardia },
  { id: 'rule-preexcitation', section: 'conduction', name: { en: 'By measurement the PR interval is short before a broad QRS: preexcitation is possible', de: 'Gemessen ist ein kurzes PQ-Intervall vor breitem QRS: eine Präexzitation ist möglich' }, citation: SOURCES.conduction },
  { id: 'rule-low-voltage', section: 'hypertrophy', name: { en: 'By measurement the QRS is low in all limb and chest leads', de: 'Gemessen ist der QRS-Komplex in allen Extremitäten- und Brustwandableitungen niedrig' }, citation: SOURCES.lowVoltage },
  { id: 'rule-st-elevation', section: 'ischaemia', name: { en: 'By measurement ST is elevated in two neighbouring leads, and depressed on the other side of the heart', de: 'Gemessen ist ST in zwei benachbarten Ableitungen gehoben und auf der Gegenseite gesenkt' }, citation: SOURCES.stLimits },
  { id: 'rule-st-elevation-alone', section: 'ischaemia', name: { en: 'By measurement ST is elevated in two neighbouring leads', de: 'Gemessen ist ST in zwei benachbarten Ableitungen gehoben' }, citation: SOURCES.stLimits },
  { id: 'rule-dextrocardia', section: 'structural', name: { en: 'By measurement the voltages have the pattern of dextrocardia or of exchanged electrodes', de: 'Gemessen ist ein Voltage-Muster wie bei Dextrokardie oder vertauschten Elektroden' }, citation: SOURCES.dextrocardia },
];
