/** Text into HL7 and out again, by a parser that is not ours. */
import fc from 'fast-check';
import { Message } from 'node-hl7-client';
import { describe, expect, test } from 'vitest';
import { decodeAcknowledgement, encodeEr7 } from '../../src/adapters/mllp/index.js';
import { type Hl7Field, type Hl7Message, reportAlert } from '../../src/deliver/index.js';
import { alert, anyText, AT_MS, nameOf } from '../deliver/alert-events.js';

const withFields = (fields: Readonly<Record<number, Hl7Field>>): Hl7Message => [{ name: 'MSH', fields: { 3: 'A', 21: 'Z' } }, { name: 'ZPK', fields }];
/** `\r` and `\n` only where a segment ends. */
const segments = (message: Hl7Message): string[] => encodeEr7(message).split(/[\r\n]/);

describe('what is written', () => {
  test('any text in a field, a component, a subcomponent and a repetition is read as it was', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (field, component, subcomponent, repetition) => {
        const message = withFields({ 1: field, 2: ['a', component, 'b'], 3: ['a', ['b', subcomponent, 'c'], 'd'], 4: { repeated: ['a', repetition] }, 5: 'end' });
        expect(segments(message)).toHaveLength(3);
        const read = new Message({ text: encodeEr7(message) });
        const at = (path: string): string => String(read.get(path));
        expect([at('ZPK.1'), at('ZPK.2.2'), at('ZPK.3.2.2'), at('ZPK.2.1'), at('ZPK.3.2.3'), at('ZPK.5')]).toEqual([field, component, subcomponent, 'a', 'c', 'end']);
        const [, , , , repeated] = segments(message)[1].split('|');
        expect(String(new Message({ text: `MSH|^~\\&|A\rZPK|${repeated.split('~')[1]}|end` }).get('ZPK.1'))).toBe(repetition);
      }),
      { numRuns: 500 },
    );
  });

  test('no text of an alert adds or ends a segment, a field or a frame', () => {
    fc.assert(
      fc.property(fc.record({ bed: anyText, unit: anyText, finding: anyText, device: anyText, encounter: anyText, model: anyText }), anyText, (more, actor) => {
        const plain = segments(reportAlert({ event: alert(), as: 'news' }, nameOf, AT_MS));
        const odd = segments(reportAlert({ event: alert(more, { actor, state: 'acknowledged' }), as: 'news' }, nameOf, AT_MS));
        expect(odd.map((line) => line.slice(0, 4))).toEqual(plain.map((line) => line.slice(0, 4)));
        expect(odd.join('')).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(odd.filter((line) => line.startsWith('OBX')).map((line) => line.split('|')[11])).toEqual(plain.filter((line) => line.startsWith('OBX')).map((line) => line.split('|')[11]));
      }),
    );
  });

  test('what is empty at an end is left out, and nothing between', () => {
    expect(encodeEr7(withFields({ 1: '', 3: ['a', '', ''], 4: ['', ['b', '']], 6: '' }))).toBe('MSH|^~\\&|A||||||||||||||||||Z\rZPK|||a|^b\r');
  });

  test('two quotation marks are text, and no order to delete', () => expect(encodeEr7(withFields({ 1: '""' }))).toContain('ZPK|\\X2222\\\r'));
});

describe('what an acknowledgement says', () => {
  test.each([
    ['MSH|^~\\&|R||||20240101||ACK|1|P|2.6\rMSA|AA|a-1\r', { code: 'AA', of: 'a-1', error: '', text: '' }],
    ['MSH|^~\\&|R\nMSA|AE|a-1|no such bed\n', { code: 'AE', of: 'a-1', error: '', text: 'no such bed' }],
    ['MSH|^~\\&|R\rMSA|AR|a-1\rERR||PID^1^3|101^Required field missing^HL70357|E|||MRN missing|Send one\r', { code: 'AR', of: 'a-1', error: '101', text: 'MRN missing; Send one' }],
    ['MSH#*~\\&#R\rMSA#CA#a-1\r', { code: 'CA', of: 'a-1', error: '', text: '' }],
    ['MSH|^~\\&\rMSA\r', { code: '', of: '', error: '', text: '' }],
  ])('%j', (text, said) => expect(decodeAcknowledgement(text)).toEqual(said));

  test('what is none is none, whatever it is; and what it says has no control characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText, anyText.map((text) => `MSH|^~\\&|${text}\rMSA|AA|1|${text}`)), (text) => {
        const said = decodeAcknowledgement(text);
        expect(said?.text ?? '').not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
    );
    for (const text of ['', 'MSH', 'HTTP/1.1 400 Bad Request\r\n', 'MSH|^~\\&|R\rPID|1']) expect(decodeAcknowledgement(text)).toBeUndefined();
  });
});
