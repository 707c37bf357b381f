import type { Text } from './text.js';

/** Sections of a report, in its order. */
export const SECTIONS = {
  rhythm: { en: 'Rhythm', de: 'Rhythmus' },
  intervals: { en: 'Rate and intervals', de: 'Frequenz und Intervalle' },
  axis: { en: 'Axis', de: 'Lagetyp' },
  conduction: { en: 'Conduction', de: 'Erregungsleitung' },
  hypertrophy: { en: 'Hypertrophy and voltage', de: 'Hypertrophie und Voltage' },
  ischaemia: { en: 'Ischaemia and ST-T', de: 'Ischämie und ST-T' },
  structural: { en: 'Structural suspicion', de: 'Struktureller Verdacht' },
  quality: { en: 'Signal quality', de: 'Signalqualität' },
  comparison: { en: 'Comparison with an earlier tracing', de: 'Vergleich mit einer früheren Aufzeichnung' },
  limits: { en: 'Limits', de: 'Grenzen' },
} as const satisfies Readonly<Record<string, Text>>;

export type SectionId = keyof typeof SECTIONS;
export const SECTION_IDS = Object.keys(SECTIONS) as readonly SectionId[];
