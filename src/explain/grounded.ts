import type { Because } from './because.js';
import { RULES } from './criteria/index.js';
import type { Facts } from './facts.js';
import type { Report, Sentence } from './report.js';
import { TERMS } from './terms/index.js';
import { type Language, numberText } from './text.js';

/** What was read in a report's sentences, and what of it has no ground. */
export interface Grounding {
  /** Numbers that were read. */
  readonly numbers: number;
  /** Names of terms that were read. */
  readonly findings: number;
  readonly ungrounded: readonly Ungrounded[];
}

/** What a text says that its report does not carry. */
export interface Ungrounded {
  readonly sentence: string;
  readonly kind: 'number' | 'finding';
  readonly what: string;
}

/** A number in a text, and none that is part of a lead's or a term's name. */
const NUMBER = /(?<![\p{L}\p{N}])[−-]?\d+(?:[.,]\d+)?(?![\p{L}\p{N}])/gu;
const DIGITS_MAX = 3;

/** Names of terms and rules, the longer first: one may be a part of another. */
const NAMES = (['en', 'de'] as const).map((language) => [language, [...TERMS, ...RULES].map(({ id, name }) => ({ id, name: name[language] })).sort((a, b) => b.name.length - a.name.length)] as const);
const BY_LANGUAGE = new Map<Language, readonly { readonly id: string; readonly name: string }[]>(NAMES);

/**
 * Reads a report's sentences again as a stranger would: every number must be one of its sentence's `because`, every name of a term or a rule one that the sentence's `because` scores or has found to hold.
 * It knows nothing of how sentences are made, so that one that was made, or rewritten, wrongly is found.
 */
export function groundingOf({ sections, language }: Pick<Report, 'sections' | 'language'>): Grounding {
  const each = sections.flatMap(({ sentences }) => sentences.map((sentence) => ofSentence(sentence, language)));
  const sum = (key: 'numbers' | 'findings') => each.reduce((total, one) => total + one[key], 0);
  return { numbers: sum('numbers'), findings: sum('findings'), ungrounded: each.flatMap(({ ungrounded }) => ungrounded) };
}

function ofSentence({ text, because }: Sentence, language: Language): Grounding {
  const scored = new Set(because.flatMap((one) => (one.kind === 'score' || (one.kind === 'rule' && one.holds) ? [nameOf(one.id, language)] : [])));
  const ungrounded: Ungrounded[] = [];
  let [rest, findings] = [text, 0];
  for (const { name } of BY_LANGUAGE.get(language)!) {
    if (!rest.includes(name)) continue;
    findings++;
    if (!scored.has(name)) ungrounded.push({ sentence: text, kind: 'finding', what: name });
    rest = rest.replaceAll(name, ' ');
  }
  const known = new Set(because.flatMap((one) => numbersOf(one).flatMap((value) => Array.from({ length: DIGITS_MAX + 1 }, (_, digits) => numberText(value, digits, language)))));
  const numbers = [...rest.matchAll(NUMBER)].map(([number]) => number);
  for (const number of numbers) if (!known.has(number.replace('-', '−'))) ungrounded.push({ sentence: text, kind: 'number', what: number });
  return { numbers: numbers.length, findings, ungrounded };
}

function nameOf(id: string, language: Language): string | undefined {
  return BY_LANGUAGE.get(language)!.find((one) => one.id === id)?.name;
}

function numbersOf(one: Because): readonly number[] {
  switch (one.kind) {
    case 'measurement':
      return [one.value];
    case 'score':
      return [one.value, one.threshold];
    case 'criterion':
      return Object.values(one.limits);
    default:
      return [];
  }
}

/** Numbers of single values in an outcome's measurements, that sentences are made from. */
const SINGLE = ['heartRateBpm', 'prMs', 'qrsMs', 'qtMs', 'qtcMs', 'axisDeg'] as const;

/** Measurements and scores that a sentence names and that its facts do not have, or have otherwise. Of the segment that is reported, not of an earlier one. */
export function unmeasured({ sections }: Pick<Report, 'sections'>, { outcome: { measurements }, scores }: Facts): readonly Ungrounded[] {
  const level = (id: string, lead: string | undefined): number | undefined => {
    if (id === 'st') return measurements.st.find((one) => one.lead === lead)?.mv;
    const voltage = measurements.voltages.find((one) => one.lead === lead);
    return id === 'voltages.rMv' ? voltage?.rMv : id === 'voltages.sMv' ? voltage?.sMv : undefined;
  };
  const isSo = (one: Because): boolean => {
    if (one.kind === 'score') return scores.some(({ id, value, threshold }) => id === one.id && value === one.value && threshold === one.threshold);
    if (one.kind !== 'measurement') return true;
    const single = SINGLE.find((id) => id === one.id);
    if (single !== undefined) return measurements[single] === one.value;
    return one.lead === undefined || level(one.id, one.lead) === one.value;
  };
  return sections
    .filter(({ id }) => id !== 'comparison')
    .flatMap(({ sentences }) => sentences.flatMap(({ text, because }) => because.filter((one) => !isSo(one)).map((one): Ungrounded => ({ sentence: text, kind: 'number', what: one.kind === 'measurement' || one.kind === 'score' ? `${one.id} ${one.value}` : one.kind }))));
}
