import type { Hl7Component, Hl7Field, Hl7Message, Hl7Repetition, Hl7Segment } from '../../deliver/index.js';
import { printable } from '../../ecg/index.js';

/** Fields, components, repetitions, escape, subcomponents, as MSH-1 and MSH-2 declare them. */
const ENCODING = '^~\\&';
const ESCAPES: Readonly<Record<string, string>> = { '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '\\': '\\E\\', '&': '\\T\\' };
const SPECIAL = /[|^~\\&\u0000-\u001f\u007f]/g;
/** What HL7 has no escape for that every receiver knows: C1, line separators, changes of direction. */
const REST = /[^\u0000-\u001f\u007f]+/g;
/** As a whole field it would mean: delete what you have. */
const NULL = '""';

/** The text of a message in HL7's own encoding (ER7): segments end with a carriage return. */
export function encodeEr7(message: Hl7Message): string {
  return message.map((segment) => `${segmentText(segment)}\r`).join('');
}

function segmentText({ name, fields }: Hl7Segment): string {
  const numbers = Object.keys(fields).map(Number);
  const text = (number: number) => (number in fields ? fieldText(fields[number]) : '');
  const first = name === 'MSH' ? 3 : 1;
  const rest = Array.from({ length: Math.max(0, ...numbers) - first + 1 }, (_, k) => text(first + k));
  return [name, ...(name === 'MSH' ? [ENCODING] : []), ...withoutTail(rest)].join('|');
}

function fieldText(field: Hl7Field): string {
  return typeof field === 'object' && 'repeated' in field ? field.repeated.map(repetitionText).join('~') : repetitionText(field);
}

function repetitionText(repetition: Hl7Repetition): string {
  return typeof repetition === 'string' ? escaped(repetition) : withoutTail(repetition.map(componentText)).join('^');
}

function componentText(component: Hl7Component): string {
  return typeof component === 'string' ? escaped(component) : withoutTail(component.map(escaped)).join('&');
}

/** What is empty at the end is left out. */
function withoutTail(texts: readonly string[]): readonly string[] {
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
}

/** Separators by name; what would end a segment, a frame or a line by its code; other control characters as `printable` writes them. */
function escaped(text: string): string {
  if (text === NULL) return '\\X2222\\';
  return text.replace(REST, printable).replace(SPECIAL, (character) => ESCAPES[character] ?? `\\X${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}\\`);
}

/** What an acknowledgement says. */
export interface Acknowledgement {
  /** MSA-1: AA, AE and AR; CA, CE and CR where only the receipt is confirmed. */
  readonly code: string;
  /** MSA-2: the control id of the message it is of; some leave it empty. */
  readonly of: string;
  /** The code of ERR-3, or before HL7 2.5 of ERR-1 or MSA-6, one that passes before others; and what the receiver says for people. */
  readonly error: string;
  readonly text: string;
}

const TEXT_MAX = 200;

/** HL7 table 0357: the record is in use, or the receiver is at fault. The same message may be taken later. */
export const PASSING_ERRORS: ReadonlySet<string> = new Set(['206', '207']);

/** Undefined: no acknowledgement. */
export function decodeAcknowledgement(message: string): Acknowledgement | undefined {
  if (!message.startsWith('MSH') || message.length < 8) return undefined;
  const [field, component, subcomponent] = [message[3], message[4], message[7]];
  const segments = message.split(/[\r\n]+/).map((line) => line.split(field));
  const msa = segments.find(([name]) => name === 'MSA');
  if (msa === undefined) return undefined;
  const all = segments.filter(([name]) => name === 'ERR');
  const [err = []] = all;
  const texts = [msa[3], err[7], err[8]].filter((text) => text !== undefined && text !== '');
  const codes = [...all.flatMap((one) => [(one[3] ?? '').split(component)[0], ((one[1] ?? '').split(component)[3] ?? '').split(subcomponent)[0]]), (msa[6] ?? '').split(component)[0]].map((code) => code.trim()).filter((code) => code !== '');
  const error = codes.find((code) => PASSING_ERRORS.has(code)) ?? codes[0] ?? '';
  return { code: (msa[1] ?? '').trim(), of: (msa[2] ?? '').trim(), error, text: printable(texts.join('; ').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')).slice(0, TEXT_MAX) };
}
