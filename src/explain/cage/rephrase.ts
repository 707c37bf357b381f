import { sha256 } from '../../ecg/index.js';
import { groundingOf } from '../grounded.js';
import type { WordedAnswer } from '../render/answer.js';
import type { Report, Sentence } from '../report.js';
import type { Language } from '../text.js';
import { type Wording, wordingText } from '../wording.js';
import { CAGE_REASONS, type Drafted, refusalOf } from './judge.js';
import { isTableText } from './vocabulary.js';

/** Why a sentence is the draft's: it was not given away, did not come back once, or the cage refused it; or what it says has no ground. */
export const REPHRASE_REASONS = [...CAGE_REASONS, 'not-given', 'not-returned', 'returned-twice', 'ungrounded', 'no-wording'] as const;
export type RephraseReason = (typeof REPHRASE_REASONS)[number];

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** What a language model is given: sentences by number, of the tables' words alone. */
export interface Asking {
  readonly language: Language;
  readonly drafts: readonly Drafted[];
  /** Places in `drafts` of the sentences that are given, from the first on. */
  readonly given: readonly number[];
  readonly messages: readonly ChatMessage[];
  /** Of an answer, UTF-8. */
  readonly bytesMax: number;
}

const INSTRUCTIONS: Readonly<Record<Language, string>> = {
  en: [
    'You copy-edit sentences of a drafted ECG report. You get numbered sentences; return the same sentences with the same numbers, one a line, as "1. …". Return nothing else.',
    'Change only the words between the facts, so that each sentence reads as plain, fluent English. A draft fragment may become a whole sentence.',
    'Keep every number with its unit, every lead, every finding, every negation, and all of what is said of UNPROVEN, in the same order and in the same words. Add nothing, leave nothing out, explain nothing, judge nothing.',
    'Use digits, no quotation marks, no markup, no question, and end each sentence with a full stop.',
  ].join('\n'),
  de: [
    'Du redigierst Sätze eines entworfenen EKG-Berichts. Du bekommst nummerierte Sätze; gib dieselben Sätze mit denselben Nummern zurück, einen je Zeile, als „1. …“. Gib nichts anderes zurück.',
    'Ändere nur die Wörter zwischen den Tatsachen, so dass jeder Satz schlichtes, flüssiges Deutsch ist. Ein Satzfragment darf ein ganzer Satz werden.',
    'Behalte jede Zahl mit ihrer Einheit, jede Ableitung, jeden Befund, jede Verneinung und alles, was zu UNBEWIESEN gesagt wird, in derselben Reihenfolge und denselben Worten. Füge nichts hinzu, lass nichts weg, erkläre nichts, beurteile nichts.',
    'Schreibe Zahlen in Ziffern, ohne Anführungszeichen, ohne Auszeichnung, ohne Frage, und beende jeden Satz mit einem Punkt.',
  ].join('\n'),
};
/** Of an answer: what sentences grow to, and what stands around them in JSON. */
const BYTES_PER_CHARACTER = 8;
const BYTES_BESIDE = 16_384;
const LINE = /^\s*(\d{1,4})[.):]\s+(.*)$/;

export function askingOf(drafts: readonly Drafted[], language: Language): Asking {
  const given = drafts.flatMap((draft, i) => (isTableText(draft, language) ? [i] : []));
  const content = given.map((place, i) => `${i + 1}. ${drafts[place].text}`).join('\n');
  return { language, drafts, given, messages: [{ role: 'system', content: INSTRUCTIONS[language] }, { role: 'user', content }], bytesMax: BYTES_BESIDE + BYTES_PER_CHARACTER * content.length };
}

/** The text of each sentence: as it came back where the cage takes it, else as it was drafted. */
export interface Taken {
  readonly texts: readonly string[];
  readonly refused: Readonly<Partial<Record<RephraseReason, number>>>;
  readonly taken: number;
}

/** @param reply undefined: none came */
export function takenFrom({ drafts, given, language }: Asking, reply: string | undefined): Taken {
  const returned = linesOf(reply ?? '');
  const texts: string[] = [];
  const refused: Partial<Record<RephraseReason, number>> = {};
  for (const [place, draft] of drafts.entries()) {
    const lines = returned.get(given.indexOf(place) + 1) ?? [];
    const reason = !given.includes(place) ? 'not-given' : reply === undefined ? 'no-wording' : lines.length === 0 ? 'not-returned' : lines.length > 1 ? 'returned-twice' : refusalOf(draft, lines[0], language);
    if (reason !== undefined) refused[reason] = (refused[reason] ?? 0) + 1;
    texts.push(reason === undefined ? lines[0].trim() : draft.text);
  }
  return { texts, refused, taken: drafts.length - Object.values(refused).reduce((sum, n) => sum + n, 0) };
}

function linesOf(reply: string): ReadonlyMap<number, readonly string[]> {
  const lines = new Map<number, string[]>();
  for (const line of reply.split(/\r?\n/)) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const number = Number(found[1]);
    lines.set(number, [...(lines.get(number) ?? []), found[2]]);
  }
  return lines;
}

/** Who was asked, and, where nothing came, why. */
export interface Wordsmith {
  readonly model: string;
  readonly failed?: string;
}

const wordingOf = ({ drafts }: Asking, { taken, refused }: Taken, { model, failed }: Wordsmith): Wording => ({ model, draftSha256: sha256(drafts.map(({ text }) => text).join('\n')), sentences: drafts.length, taken, refused, ...(failed !== undefined && { failed }) });

/** All sentences of a report; its notice and its line stay as they are. */
export const askingOfReport = ({ sections, language }: Report): Asking => askingOf(sections.flatMap(({ sentences }) => sentences), language);

/** The report in the words that were taken: each sentence with its reasons and its draft. */
export function rephrasedReport(report: Report, asking: Asking, reply: string | undefined, by: Wordsmith): Report {
  const { language } = report;
  let next = 0;
  const { texts, refused, taken } = takenFrom(asking, reply);
  let ungrounded = 0;
  const worded = (sentence: Sentence): Sentence => {
    const text = texts[next++];
    if (text === sentence.text) return sentence;
    const rewritten: Sentence = { ...sentence, text, draft: sentence.text };
    // The reader of reports looks at it too: it knows nothing of the cage.
    if (groundingOf({ language, sections: [{ id: 'limits', title: '', sentences: [rewritten] }] }).ungrounded.length === 0) return rewritten;
    ungrounded++;
    return sentence;
  };
  const sections = report.sections.map((section) => ({ ...section, sentences: section.sentences.map(worded) }));
  const wording = wordingOf(asking, { texts, refused: { ...refused, ...(ungrounded > 0 && { ungrounded }) }, taken: taken - ungrounded }, by);
  return { ...report, notice: `${report.notice} ${wordingText(wording, language)}`, sections, wording };
}

/** The answer alone; question and reasons stay as they are. */
export const askingOfAnswer = ({ answer }: WordedAnswer, language: Language): Asking => askingOf([{ id: 'answer', text: answer }], language);

export function rephrasedAnswer(worded: WordedAnswer, asking: Asking, reply: string | undefined, by: Wordsmith): WordedAnswer {
  const taken = takenFrom(asking, reply);
  const wording = wordingOf(asking, taken, by);
  const [answer] = taken.texts;
  return { ...worded, notice: `${worded.notice} ${wordingText(wording, asking.language)}`, answer, ...(answer !== worded.answer && { draft: worded.answer }), wording };
}
