/** An alert as IHE ACM Report Alert, and as a webhook: what both say of it, and what neither may leave out or invent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeEr7 } from '../../src/adapters/mllp/index.js';
import { deliveryId, type Delivery, reportAlert, textOf, webhookBody } from '../../src/deliver/index.js';
import { alert, AT_MS, nameOf, STATES } from './alert-events.js';

const PARTIES = { sendingFacility: 'ST MARY', receivingApplication: 'PAGERS', receivingFacility: 'ST MARY' };
const segmentsOf = (delivery: Partial<Delivery> = {}): string[] => encodeEr7(reportAlert({ event: alert(), as: 'news', ...delivery }, nameOf, AT_MS + 1500, PARTIES)).split('\r');
/** Value of the facet with this code. */
const facet = (lines: readonly string[], code: string): string | undefined => lines.find((line) => line.startsWith('OBX|') && line.split('|')[3].startsWith(`${code}^`))?.split('|')[5];

describe('Report Alert', () => {
  test('a message as it goes out', () => {
    const text = 'Atrial fibrillation: raised; bed-1 in icu; priority medium; probability 0.90 at a threshold of 0.50, evidence internal; how many of those reported have it is not measured. Advisory, not a diagnosis.';
    const { alertId } = alert();
    expect(segmentsOf()).toEqual([
      `MSH|^~\\&|PURKINJE|ST MARY|PAGERS|ST MARY|20240229123458.289+0000||ORU^R40^ORU_R40|${alertId}-1|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.4.1^ISO`,
      'PID|||||^^^^^^U',
      'PV1||U|icu^^bed-1||||||||||||||||stay-7',
      `OBR|1|${alertId}^PURKINJE|${alertId}^PURKINJE|196616^MDC_EVT_ALARM^MDC|||20240229123456.789+0000`,
      'OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||bed-1',
      `OBX|2|CWE|196616^MDC_EVT_ALARM^MDC|1.0.0.0.1|199736^MDC_EVT_ECG_ATR_FIB^MDC^atrial-fibrillation^Atrial fibrillation^99PKJ^^^Atrial fibrillation. Advisory, not a diagnosis.|||A~PL~SA|||R|||20240229123416.789+0000`,
      'OBX|3|ST|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.0.0.0.2|PURKINJE purkinje-s@0.1.0||||||R',
      'OBX|4|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.0.0.0.3|start||||||R',
      'OBX|5|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.0.0.0.4|active||||||R',
      'OBX|6|ST|68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC|1.0.0.0.5|enabled||||||R',
      'OBX|7|ST|68484^MDC_ATTR_ALARM_PRIORITY^MDC|1.0.0.0.6|PL||||||R',
      'OBX|8|ST|68485^MDC_ATTR_ALERT_TYPE^MDC|1.0.0.0.7|SA||||||R',
      `OBX|9|TX|68546^MDC_ATTR_ALERT_TEXT^MDC|1.0.0.0.8|${text}||||||R`,
      'OBX|10|NM|probability^Probability^99PKJ|1.0.0.0.9|0.9||||||R',
      'OBX|11|ST|evidence^Evidence^99PKJ|1.0.0.0.10|internal||||||R',
      '',
    ]);
  });

  test.each([
    ['raised', 'start', 'active', 'enabled'],
    ['updated', 'update', 'active', 'enabled'],
    ['acknowledged', 'update', 'active', 'alert-acknowledged'],
    ['escalated', 'escalate', 'active', 'enabled'],
    ['resolved', 'end', 'inactive', 'enabled'],
    ['dismissed', 'end', 'inactive', 'enabled'],
  ] as const)('%s: phase %s, state %s, inactivation %s', (state, ...facets) => {
    const lines = segmentsOf({ event: alert({}, { state }) });
    expect(['68481', '68482', '68483'].map((code) => facet(lines, code))).toEqual(facets);
  });

  test('later phases name the first as their parent, and keep its id', () => {
    const obr = segmentsOf({ event: alert({}, { sequence: 3, state: 'resolved' }) }).find((line) => line.startsWith('OBR'))!.split('|');
    const { alertId } = alert();
    expect([obr[3], obr[29]]).toEqual([`${alertId}^PURKINJE`, `^${alertId}&PURKINJE`]);
  });

  test('what is over and waits for somebody is latched; what stood at the start goes on', () => {
    expect(facet(segmentsOf({ event: alert({}, { state: 'updated', cause: 'over-and-latched' }) }), '68482')).toBe('latched');
    expect(facet(segmentsOf({ as: 'active' }), '68481')).toBe('continue');
  });

  test('an advisory is low at most, a technical one is technical', () => {
    const priorities = (['high', 'medium', 'low', 'none'] as const).map((priority) => facet(segmentsOf({ event: alert({ priority }) }), '68484'));
    expect(priorities).toEqual(['PL', 'PL', 'PL', 'PN']);
    expect(facet(segmentsOf({ event: alert({ finding: 'technical-leads-off' }) }), '68485')).toBe('ST');
  });

  test('a finding that the standard has no event for goes by our own code', () => {
    expect(facet(segmentsOf({ event: alert({ finding: 'cardiac-amyloidosis' }) }), '196616')).toMatch(/^cardiac-amyloidosis\^cardiac-amyloidosis\^99PKJ\^\^\^\^\^\^/);
    expect(facet(segmentsOf({ event: alert({ finding: 'constructor' }) }), '196616')).toMatch(/^constructor\^constructor\^99PKJ/);
  });

  test('a rule on beats gives what set it off: how many beats, their rate with its unit, their kinds, until when', () => {
    const trigger = { what: 'ventricular', fromMs: AT_MS - 9000, toMs: AT_MS - 4000, beats: 11, perMinute: 132, kinds: 'V'.repeat(300) } as const;
    const of = (delivery: Partial<Delivery>) => segmentsOf(delivery).filter((line) => line.includes('^trigger-') || line.includes('|trigger-'));
    const event = alert({ finding: 'rule-wide-tachycardia', evidence: 'rule', trigger });
    expect(of({ event })).toEqual([
      'OBX|11|NM|trigger-beats^Beats that set it off^99PKJ|1.0.0.0.10|11||||||R|||20240229123452.789+0000',
      'OBX|12|NM|trigger-rate^Their rate, or how many came in a minute^99PKJ|1.0.0.0.11|132|/min^^UCUM|||||R|||20240229123452.789+0000',
      `OBX|13|ST|trigger-kinds^Kinds of the beats from the first to the last^99PKJ|1.0.0.0.12|${'V'.repeat(199)}||||||R|||20240229123452.789+0000`,
    ]);
    const { perMinute: _rate, kinds: _kinds, ...silence } = trigger;
    expect(of({ event: alert({ trigger: { ...silence, what: 'silence', beats: 0 } }) })).toHaveLength(1);
    // Of a patient who left nothing more is said.
    expect(of({ event, as: 'gone' })).toEqual([]);
  });

  test('a simulated signal is for training only', () => {
    expect(segmentsOf({ event: alert({ simulated: true }) })[0].split('|')[10]).toBe('T');
  });

  test('of a patient who left, not where to', () => {
    const text = encodeEr7(reportAlert({ event: alert({ unit: 'ward-9', bed: 'bed-99', device: 'device-99', encounter: 'stay-99' }), as: 'gone' }, nameOf, AT_MS));
    expect(text).not.toMatch(/ward-9|bed-99|device-99|stay-99/);
    expect([facet(text.split('\r'), '68481'), facet(text.split('\r'), '68482')]).toEqual(['end', 'inactive']);
  });

  test('no patient has a name or an id, whatever the event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATES), fc.constantFrom('news', 'active', 'gone'), (state, as) => {
        expect(segmentsOf({ event: alert({}, { state }), as: as }).find((line) => line.startsWith('PID'))).toBe('PID|||||^^^^^^U');
      }),
    );
  });

  test('a time that no calendar has is left out', () => {
    for (const atMs of [NaN, Infinity, 1e20, -1e15]) expect(segmentsOf({ event: alert({ onsetMs: atMs }, { atMs }) }).find((line) => line.startsWith('OBR'))!.split('|')[7] ?? '').toBe('');
  });
});

