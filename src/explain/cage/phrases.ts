import type { Language } from '../text.js';
import { ENGLISH } from './lexicon/en.js';
import { GERMAN } from './lexicon/de.js';
import type { Lexicon } from './lexicon/lexicon.js';
import { namesIn } from './names.js';
import { type Token, tokensOf } from './tokens.js';

/** What a phrase is in a sentence. */
export type Meaning =
  | { readonly is: 'glue' | 'presence' | 'negation' }
  | { readonly is: 'finding' | 'name' | 'role' | 'word'; readonly key: string };

interface Phrase {
  readonly tokens: readonly Token[];
  readonly meaning: Meaning;
}

/** One language ready to be read by. */
export interface Reading {
  readonly language: Language;
  readonly lexicon: Lexicon;
  readonly isArticle: (token: Token) => boolean;
  /** The longest phrase that begins there. */
  readonly phraseAt: (tokens: readonly Token[], at: number) => { readonly length: number; readonly meaning: Meaning } | undefined;
  /** A list of the lexicon as it is read. */
  readonly among: (list: readonly string[], tokens: readonly Token[], at: number) => number;
}

const LEXICONS: Readonly<Record<Language, Lexicon>> = { en: ENGLISH, de: GERMAN };

function readingOf(language: Language): Reading {
  const lexicon = LEXICONS[language];
  const isArticle = (token: Token): boolean => token.kind === 'word' && lexicon.articles.includes(token.raw.toLowerCase());
  const read = (text: string): readonly Token[] => tokensOf(text, language)!.filter((token) => !isArticle(token));
  const of = (text: string, meaning: Meaning): Phrase => ({ tokens: read(text), meaning });
  const phrases = [
    ...namesIn(language).flatMap(({ key, isFinding, texts }) => texts.map((text) => of(text, { is: isFinding ? 'finding' : 'name', key }))),
    ...lexicon.synonyms.flatMap((texts) => texts.map((text) => of(text, { is: 'word', key: texts[0] }))),
    ...lexicon.roles.flatMap((texts) => texts.map((text) => of(text, { is: 'role', key: texts[0] }))),
    ...lexicon.negations.map((text) => of(text, { is: 'negation' })),
    ...lexicon.glue.map((text) => of(text, { is: 'glue' })),
    ...lexicon.presence.map((text) => of(text, { is: 'presence' })),
  ].filter(({ tokens }) => tokens.length > 0);
  const byFirst = new Map<string, Phrase[]>();
  for (const phrase of phrases) byFirst.set(phrase.tokens[0].text, [...(byFirst.get(phrase.tokens[0].text) ?? []), phrase]);
  const lists = new Map<readonly string[], readonly (readonly Token[])[]>();
  const listOf = (list: readonly string[]): readonly (readonly Token[])[] => {
    // An article alone may mean something where a list has it: "3 der 13".
    const known = lists.get(list) ?? list.map((text) => tokensOf(text, language)!).sort((a, b) => b.length - a.length);
    lists.set(list, known);
    return known;
  };
  return {
    language,
    lexicon,
    isArticle,
    phraseAt(tokens, at) {
      let best: { readonly length: number; readonly meaning: Meaning } | undefined;
      for (const { tokens: wanted, meaning } of byFirst.get(tokens[at]?.text ?? '') ?? []) {
        const length = matched(tokens, at, wanted);
        if (length > (best?.length ?? 0)) best = { length, meaning };
      }
      return best;
    },
    among: (list, tokens, at) => Math.max(0, ...listOf(list).map((wanted) => matched(tokens, at, wanted))),
  };
}

/** How many tokens a phrase takes; 0: it is not there. Signs that the phrase has may be left out, others may not stand within it. */
function matched(tokens: readonly Token[], at: number, wanted: readonly Token[]): number {
  let here = at;
  for (const [i, token] of wanted.entries()) {
    const own = tokens[here];
    if (own?.kind === token.kind && own.text === token.text) here++;
    else if (token.kind !== 'sign' || i === 0 || /[/%°]/.test(token.text)) return 0;
  }
  return here - at;
}

export const READINGS: Readonly<Record<Language, Reading>> = { en: readingOf('en'), de: readingOf('de') };
