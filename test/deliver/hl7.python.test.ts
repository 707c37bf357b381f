/** Our HL7 messages as two Python libraries read them: one knows the standard's segments, types and what is required, one every escape. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEr7 } from '../../src/adapters/mllp/index.js';
import { type Delivery, reportAlert, textOf } from '../../src/deliver/index.js';
import { runPython, venv } from '../encoder/venv.js';
import { alert, anyText, AT_MS, nameOf, STATES } from './alert-events.js';

const environment = venv('hl7-0.4.5', ['hl7apy==1.3.5', 'hl7==0.4.5']);

function probe(given: { readonly messages: readonly string[]; readonly texts: readonly string[] }) {
  const file = join(mkdtempSync(join(tmpdir(), 'purkinje-hl7-')), 'messages.json');
  writeFileSync(file, JSON.stringify(given));
  return runPython(environment!.python, 'test/deliver/hl7_probe.py', [file]);
}

describe.skipIf(environment === undefined)('HL7 in Python', () => {
  it('finds every message whole: segments, types, what is required, the seven facets', () => {
    const deliveries = STATES.flatMap((state) => (['news', 'active', 'gone'] as const).map((as): Delivery => ({ as, event: alert({ simulated: true, evidence: 'none', expectedPpv: 0.4, trigger: { what: 'ventricular', fromMs: AT_MS - 9000, toMs: AT_MS, beats: 5, perMinute: 132, kinds: 'VVVVV' } }, { state, sequence: 2, actor: 'o\'neill|^~\\&' }) })));
    const { messages } = probe({ messages: deliveries.map((delivery) => encodeEr7(reportAlert(delivery, nameOf, AT_MS))), texts: [] });
    expect(messages).toHaveLength(deliveries.length);
    for (const [k, delivery] of deliveries.entries()) {
      // Who the patient is is not known here, and nothing is put in that place.
      expect(messages[k].errors).toEqual(['Error: Missing required child PID.PID_3']);
      expect(messages[k]).toMatchObject({ version: '2.6', event: 'IHE_PCD_ACM_001', filler: delivery.event.alertId, observations: delivery.as === 'gone' ? 10 : 14 });
      expect(messages[k].segments).toEqual(['MSH', 'PID', ...(delivery.as === 'gone' ? [] : ['PV1']), 'OBR', ...Array<string>(messages[k].observations).fill('OBX')]);
      expect(Object.keys(messages[k].facets)).toEqual(['68480', '68481', '68482', '68483', '68484', '68485', '68546']);
      expect(messages[k].facets).toMatchObject({ 68484: 'PL', 68485: 'SA', 68546: textOf(delivery, nameOf) });
      expect(messages[k].facets[68546]).toMatch(/^SIMULATED\. UNPROVEN\. /);
      expect(messages[k].subIds).toEqual(['1.0.0.0', ...messages[k].subIds.slice(1).map((_: string, i: number) => `1.0.0.0.${i + 1}`)]);
    }
  });

  it('reads any text as it was, wherever it stands', () => {
    const texts = fc.sample(fc.tuple(anyText, anyText, anyText, anyText), 500);
    const messages = texts.map(([field, component, subcomponent, repetition]) => {
      const [header] = reportAlert({ event: alert(), as: 'news' }, nameOf, AT_MS);
      // Readers take blanks off a segment's end.
      return encodeEr7([header, { name: 'ZPK', fields: { 1: field, 2: ['first', component], 3: ['first', ['sub', subcomponent]], 4: { repeated: ['first', repetition] }, 5: 'end' } }]);
    });
    const found: string[][] = probe({ messages: [], texts: messages }).texts;
    expect(found).toEqual(texts);
  });
});
