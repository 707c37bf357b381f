import { type AlertEvent, isoTime, type Trigger } from '../ecg/index.js';
import { type Delivery, deliveryId, type NameOf, shortTextOf, textOf } from './delivery.js';

/** Text, or subcomponents. */
export type Hl7Component = string | readonly string[];
/** Text, or components. */
export type Hl7Repetition = string | readonly Hl7Component[];
export type Hl7Field = Hl7Repetition | { readonly repeated: readonly Hl7Repetition[] };
/** Fields by their number in the standard; MSH-1 and MSH-2 are the encoder's. */
export interface Hl7Segment {
  readonly name: string;
  readonly fields: Readonly<Record<number, Hl7Field>>;
}
/** A message of HL7 version 2 as it is meant, before any escape. */
export type Hl7Message = readonly Hl7Segment[];

/** Who speaks to whom: MSH-4 to MSH-6. */
export interface Hl7Parties {
  readonly sendingFacility?: string;
  readonly receivingApplication?: string;
  readonly receivingFacility?: string;
}

const APPLICATION = 'PURKINJE';
/** Our own codes: L and 99zzz are for local ones (HL7 table 0396). */
const LOCAL = '99PKJ';

/*
 * Codes of ISO/IEEE 11073-10101. Seen alike in messages of several makers that are public (Mindray, B. Braun, GE, Masimo, ICU Medical) and in open
 * gateways: 196616, 69965, 68481 to 68485, and the profile of MSH-21. The same facets had 68164 to 68168 in older trial
 * versions of the profile. 68480 was seen with several makers too, 68546 with one only. None was held against the standard's own text.
 */
const MDC = 'MDC';
const EVT_ALARM = ['196616', 'MDC_EVT_ALARM', MDC];
const MONITOR = ['69965', 'MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS', MDC];
const PROFILE = ['IHE_PCD_ACM_001', 'IHE PCD', '1.3.6.1.4.1.19376.1.6.1.4.1', 'ISO'];
const FACETS = {
  source: ['68480', 'MDC_ATTR_ALERT_SOURCE', MDC],
  phase: ['68481', 'MDC_ATTR_EVENT_PHASE', MDC],
  state: ['68482', 'MDC_ATTR_ALARM_STATE', MDC],
  inactivation: ['68483', 'MDC_ATTR_ALARM_INACTIVATION_STATE', MDC],
  priority: ['68484', 'MDC_ATTR_ALARM_PRIORITY', MDC],
  type: ['68485', 'MDC_ATTR_ALERT_TYPE', MDC],
  text: ['68546', 'MDC_ATTR_ALERT_TEXT', MDC],
  probability: ['probability', 'Probability', LOCAL],
  evidence: ['evidence', 'Evidence', LOCAL],
  beats: ['trigger-beats', 'Beats that set it off', LOCAL],
  rate: ['trigger-rate', 'Their rate, or how many came in a minute', LOCAL],
  kinds: ['trigger-kinds', 'Kinds of the beats from the first to the last', LOCAL],
} as const;

/** Findings that have an event of their own there: partition 3 of DICOM's context group 3038, which reprints it by permission. */
const EVENTS: Readonly<Record<string, readonly [code: number, name: string]>> = {
  'sinus-bradycardia': [3084, 'MDC_EVT_ECG_SINUS_BRADY'],
  'sinus-tachycardia': [3262, 'MDC_EVT_ECG_SINUS_TACHY'],
  'atrial-fibrillation': [3128, 'MDC_EVT_ECG_ATR_FIB'],
  'atrial-flutter': [3276, 'MDC_EVT_ECG_ATR_FLUT'],
  'first-degree-av-block': [3146, 'MDC_EVT_ECG_AV_HEART_BLK_DEG_1'],
  'second-degree-av-block-mobitz-i': [3148, 'MDC_EVT_ECG_AV_HEART_BLK_DEG_2'],
  'second-degree-av-block-mobitz-ii': [3148, 'MDC_EVT_ECG_AV_HEART_BLK_DEG_2'],
  'complete-av-block': [3258, 'MDC_EVT_ECG_AV_HEART_BLK_DEG_3'],
};
const PER_MINUTE = ['/min', '', 'UCUM'];
/** Of an ST value, in characters. */
const ST_MAX = 199;
const EVENT_PARTITION = 3 * 2 ** 16;

const PHASES = { raised: 'start', updated: 'update', acknowledged: 'update', escalated: 'escalate', resolved: 'end', dismissed: 'end' } as const;

/** IHE ACM Report Alert (DEV-04, formerly PCD-04) in HL7 2.6. Who the patient is is not known here: the receiver finds them by bed and visit. */
export function reportAlert(delivery: Delivery, nameOf: NameOf, sentMs: number, parties: Hl7Parties = {}): Hl7Message {
  return [messageHeader(delivery, sentMs, parties), segment('PID', { 5: ['', '', '', '', '', '', 'U'] }), ...visit(delivery), request(delivery), ...observations(delivery, nameOf)];
}

