import type { Language, Text } from './text.js';

/** Who worded sentences that were drafted, and how many were taken. */
export interface Wording {
  /** The language model, as the operator names it. */
  readonly model: string;
  /** SHA-256 of the drafted sentences, one a line. */
  readonly draftSha256: string;
  readonly sentences: number;
  /** So many are worded by it; the others are the draft's. */
  readonly taken: number;
  /** Of the others, how many for each reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** It gave no wording at all: why. */
  readonly failed?: string;
}

const WORDED: Text = {
  en: 'Worded by the language model {model}: {taken} of {sentences} sentences, each compared with its draft (SHA-256 {hash}); the others are the draft’s.',
  de: 'Formuliert vom Sprachmodell {model}: {taken} von {sentences} Sätzen, jeder mit seinem Entwurf verglichen (SHA-256 {hash}); die anderen sind die des Entwurfs.',
};
const FAILED: Text = {
  en: 'The language model {model} gave no wording ({failed}): all sentences are the draft’s (SHA-256 {hash}).',
  de: 'Das Sprachmodell {model} lieferte keine Formulierung ({failed}): alle Sätze sind die des Entwurfs (SHA-256 {hash}).',
};
/** Digits of a hash that people compare. */
const SHOWN = 12;

/** What stands above a text that a language model was asked to word. */
export function wordingText({ model, draftSha256, sentences, taken, failed }: Wording, language: Language): string {
  const values: Readonly<Record<string, string>> = { model, taken: String(taken), sentences: String(sentences), hash: draftSha256.slice(0, SHOWN), failed: failed ?? '' };
  return (failed === undefined ? WORDED : FAILED)[language].replaceAll(/\{(\w+)\}/g, (_, place: string) => values[place]);
}
