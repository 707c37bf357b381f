import { LEADS } from '../../ecg/index.js';
import { RULES } from '../criteria/index.js';
import { MARKS } from '../marks.js';
import { WORDS } from '../render/answer.js';
import { IS } from '../say/claimed.js';
import { GRADES } from '../say/quality.js';
import { KINDS } from '../say/rhythm.js';
import { TEMPLATES } from '../templates.js';
import type { Language, Text } from '../text.js';
import type { Drafted } from './judge.js';
import { READINGS } from './phrases.js';
import { namesIn } from './names.js';
import { tokensOf } from './tokens.js';

/** What a device or a header says, and of a patient: no language model reads it. */
const OWN: ReadonlySet<string> = new Set(['leadFault', 'signalFault', 'child']);

const CONFIDENCE: Text = { en: 'confidence', de: 'Sicherheit' };

const KNOWN: Readonly<Record<Language, ReadonlySet<string>>> = { en: wordsOf('en'), de: wordsOf('de') };

/** The words that drafts are made of. */
function wordsOf(language: Language): ReadonlySet<string> {
  const texts = [...Object.values(TEMPLATES), ...RULES.map(({ name }) => name), ...Object.values(MARKS), ...Object.values(WORDS), ...Object.values(IS), ...Object.values(GRADES), ...KINDS.map(({ name }) => name), CONFIDENCE].map((text: Text) => text[language]);
  const units = Object.values(READINGS[language].lexicon.units).flat();
  // The places of a template are no words of it.
  const all = [...texts.map((text) => text.replaceAll(/\{\w+\}/g, ' ').replaceAll('’', '')), ...namesIn(language).flatMap(({ texts: names }) => names), ...units];
  return new Set([...LEADS, ...all.flatMap((text) => tokensOf(text, language)!.flatMap((token) => (token.kind === 'word' ? [token.raw] : [])))]);
}

/** Whether a language model may be given a sentence: every word of it is one of the tables', so that nothing is in it that a device, a header or a person wrote. */
export function isTableText({ id, text }: Drafted, language: Language): boolean {
  const tokens = OWN.has(id) ? undefined : tokensOf(text, language);
  return tokens !== undefined && tokens.every((token) => token.kind !== 'word' || KNOWN[language].has(token.raw));
}

