import type { SectionId } from '../sections.js';
import type { Text } from '../text.js';

/** Groups of PTB-XL's statements (Wagner 2020), and of findings that only the catalogue has. */
export const GROUPS = ['diagnostic', 'rhythm', 'form'] as const;
export type Group = (typeof GROUPS)[number];

/** One thing that can be said of a recording: a statement of PTB-XL (SCP-ECG code) or a finding of the catalogue. */
export interface Term {
  readonly id: string;
  /** Empty: a finding of the catalogue that no statement stands for. */
  readonly groups: readonly Group[];
  readonly section: SectionId;
  readonly name: Text;
  /** As carts print it in the line of free text; undefined: the line leaves it out. */
  readonly line?: Text;
}

/** A row of the tables: id, name in English and German, and how carts print it in either. */
export type TermRow = readonly [id: string, en: string, de: string, lineEn?: string, lineDe?: string];

/** Terms of one section. */
export function termsOf(section: SectionId, groups: readonly Group[], rows: readonly TermRow[]): readonly Term[] {
  return rows.map(([id, en, de, lineEn, lineDe]) => ({ id, groups, section, name: { en, de }, ...(lineEn !== undefined && lineDe !== undefined && { line: { en: lineEn, de: lineDe } }) }));
}
