import { printable } from '../../ecg/index.js';
import type { Answer } from '../ask/answer.js';
import { NO, NONE, NOT_SURE, YES, type Question } from '../ask/question.js';
import { termOf } from '../terms/index.js';
import { listText, numberText, type Language, type Text } from '../text.js';
import { becauseText } from './text.js';

const WORDS: Readonly<Record<string, Text>> = {
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
const CONFIDENCE: Text = { en: 'confidence', de: 'Sicherheit' };
const DIGITS = 2;
const SHOWN_MAX = 6;

const nameOf = (id: string, language: Language): string => WORDS[id]?.[language] ?? termOf(id)?.name[language] ?? id;

/** What was understood, the answer, and why. */
export function answerText({ type, attribute, target }: Question, { answers, confidence, because }: Answer, language: Language): string {
  const asked = `${type}, ${attribute}: ${target.join(', ')}`;
  const answer = `${listText(answers.map((one) => nameOf(one, language)), language)} (${CONFIDENCE[language]} ${numberText(confidence, DIGITS, language)}).`;
  const more = because.length - SHOWN_MAX;
  const reasons = [...because.slice(0, SHOWN_MAX).map(becauseText), ...(more > 0 ? [`${more} more`] : [])];
  return `${[asked, answer, ...reasons.map((one) => `  ${one}`)].map(printable).join('\n')}\n`;
}
