import type { Measurements } from '../ecg/index.js';
import type { Claim } from './claims.js';
import { NORMAL_IDS, type Term } from './terms/index.js';
import type { Language, Text } from './text.js';

/** Said before the axis, as carts have it; all else follows. */
const BEFORE_AXIS: ReadonlySet<string> = new Set(['1AVB', 'first-degree-av-block', 'LAO/LAE', 'left-atrial-enlargement', 'RAO/RAE', 'right-atrial-enlargement']);
/** Said in the words of another that is there: the one that says more stands. */
const SAID_BY: Readonly<Record<string, string>> = { LVH: 'VCLVH', SR: 'PACE' };

/** How carts name the frontal axis, degrees; empty: not at all. The German ones tell a left axis from 30 degrees on. */
const AXIS_LINES: readonly { readonly from: number; readonly text: Text }[] = [
  { from: 121, text: { en: 'right axis deviation.', de: 'ueberdrehter rechtstyp' } },
  { from: 91, text: { en: 'right axis deviation.', de: 'rechtstyp' } },
  { from: 31, text: { en: '', de: 'lagetyp normal' } },
  { from: -29, text: { en: '', de: 'linkstyp' } },
  { from: -90, text: { en: 'left axis deviation.', de: 'ueberdrehter linkstyp' } },
  { from: -180, text: { en: 'extreme axis deviation.', de: 'ueberdrehter rechtstyp' } },
];

const OTHERWISE: Text = { en: 'otherwise ', de: 'sonst ' };
/** A draft is confirmed by nobody; the German carts print it. */
const END: Text = { en: '', de: 'unbestätigter bericht' };
/** Of phrases that begin alike the beginning is said once: before this sign. */
const SPLIT = ' | ';

const isNormal = ({ id }: Term): boolean => NORMAL_IDS.has(id);

/** The claims and the axis in one line, lower case, as carts print theirs: to be compared with written reports. */
export function lineOf(claims: readonly Claim[], { axisDeg }: Pick<Measurements, 'axisDeg'>, language: Language): string {
  const ids = new Set(claims.map(({ term }) => term.id));
  const terms = claims.map(({ term }) => term).filter(({ id, line }) => line !== undefined && !ids.has(SAID_BY[id]));
  const isBefore = ({ section, id }: Term): boolean => section === 'rhythm' || BEFORE_AXIS.has(id);
  const lines = (of: readonly Term[]): readonly string[] => of.map(({ line }) => line![language]);
  const rest = terms.filter((term) => !isNormal(term));
  const axis = axisDeg === undefined ? '' : AXIS_LINES.find(({ from }) => axisDeg >= from)!.text[language];
  const isAlone = rest.every(({ id }) => id === 'SR');
  const normal = terms.filter(isNormal).map(({ line }) => `${isAlone ? '' : OTHERWISE[language]}${line![language]}`);
  const parts = [...lines(rest.filter(isBefore)), axis, ...lines(rest.filter((term) => !isBefore(term))), ...normal, END[language]];
  return joined([...new Set(parts.filter((part) => part !== ''))]);
}

function joined(parts: readonly string[]): string {
  let begun = '';
  return parts.map((part) => {
    const [beginning, rest] = part.includes(SPLIT) ? part.split(SPLIT) : ['', part];
    const text = beginning === '' || beginning === begun ? rest : `${beginning} ${rest}`;
    begun = beginning;
    return text;
  }).join(' ');
}
