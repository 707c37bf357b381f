import type { Evidence } from '../ecg/index.js';
import type { Text } from './text.js';

const UNMARKED: Text = { en: '', de: '' };
/** What follows the numbers of a score, by what is known of its finding. */
export const MARKS: Readonly<Record<Evidence, Text>> = {
  external: UNMARKED,
  internal: UNMARKED,
  rule: UNMARKED,
  none: { en: '; UNPROVEN: too few real recordings bear it out', de: '; UNBEWIESEN: durch zu wenige echte Aufzeichnungen belegt' },
  simulated: { en: '; UNPROVEN: known of simulated patients alone', de: '; UNBEWIESEN: nur von simulierten Patienten bekannt' },
};
