import { printable } from '../../ecg/index.js';
import type { Nearest, Neighbour, ReferenceSet } from '../neighbours/index.js';
import { termOf } from '../terms/index.js';
import { type Language, numberText, type Text } from '../text.js';
import { escaped } from './escaped.js';

const TITLE: Text = { en: 'Most alike among labelled recordings', de: 'Am ähnlichsten unter beurteilten Aufzeichnungen' };
const INSUFFICIENT: Text = {
  en: 'Insufficient evidence: the nearest recordings are not like this one (mean similarity {similarity}, floor {floor}). Nothing follows from them, and none is shown.',
  de: 'Nicht genügend Anhalt: auch die nächsten Aufzeichnungen gleichen dieser nicht (mittlere Ähnlichkeit {similarity}, Grenze {floor}). Aus ihnen folgt nichts, und keine wird gezeigt.',
};
const NOT_COMPARED: Readonly<Record<NotCompared, Text>> = {
  unusable: { en: 'Insufficient evidence: the model says nothing of this segment.', de: 'Nicht genügend Anhalt: das Modell sagt nichts zu diesem Abschnitt.' },
  'no-samples': { en: 'Not compared: the samples of this segment are not kept any more.', de: 'Nicht verglichen: die Messwerte dieses Abschnitts sind nicht mehr vorhanden.' },
  away: { en: 'Not compared: the model does not answer now.', de: 'Nicht verglichen: das Modell antwortet gerade nicht.' },
  'nothing-to-compare-with': { en: 'Not compared: there are no labelled recordings to compare with, or no encoder is configured.', de: 'Nicht verglichen: es gibt keine beurteilten Aufzeichnungen zum Vergleich, oder kein Encoder ist eingestellt.' },
};
const FOUND: Text = {
  en: 'Other people’s tracings, by what the model sees in them (mean similarity {similarity}, floor {floor}). What was stated of them is no finding of this one.',
  de: 'Aufzeichnungen anderer Menschen, nach dem, was das Modell in ihnen sieht (mittlere Ähnlichkeit {similarity}, Grenze {floor}). Was zu ihnen gesagt wurde, ist kein Befund dieser.',
};
const NO_STATEMENT: Text = { en: 'nothing was stated', de: 'ohne Aussage' };
const DIGITS = 3;

/** Why a segment was not compared. */
export type NotCompared = 'unusable' | 'no-samples' | 'away' | 'nothing-to-compare-with';

/** The neighbours of a segment as they are given to people and programs: nobody is named where the evidence is insufficient. */
export interface NeighboursView {
  readonly source?: ReferenceSet['source'];
  /** What compared them, name@version. */
  readonly model?: string;
  readonly isSufficient: boolean;
  readonly similarity?: number;
  readonly floor?: number;
  readonly why?: NotCompared;
  readonly neighbours: readonly Neighbour[];
}

export function neighboursView(compared: Nearest | NotCompared, set?: Pick<ReferenceSet, 'source' | 'model'>): NeighboursView {
  const by = set && { source: set.source, model: `${set.model.name}@${set.model.version}` };
  if (typeof compared === 'string') return { ...by, isSufficient: false, why: compared, neighbours: [] };
  return { ...by, ...compared, neighbours: compared.isSufficient ? compared.neighbours : [] };
}

/** Words for them, for whatever they stand on. */
export interface NeighboursWorded {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly string[];
  /** Of the recordings that are shown; empty: none are. */
  readonly source: string;
}

export function neighboursWorded({ source, isSufficient, similarity = 0, floor = 0, why, neighbours }: NeighboursView, language: Language): NeighboursWorded {
  const number = (value: number) => numberText(value, DIGITS, language);
  const note = why === undefined ? (isSufficient ? FOUND : INSUFFICIENT)[language].replace('{similarity}', number(similarity)).replace('{floor}', number(floor)) : NOT_COMPARED[why][language];
  const name = (id: string) => termOf(id)?.name[language] ?? id;
  const rows = neighbours.map((one) => `${number(one.similarity)}  ${one.id}: ${one.statements.map(name).join(', ') || NO_STATEMENT[language]}${one.report === undefined ? '' : ` (“${one.report}”)`}`);
  return { title: TITLE[language], note, rows, source: rows.length === 0 ? '' : sourceText(source) };
}

/** What the recordings are, whose they are, and what cites them. */
export const sourceText = (source: ReferenceSet['source'] | undefined): string => [source?.data, source?.licence, source?.citation].filter((part) => part !== undefined).join('. ');

/** For a terminal, beneath a report. */
export function neighboursText(view: NeighboursView, language: Language): string {
  const { title, note, rows, source } = neighboursWorded(view, language);
  return `${[title, `  ${note}`, ...rows.map((row) => `  ${row}`), ...(source === '' ? [] : [`      ${source}`])].map(printable).join('\n')}\n`;
}

/** The same as a part of a page. */
export function neighboursHtml(view: NeighboursView, language: Language): string {
  const { title, note, rows, source } = neighboursWorded(view, language);
  const list = rows.length === 0 ? '' : `\n<ol>${rows.map((row) => `<li>${escaped(row)}</li>`).join('')}</ol>\n<p>${escaped(source)}</p>`;
  return `<h2>${escaped(title)}</h2>\n<p>${escaped(note)}</p>${list}`;
}
