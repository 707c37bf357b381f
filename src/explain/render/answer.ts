import { printable } from '../../ecg/index.js';
import type { Answer } from '../ask/answer.js';
import { NO, NONE, NOT_SURE, YES, type Question } from '../ask/question.js';
import type { Because, Scored } from '../because.js';
import { MARKS } from '../marks.js';
import { filled, noticeOf } from '../templates.js';
import { termOf } from '../terms/index.js';
import { listText, numberText, type Language, type Text } from '../text.js';
import { num } from '../value.js';
import type { Wording } from '../wording.js';
import { becauseText } from './text.js';

/** Of what is no term. */
export const WORDS: Readonly<Record<string, Text>> = {
  [YES]: { en: 'Yes', de: 'Ja' },
  [NO]: { en: 'No', de: 'Nein' },
  [NOT_SURE]: { en: 'Not sure', de: 'Nicht sicher' },
  [NONE]: { en: 'None', de: 'Nichts davon' },
  MID: { en: 'normal axis', de: 'normaler Lagetyp' },
  LAD: { en: 'left axis', de: 'Linkstyp' },
  ALAD: { en: 'left axis deviation', de: 'überdrehter Linkstyp' },
  RAD: { en: 'right axis', de: 'Rechtstyp' },
  ARAD: { en: 'right axis deviation', de: 'überdrehter Rechtstyp' },
  VES: { en: 'ventricular extra systoles', de: 'ventrikuläre Extrasystolen' },
  SVES: { en: 'supraventricular extra systoles', de: 'supraventrikuläre Extrasystolen' },
  baseline_drift: { en: 'baseline drift', de: 'Grundlinienschwankung' },
  static_noise: { en: 'static noise', de: 'Rauschen' },
  burst_noise: { en: 'bursts of noise', de: 'Störungen in Schüben' },
  electrodes_problems: { en: 'electrode problems', de: 'Elektrodenprobleme' },
  below: { en: 'below the normal range', de: 'unter dem Normbereich' },
  within: { en: 'within the normal range', de: 'im Normbereich' },
  above: { en: 'above the normal range', de: 'über dem Normbereich' },
  unknown: { en: 'unknown', de: 'unbekannt' },
};
/** Names beside a mark; more are counted. */
const MARKED_MAX = 3;
const STATEMENTS: Text = { en: 'statements', de: 'Aussagen' };
const MORE: Text = { en: 'more', de: 'weitere' };
const CONFIDENCE: Text = { en: 'confidence', de: 'Sicherheit' };
const DIGITS = 2;
const SHOWN_MAX = 6;

const nameOf = (id: string, language: Language): string => WORDS[id]?.[language] ?? termOf(id)?.name[language] ?? id;

/** An answer in a language. */
export interface WordedAnswer {
  /** What it is not, and who worded it: stands above everything else. */
  readonly notice: string;
  /** The question as it was understood. */
  readonly understood: string;
  /** With its confidence, and what of it is unproven. */
  readonly answer: string;
  readonly reasons: readonly string[];
  /** What was drafted, where a language model has worded the answer. */
  readonly draft?: string;
  /** Undefined: no language model has a part in it. */
  readonly wording?: Wording;
}

export function wordedAnswer({ type, attribute, target }: Question, { answers, confidence, because, simulated }: Answer, language: Language): WordedAnswer {
  const more = because.length - SHOWN_MAX;
  return {
    notice: noticeOf(simulated, language),
    understood: `${type}, ${attribute}: ${target.join(', ')}`,
    answer: `${listText(answers.map((one) => nameOf(one, language)), language)} (${CONFIDENCE[language]} ${numberText(confidence, DIGITS, language)}${marksOf(answers, because, language)}).${noteOf(answers, because, language)}`,
    reasons: [...because.slice(0, SHOWN_MAX).map(becauseText), ...(more > 0 ? [`${more} ${MORE[language]}`] : [])],
  };
}

/** Why nobody is sure, where the reasons alone do not say it. */
function noteOf(answers: readonly string[], because: readonly Because[], language: Language): string {
  if (!answers.includes(NOT_SURE)) return '';
  const age = because.find((one) => one.kind === 'measurement' && one.id === 'ageYears');
  if (age?.kind === 'measurement') return ` ${filled('child', { age: num(age.value) }, language)}`;
  return because.every(({ kind }) => kind === 'segment') ? ` ${filled('notAsked', {}, language)}` : '';
}

/** Scores that the answer rests on and too little is known of, by what is known: of a list those of what it names. */
function marksOf(answers: readonly string[], because: readonly Because[], language: Language): string {
  const all = because.flatMap((one): Scored[] => (one.kind === 'score' ? [one] : []));
  const named = all.filter(({ id }) => answers.includes(id));
  const scores = named.length > 0 ? named : all;
  const marks = [...new Set(scores.map(({ evidence }) => MARKS[evidence][language]))].filter((mark) => mark !== '');
  return marks.map((mark) => {
    const ids = [...new Set(scores.filter(({ evidence }) => MARKS[evidence][language] === mark).map(({ id }) => id))];
    return `${mark} (${ids.length > MARKED_MAX ? `${ids.length} ${STATEMENTS[language]}` : ids.map((id) => nameOf(id, language)).join(', ')})`;
  }).join('');
}

/** For a terminal: whose tracing, what an answer is not, what was understood, the answer, and why. */
export function answerText({ device, startMs }: Pick<Answer, 'device' | 'startMs'>, { notice, understood, answer: said, reasons }: WordedAnswer, timeText: (ms: number) => string): string {
  return `${[`${device}, ${timeText(startMs)}`, notice, understood, said, ...reasons.map((one) => `  ${one}`)].map(printable).join('\n')}\n`;
}
