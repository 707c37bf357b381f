/** What the page says of codes and numbers, in the language that was chosen. */
import type { AlertView } from '../../monitor/index.js';
import { de } from './de.js';
import { en, type Messages } from './en.js';
import { pseudo } from './pseudo.js';

export type { Messages } from './en.js';

/** By what a browser calls them; the last is no language: it shows in tests what was left untranslated. */
export const LANGUAGES: Readonly<Record<string, Messages>> = { en, de };
const ALL: Readonly<Record<string, Messages>> = { ...LANGUAGES, 'en-XA': pseudo(en) };
const REMEMBERED = 'language';

/** What the page says now. */
export let say: Messages = en;
export let language = 'en';

/** As it was chosen here before, else as the browser has it. */
export function speakAsBefore(): void {
  const known = [localStorage.getItem(REMEMBERED) ?? '', ...navigator.languages.map((tag) => tag.split('-')[0])].find((tag) => Object.hasOwn(ALL, tag));
  speak(known ?? 'en');
}

export function choose(tag: string): void {
  localStorage.setItem(REMEMBERED, tag);
  speak(tag);
}

function speak(tag: string): void {
  [language, say] = [tag, ALL[tag]];
  document.documentElement.lang = tag;
}

/** Words of ids that are not written as they sound. */
const SPELLED = new Map(Object.entries({ ecg: 'ECG', st: 'ST', qrs: 'QRS', qt: 'QT', qtc: 'QTc', av: 'AV', sa: 'SA', lv: 'LV', rv: 'RV', lvef: 'LVEF', stemi: 'STEMI', i: 'I', ii: 'II', t: 'T' }));
const ST_SHOWN_MV = 0.1;
/** Beats go on for longer than this: sustained. */
const SUSTAINED_MS = 30_000;

export const words = (id: string): string => id.replaceAll('-', ' ');
/** What a code is called; one that nobody knows, in its own words. */
export const called = (names: Readonly<Record<string, string>>, code: string): string => (Object.hasOwn(names, code) ? names[code] : words(code));
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A finding by its id: `rule-wide-qrs` is Wide QRS (rule). */
export function nameOf(id: string): string {
  if (Object.hasOwn(say.findingNames, id)) return say.findingNames[id];
  const spelled = (part: string) => capital(part.split('-').map((word) => SPELLED.get(word) ?? word).join(' '));
  return id.startsWith('rule-') ? say.rule(spelled(id.slice('rule-'.length))) : spelled(id);
}

export const isOver = ({ state }: Pick<AlertView, 'state'>): boolean => state === 'resolved' || state === 'dismissed';

/** A state, and who brought it about. */
export function stateOf({ state, actor, cause }: Pick<AlertView, 'state' | 'actor' | 'cause'>): string {
  const who = actor === undefined || actor === '' ? '' : say.by(actor);
  return `${called(say.states, state)}${who}${state === 'dismissed' ? `: ${reasonOf(cause)}` : ''}`;
}

/** Of a dismissal: a verdict by its name, or own words as they are. */
export const reasonOf = (reason: string): string => (Object.hasOwn(say.reasons, reason) ? say.reasons[reason] : reason);

export const causeOf = ({ state, cause }: Pick<AlertView, 'state' | 'cause'>): string => (state === 'dismissed' ? reasonOf(cause) : called(say.causes, cause));

/** Throws where it is no number: nothing is shown as 0 that is none. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) throw new RangeError('not a number');
  return new Intl.NumberFormat(say.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** Measurements in one line. */
export function numbers(measurements: AlertView['measurements']): string {
  const keys = Object.keys(say.numbers) as (keyof Messages['numbers'])[];
  const measured = keys.flatMap((key) => (measurements[key] === undefined ? [] : [say.numbers[key](Math.round(measurements[key]))]));
  const st = measurements.st.filter(({ mv }) => Math.abs(mv) >= ST_SHOWN_MV).map(({ lead, mv }) => `${lead} ${mv > 0 ? '+' : '−'}${fixed(Math.abs(mv), 1)}`);
  return [...measured, ...(st.length > 0 ? [`ST ${st.join(', ')} mV`] : [])].join(' · ');
}

/** What set off an alert by rule: beats, their rate and when; empty: nothing did. */
export function triggerOf({ trigger }: Pick<AlertView, 'trigger'>): string {
  return trigger === undefined ? '' : say.triggerFrom(triggerText(trigger), time(trigger.fromMs));
}

function triggerText({ what, fromMs, toMs, beats, perMinute }: NonNullable<AlertView['trigger']>): string {
  if (what === 'silence') return say.triggerSilence(fixed((toMs - fromMs) / 1000, 1));
  if (what === 'ectopics') return say.triggerEctopics(beats);
  const isSustained = what === 'ventricular' && toMs - fromMs >= SUSTAINED_MS;
  return `${beats} ${called(say.triggers, what)}${perMinute === undefined ? '' : say.triggerRate(perMinute)}${isSustained ? say.sustained : ''}`;
}

/** What speaks against its signal. */
export const doubts = ({ reasons }: Pick<AlertView, 'reasons'>): string[] => reasons.map((reason) => called(say.doubts, reason));

/** Beyond it no calendar has a time, and formatters throw. */
const TIME_MAX_MS = 8.64e15;

/** Time of day; of another day, the day as well. */
export function time(ms: number): string {
  if (!(Math.abs(ms) <= TIME_MAX_MS)) return say.unknownTime;
  const day = new Intl.DateTimeFormat(say.locale, { day: 'numeric', month: 'short' });
  const clock = new Intl.DateTimeFormat(say.locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(ms);
  return day.format(ms) === day.format(Date.now()) ? clock : `${day.format(ms)}, ${clock}`;
}

/** How long, in the largest unit that says it well. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 120 ? say.seconds(s) : s < 7200 ? say.minutes(Math.round(s / 60)) : say.hours(Math.round(s / 3600));
}
