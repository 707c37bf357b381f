import { isoTime } from '../ecg/index.js';
import type { Er7Message } from './er7.js';
import { REFUSALS, type Refused } from './refusal.js';

/** What is answered: taken; not now, and may be sent again; never. */
export type Answer = { readonly code: 'AA' } | { readonly code: 'AE'; readonly error: 206 | 207; readonly text: string } | { readonly code: 'AR'; readonly error: number; readonly text: string };

/** A refusal as it is answered. */
export function answerTo(refused: Refused): Answer {
  return { code: 'AR', error: REFUSALS[refused.reason].code, text: refused.message };
}

/** Of ERR-3 (HL7 table 0357). */
const TEXTS: Readonly<Record<number, string>> = {
  100: 'Segment sequence error',
  101: 'Required field missing',
  102: 'Data type error',
  103: 'Table value not found',
  200: 'Unsupported message type',
  206: 'Application record locked',
  207: 'Application internal error',
};

/**
 * The acknowledgement, in the sender's own separators: MSA, and ERR where it is not taken. Nothing of the message but its header is in it.
 * @param id of the acknowledgement, MSH-10
 */
export function acknowledgement(message: Er7Message | undefined, answer: Answer, nowMs: number, id: string): string {
  const raw = (number: number) => (message === undefined ? '' : message.raw(message.header.field(number)));
  const [field, component] = message === undefined ? ['|', '^'] : [message.separators.field, message.separators.component].map((byte) => String.fromCharCode(byte));
  const event = raw(9).split(component)[1] ?? '';
  const line = (...fields: string[]) => `${fields.join(field)}\r`;
  const header = line('MSH', raw(2) === '' ? '^~\\&' : raw(2), raw(5), raw(6), raw(3), raw(4), hl7Time(nowMs), '', ['ACK', ...(event === '' ? [] : [event, 'ACK'])].join(component), id, raw(11) || 'P', raw(12) || '2.6');
  if (answer.code === 'AA') return header + line('MSA', 'AA', raw(10));
  const text = safe(answer.text, message);
  return header + line('MSA', answer.code, raw(10), text) + line('ERR', '', '', [String(answer.error), TEXTS[answer.error] ?? '', 'HL70357'].join(component), 'E', '', '', text);
}

/** Our own texts have none of the separators but by the sender's choice of them. */
function safe(text: string, message: Er7Message | undefined): string {
  const separators = message === undefined ? [] : Object.values(message.separators as unknown as Record<string, number>);
  return [...text].map((character) => (separators.includes(character.charCodeAt(0)) || character < ' ' || '|^~\\&'.includes(character) ? ' ' : character)).join('');
}

function hl7Time(ms: number): string {
  return `${(isoTime(ms) ?? '').replace(/[-:TZ]/g, '')}+0000`;
}
