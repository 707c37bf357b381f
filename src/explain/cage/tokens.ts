import type { Language } from '../text.js';

/** A piece of a text. Words are in lower case, German ones without their endings; signs are punctuation, and hyphens within words are none. */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly raw: string }
  /** As it stands, but with a true minus. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

/** Beyond these a letter may look like another one. */
const ALLOWED = /^[A-Za-zÄÖÜäöüß0-9 .,;:()%°/–−-]*$/;
/** Spaces that typesetters use. */
const SPACES = /[\u00A0\u202F\t]/g;
const NUMBER: Readonly<Record<Language, RegExp>> = { en: /^[−-]?\d+(?:\.\d+)?/, de: /^[−-]?\d+(?:,\d+)?/ };
const ORDINAL = /^\d(?:st|nd|rd|th)(?![A-Za-z])/;
const WORD = /^[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß0-9]*/;
/** Endings of German adjectives, nouns and verbs; of words long enough to stay distinct. */
const ENDING = /(?:er|em|en|es|e|s|n)$/;
const STEM_MIN = 5;

/** Undefined: the text has characters that no draft has. */
export function tokensOf(text: string, language: Language): readonly Token[] | undefined {
  const plain = text.replaceAll(SPACES, ' ');
  if (!ALLOWED.test(plain)) return undefined;
  const tokens: Token[] = [];
  for (let at = 0; at < plain.length; ) {
    const rest = plain.slice(at);
    const before = plain[at - 1] ?? ' ';
    const isInside = /[A-Za-zÄÖÜäöüß0-9]/.test(before);
    const ordinal = ORDINAL.exec(rest)?.[0];
    const number = ordinal === undefined && !(isInside && /^[−-]/.test(rest)) ? NUMBER[language].exec(rest)?.[0] : undefined;
    const word = ordinal ?? (number === undefined ? WORD.exec(rest)?.[0] : undefined);
    // ".5", and a decimal sign of another language, are part of the number.
    if (number !== undefined) tokens.push({ kind: 'number', text: `${/[.,]/.test(before) ? before : ''}${number.replace('-', '−')}` });
    else if (word !== undefined) tokens.push({ kind: 'word', text: folded(word, language), raw: word });
    else if (rest[0] !== ' ' && !(rest[0] === '-' && isInside && /^-[A-Za-zÄÖÜäöüß]/.test(rest))) tokens.push({ kind: 'sign', text: rest[0] });
    at += (number ?? word ?? rest[0]).length;
  }
  return tokens;
}

function folded(word: string, language: Language): string {
  const lower = word.toLowerCase();
  if (language === 'en' || lower.length <= STEM_MIN) return lower;
  const stem = lower.replace(ENDING, '');
  return stem.length < STEM_MIN ? lower : stem;
}
