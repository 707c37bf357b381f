import { printable } from '../../ecg/index.js';
import type { Nearest, ReferenceSet } from '../neighbours/index.js';
import { termOf } from '../terms/index.js';
import { type Language, numberText, type Text } from '../text.js';
import { escaped } from './escaped.js';

const TITLE: Text = { en: 'Most alike among labelled recordings', de: 'Am ähnlichsten unter beurteilten Aufzeichnungen' };
const INSUFFICIENT: Text = {
  en: 'Insufficient evidence: the nearest recordings are not like this one (mean similarity {similarity}, floor {floor}). Nothing follows from them, and none is shown.',
  de: 'Nicht genügend Anhalt: auch die nächsten Aufzeichnungen gleichen dieser nicht (mittlere Ähnlichkeit {similarity}, Grenze {floor}). Aus ihnen folgt nichts, und keine wird gezeigt.',
};
const UNUSABLE: Text = { en: 'Insufficient evidence: the model says nothing of this segment.', de: 'Nicht genügend Anhalt: das Modell sagt nichts zu diesem Abschnitt.' };
const FOUND: Text = {
  en: 'Other people’s tracings, by what the model sees in them (mean similarity {similarity}, floor {floor}). What was stated of them is no finding of this one.',
  de: 'Aufzeichnungen anderer Menschen, nach dem, was das Modell in ihnen sieht (mittlere Ähnlichkeit {similarity}, Grenze {floor}). Was zu ihnen gesagt wurde, ist kein Befund dieser.',
};
const NO_STATEMENT: Text = { en: 'nothing was stated', de: 'ohne Aussage' };
const DIGITS = 3;

interface Worded {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly string[];
  readonly source: string;
}

/** Words for the neighbours; undefined: nothing could be compared. */
function worded(found: Nearest | undefined, { source }: Pick<ReferenceSet, 'source'>, language: Language): Worded {
  const number = (value: number) => numberText(value, DIGITS, language);
  const note = found === undefined ? UNUSABLE[language] : (found.isSufficient ? FOUND : INSUFFICIENT)[language].replace('{similarity}', number(found.similarity)).replace('{floor}', number(found.floor));
  const name = (id: string) => termOf(id)?.name[language] ?? id;
  const rows = (found?.isSufficient === true ? found.neighbours : []).map(({ id, statements, report, similarity }) =>
    `${number(similarity)}  ${id}: ${statements.map(name).join(', ') || NO_STATEMENT[language]}${report === undefined ? '' : ` (“${report}”)`}`,
  );
  return { title: TITLE[language], note, rows, source: [source.data, source.licence, source.citation].filter((part) => part !== undefined).join('. ') };
}

/** For a terminal, beneath a report. */
export function neighboursText(found: Nearest | undefined, set: Pick<ReferenceSet, 'source'>, language: Language): string {
  const { title, note, rows, source } = worded(found, set, language);
  return `${[title, `  ${note}`, ...rows.map((row) => `  ${row}`), ...(rows.length === 0 ? [] : [`      ${source}`])].map(printable).join('\n')}\n`;
}

/** The same as a part of a page. */
export function neighboursHtml(found: Nearest | undefined, set: Pick<ReferenceSet, 'source'>, language: Language): string {
  const { title, note, rows, source } = worded(found, set, language);
  const list = rows.length === 0 ? '' : `\n<ol>${rows.map((row) => `<li>${escaped(row)}</li>`).join('')}</ol>\n<p>${escaped(source)}</p>`;
  return `<h2>${escaped(title)}</h2>\n<p>${escaped(note)}</p>${list}`;
}
