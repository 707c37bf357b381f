/** No language: every text of the page with accents, and a third longer. What stays plain on a page was never given to the messages; what is cut off would be in German too. */
import type { Messages } from './en.js';

const ACCENTS: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç', A: 'Å', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', N: 'Ñ', C: 'Ç', s: 'š', S: 'Š', y: 'ý', r: 'ř', t: 'ť', d: 'ď' };

const accented = (text: string): string => `[${[...text].map((letter) => ACCENTS[letter] ?? letter).join('')}${'~'.repeat(Math.ceil(text.length / 3))}]`;

export function pseudo(messages: Messages): Messages {
  return { ...(marked(messages) as Messages), locale: messages.locale };
}

function marked(value: unknown): unknown {
  if (typeof value === 'string') return accented(value);
  if (typeof value === 'function') return (...given: unknown[]) => accented((value as (...all: unknown[]) => string)(...given));
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, marked(one)]));
}
