import type { Outcome } from '../ecg/index.js';
import type { Claim } from './claims.js';
import { isChild, placeOf, RANGES } from './criteria/index.js';
import { NORMAL_IDS, type Term } from './terms/index.js';
import type { Language, Text } from './text.js';

/** Said before the axis, as carts have it; all else follows. */
const BEFORE_AXIS: ReadonlySet<string> = new Set(['1AVB', 'LPR', 'first-degree-av-block', 'LAO/LAE', 'left-atrial-enlargement', 'RAO/RAE', 'right-atrial-enlargement']);
/** Said in the words of another that is there: the one that says more stands. */
const SAID_BY: Readonly<Record<string, string>> = { LVH: 'VCLVH', SR: 'PACE' };

/**
 * How carts name the frontal axis, from the degree that it begins at; empty: not at all. The limits of the German ones are those that agree most often with PTB-XL's `heart_axis` on folds 7 and
 * 8: a left axis begins at 5 degrees.
 */
const AXIS_LINES: readonly { readonly from: number; readonly text: Text }[] = [
  { from: 115, text: { en: 'right axis deviation.', de: 'ueberdrehter rechtstyp' } },
  { from: 90, text: { en: 'right axis deviation.', de: 'rechtstyp' } },
  { from: 5, text: { en: '', de: 'lagetyp normal' } },
  { from: -30, text: { en: '', de: 'linkstyp' } },
  { from: -90, text: { en: 'left axis deviation.', de: 'ueberdrehter linkstyp' } },
  { from: -180, text: { en: 'extreme axis deviation.', de: 'ueberdrehter rechtstyp' } },
];

const OTHERWISE: Text = { en: 'otherwise ', de: 'sonst ' };
/** Of phrases that begin alike the beginning is said once: before this sign. */
const SPLIT = ' | ';

/** Of atrial fibrillation whose rate is above the normal range. */
const FAST: Readonly<Record<string, Text>> = {
  AFIB: { en: 'atrial fibrillation with rapid ventricular response.', de: 'tachykardes vorhofflimmern' },
  'atrial-fibrillation': { en: 'atrial fibrillation with rapid ventricular response.', de: 'tachykardes vorhofflimmern' },
};
const RATE = RANGES.find(({ id }) => id === 'heartRateBpm')!;

const isNormal = ({ id }: Term): boolean => NORMAL_IDS.has(id);

/** The claims and the axis in one line, lower case, as carts print theirs: to be compared with written reports. Of a child no axis and no fast rate: their limits are of adults. */
export function lineOf(claims: readonly Claim[], { measurements, association }: Pick<Outcome, 'measurements' | 'association'>, language: Language): string {
  const { axisDeg, heartRateBpm } = isChild(association) ? {} : measurements;
  const isFast = heartRateBpm !== undefined && placeOf(heartRateBpm, RATE.normal(undefined)) === 'above';
  const ids = new Set(claims.map(({ term }) => term.id));
  const terms = claims.map(({ term }) => term).filter(({ id, line }) => line !== undefined && !ids.has(SAID_BY[id]));
  const isBefore = ({ section, id }: Term): boolean => section === 'rhythm' || BEFORE_AXIS.has(id);
  const lines = (of: readonly Term[]): readonly string[] => of.map(({ id, line }) => (isFast ? (FAST[id] ?? line!) : line!)[language]);
  const rest = terms.filter((term) => !isNormal(term));
  const axis = axisDeg === undefined ? '' : AXIS_LINES.find(({ from }) => axisDeg >= from)!.text[language];
  const isAlone = rest.every(({ id }) => id === 'SR');
  const normal = terms.filter(isNormal).map(({ line }) => `${isAlone ? '' : OTHERWISE[language]}${line![language]}`);
  const parts = [...lines(rest.filter(isBefore)), axis, ...lines(rest.filter((term) => !isBefore(term))), ...normal];
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