function messageHeader(delivery: Delivery, sentMs: number, parties: Hl7Parties): Hl7Segment {
  return segment('MSH', {
    3: APPLICATION,
    4: parties.sendingFacility ?? '',
    5: parties.receivingApplication ?? '',
    6: parties.receivingFacility ?? '',
    7: hl7Time(sentMs),
    9: ['ORU', 'R40', 'ORU_R40'],
    10: deliveryId(delivery),
    // Training: no production system may take a simulated signal for a patient's.
    11: delivery.event.snapshot.simulated ? 'T' : 'P',
    12: '2.6',
    15: 'AL',
    16: 'NE',
    18: 'UNICODE UTF-8',
    21: PROFILE,
  });
}

/** Whether this is an inpatient is not known: class U. */
function visit({ event: { snapshot }, as }: Delivery): Hl7Segment[] {
  if (as === 'gone') return [];
  const { unit = '', bed, device, encounter = '' } = snapshot;
  return [segment('PV1', { 2: 'U', 3: [unit, '', bed ?? device], 19: encounter })];
}

/** OBR-3 is the alert's own id in all of its phases; those after the first name it as their parent too. */
function request({ event: { alertId, sequence, atMs } }: Delivery): Hl7Segment {
  const id = [alertId, APPLICATION];
  return segment('OBR', { 1: '1', 2: id, 3: id, 4: EVT_ALARM, 7: hl7Time(atMs), 29: sequence > 1 ? ['', id] : '' });
}

function observations(delivery: Delivery, nameOf: NameOf): Hl7Segment[] {
  const { event, as } = delivery;
  const { finding, device, model, onsetMs, probability, evidence, trigger } = event.snapshot;
  const type = finding.startsWith('technical-') ? 'ST' : 'SA';
  const priority = priorityOf(event);
  const identified = { 5: [...eventCode(finding, nameOf), '', '', shortTextOf(event, nameOf)], 8: { repeated: ['A', priority, type] }, 14: hl7Time(onsetMs) };
  const facets: Facet[] = [
    ['CWE', EVT_ALARM, identified],
    ['ST', FACETS.source, { 5: model === '' ? APPLICATION : `${APPLICATION} ${model}` }],
    ['ST', FACETS.phase, { 5: phaseOf(delivery) }],
    ['ST', FACETS.state, { 5: stateOf(delivery) }],
    ['ST', FACETS.inactivation, { 5: event.state === 'acknowledged' ? 'alert-acknowledged' : 'enabled' }],
    ['ST', FACETS.priority, { 5: priority }],
    ['ST', FACETS.type, { 5: type }],
    // ST ends at 199 characters.
    ['TX', FACETS.text, { 5: textOf(delivery, nameOf) }],
    ...(evidence === 'rule' || as === 'gone' ? [] : [['NM', FACETS.probability, { 5: String(probability) }] satisfies Facet]),
    ['ST', FACETS.evidence, { 5: evidence }],
    ...(trigger === undefined || as === 'gone' ? [] : triggerFacets(trigger)),
  ];
  const source = segment('OBX', { 1: '1', 3: MONITOR, 4: '1.0.0.0', 11: 'X', 18: as === 'gone' ? '' : device });
  // R: entered, and verified by nobody.
  return [source, ...facets.map(([valueType, identifier, fields], k) => segment('OBX', { 1: String(k + 2), 2: valueType, 3: identifier, 4: `1.0.0.0.${k + 1}`, 11: 'R', ...fields }))];
}

type Facet = [valueType: string, identifier: readonly string[], fields: Hl7Segment['fields']];

/** What set off an alert by a rule on beats, until when. */
function triggerFacets({ beats, perMinute, kinds, toMs }: Trigger): Facet[] {
  const until = { 14: hl7Time(toMs) };
  return [
    ['NM', FACETS.beats, { 5: String(beats), ...until }],
    ...(perMinute === undefined ? [] : [['NM', FACETS.rate, { 5: String(perMinute), 6: PER_MINUTE, ...until }] satisfies Facet]),
    ...(kinds === undefined ? [] : [['ST', FACETS.kinds, { 5: kinds.slice(0, ST_MAX), ...until }] satisfies Facet]),
  ];
}

/** Components 1 to 6 of what happened; where an event of the standard has it, ours is the alternate. */
function eventCode(finding: string, nameOf: NameOf): readonly string[] {
  const ours = [finding, nameOf(finding), LOCAL];
  if (!Object.hasOwn(EVENTS, finding)) return [...ours, '', '', ''];
  const [code, name] = EVENTS[finding];
  return [String(EVENT_PARTITION + code), name, MDC, ...ours];
}

/** An advisory is low at most, whatever its priority is here; the text says so. */
function priorityOf({ snapshot: { priority } }: AlertEvent): string {
  return priority === 'none' ? 'PN' : 'PL';
}

function phaseOf({ event, as }: Delivery): string {
  if (as === 'gone') return 'end';
  return as === 'active' ? 'continue' : PHASES[event.state];
}

function stateOf({ event, as }: Delivery): string {
  if (as === 'gone' || PHASES[event.state] === 'end') return 'inactive';
  return event.cause === 'over-and-latched' ? 'latched' : 'active';
}

/** To the millisecond, in UTC; empty: no time that a calendar has. */
function hl7Time(ms: number): string {
  const iso = isoTime(ms);
  // Years of four digits only: HL7 has no others.
  return iso?.length === 24 ? `${iso.replace(/[-:TZ]/g, '')}+0000` : '';
}

const segment = (name: string, fields: Hl7Segment['fields']): Hl7Segment => ({ name, fields });
