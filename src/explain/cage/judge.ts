import { TEMPLATES, type TemplateId } from '../templates.js';
import type { Language } from '../text.js';
import { AMBIGUOUS, type Atom, type AtomKind, atomsOf } from './atoms.js';
import { READINGS } from './phrases.js';
import { WORDINGS } from './wordings.js';

/** Why a rewritten sentence is not taken. */
export const CAGE_REASONS = ['missing', 'too-long', 'characters', 'form', 'mark', 'negation', 'finding', 'number', 'lead', 'word', 'dropped', 'order'] as const;
export type CageReason = (typeof CAGE_REASONS)[number];

/** A sentence of a draft: the template that it was made from, and its text. */
export interface Drafted {
  readonly id: string;
  readonly text: string;
}

/** Of a rewritten sentence: so many times its draft, and so many characters more. */
const LONGER = 2;
const LONGER_CHARACTERS = 80;

/** Undefined: the text says what its draft says, no more and no less. Each sentence is compared with its own draft alone. */
export function refusalOf(draft: Drafted, text: string, language: Language): CageReason | undefined {
  if (text.trim() === '') return 'missing';
  if (text.length > LONGER * draft.text.length + LONGER_CHARACTERS) return 'too-long';
  const reading = READINGS[language];
  const atoms = atomsOf(text, reading);
  if (atoms === undefined) return 'characters';
  if (!isFormed(text)) return 'form';
  if (atoms.includes(AMBIGUOUS)) return 'number';
  const own = atomsOf(draft.text, reading);
  if (own === undefined) return 'word';
  // Beside a denial, or what was not measured, that something is there is news.
  const denies = own.some(({ kind }) => kind === 'negation');
  const weighed = (all: readonly Atom[]): readonly Atom[] => (denies ? all : all.filter(({ kind }) => kind !== 'presence'));
  const said = weighed(atoms);
  const isLike = (other: readonly Atom[] | undefined): boolean => other?.length === said.length && other.every((atom, i) => atom.text === said[i].text && atom.kind === said[i].kind);
  if (isLike(weighed(own)) || wordingsOf(draft, language).some((wording) => isLike(weighed(atomsOf(wording, reading) ?? [])))) return undefined;
  return differenceOf(weighed(own), said);
}

/** Whole sentences: brackets in pairs, signs where sentences have them, and an end. */
function isFormed(text: string): boolean {
  const plain = text.trim();
  if (!/^[\p{L}\d−-].*\.$/u.test(plain) || !isPaired(plain)) return false;
  // Within numbers, before a unit, or before a space; a point ends a sentence, or an ordinal.
  return !/\s[.,;:)]|\(\s|[.,;:(]{2}|[,;:][^\s\d]|\.(?=[^\s\d)])|\. (?=\p{Ll})/u.test(plain);
}

function isPaired(text: string): boolean {
  let depth = 0;
  for (const sign of text.match(/[()]/g) ?? []) {
    depth += sign === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The draft in the other orders that it may be said in. */
function wordingsOf({ id, text }: Drafted, language: Language): readonly string[] {
  const wordings = WORDINGS[id as TemplateId]?.[language] ?? [];
  if (wordings.length === 0) return [];
  const values = valuesIn(TEMPLATES[id as TemplateId][language], text);
  return values === undefined ? [] : wordings.map((wording) => wording.replaceAll(/\{(\w+)\}/g, (_, place: string) => values[place]));
}

const NUMERIC: ReadonlySet<string> = new Set(['value', 'low', 'high', 'score', 'threshold', 'before', 'limit', 'after', 'seconds', 'percent', 'count', 'beats', 'quality', 'best']);

/** What stands in a template's places; undefined: the text was not made from it. */
function valuesIn(template: string, text: string): Readonly<Record<string, string>> | undefined {
  const seen = new Set<string>();
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{(\w+)\}/g, (_, place: string) => {
    if (seen.has(place)) return `\\k<${place}>`;
    seen.add(place);
    return `(?<${place}>${NUMERIC.has(place) ? '−?\\d+(?:[.,]\\d+)?' : '.*?'})`;
  });
  return new RegExp(`^${pattern}$`).exec(text)?.groups ?? (seen.size === 0 ? {} : undefined);
}

/** In this order: what weighs most is named. */
const BY_KIND: readonly (readonly [AtomKind, CageReason])[] = [['mark', 'mark'], ['negation', 'negation'], ['finding', 'finding'], ['number', 'number'], ['lead', 'lead']];

function differenceOf(own: readonly Atom[], atoms: readonly Atom[]): CageReason {
  const [missing, added] = [less(own, atoms), less(atoms, own)];
  for (const [kind, reason] of BY_KIND) if ([...missing, ...added].some((atom) => atom.kind === kind)) return reason;
  return added.length > 0 ? 'word' : missing.length > 0 ? 'dropped' : 'order';
}

/** What the first has and the second has not, as often as it has it more. */
function less(first: readonly Atom[], second: readonly Atom[]): readonly Atom[] {
  const left = second.map(({ kind, text }) => `${kind} ${text}`);
  return first.filter(({ kind, text }) => {
    const at = left.indexOf(`${kind} ${text}`);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