describe('words for people', () => {
  const WORDS = [
    ['SIMULATED', { simulated: true }],
    ['UNPROVEN', { evidence: 'none' }],
    ['UNPROVEN', { evidence: 'simulated' }],
    ['HISTORY PLAYED 60 TIMES FASTER', { accelerated: 60 }],
  ] as const;
  test.each(WORDS)('%s is said in every state, in HL7 and in a webhook', (word, more) => {
    for (const state of STATES) {
      for (const as of ['news', 'active', 'gone'] as const) {
        const delivery = { event: alert(more, { state }), as };
        expect(textOf(delivery, nameOf)).toMatch(new RegExp(`^${word}\\. .*Advisory, not a diagnosis\\.$`));
        expect(facet(segmentsOf(delivery), '68546')).toContain(word);
        expect(facet(segmentsOf(delivery), '196616')).toContain(word);
        expect(JSON.parse(webhookBody(delivery, nameOf)).data).toMatchObject({ warnings: [word], text: expect.stringContaining(word), advisory: 'Advisory, not a diagnosis.' });
      }
    }
    expect(textOf({ event: alert(), as: 'news' }, nameOf)).not.toContain(word);
  });

  test('who acknowledged and why somebody dismissed', () => {
    expect(textOf({ event: alert({}, { state: 'acknowledged', actor: 'nurse-1' }), as: 'news' }, nameOf)).toContain('acknowledged by nurse-1;');
    expect(textOf({ event: alert({}, { state: 'dismissed', actor: 'nurse-1', cause: 'artefact' }), as: 'news' }, nameOf)).toContain('dismissed by nurse-1 (artefact);');
  });

  test('a rule has no probability, and a measured share is given', () => {
    expect(textOf({ event: alert({ evidence: 'rule', probability: 1 }), as: 'news' }, nameOf)).toContain('by measurement, no model');
    expect(facet(segmentsOf({ event: alert({ evidence: 'rule' }) }), 'probability')).toBeUndefined();
    expect(textOf({ event: alert({ expectedPpv: 0.414 }), as: 'news' }, nameOf)).toContain('of those reported 41% have it');
  });
});

describe('a webhook', () => {
  test('says what happened, when, and to whom by bed and stay', () => {
    const event = alert({ expectedPpv: 0.4 });
    expect(JSON.parse(webhookBody({ event, as: 'news' }, nameOf))).toMatchObject({
      type: 'alert.raised',
      timestamp: '2024-02-29T12:34:56.789Z',
      data: { alertId: event.alertId, sequence: 1, active: true, again: false, encounter: 'stay-7', bed: 'bed-1', unit: 'icu', finding: 'atrial-fibrillation', name: 'Atrial fibrillation', priority: 'medium', probability: 0.9, evidence: 'internal', unproven: false, expectedPpv: 0.4, simulated: false },
    });
  });

  test('of one who left says nothing of where he is', () => {
    const { type, data } = JSON.parse(webhookBody({ event: alert({ unit: 'ward-9', bed: 'bed-99' }), as: 'gone' }, nameOf));
    expect(type).toBe('alert.gone');
    expect(Object.keys(data)).toEqual(['alertId', 'sequence', 'text', 'warnings', 'advisory']);
    expect(data.text).not.toMatch(/ward-9|bed-99/);
  });

  test('has the id of its event, at every attempt', () => {
    expect(deliveryId({ event: alert({}, { sequence: 4 }) })).toBe(`${alert().alertId}-4`);
  });
});
