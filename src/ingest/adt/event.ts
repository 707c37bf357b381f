import type { Er7Message, Segment } from '../er7.js';
import { Refused } from '../refusal.js';
import { timeMs, type Zones, zoneMinutes } from '../time.js';

export type AdtKind = 'admit' | 'move' | 'discharge' | 'update' | 'cancel-admit' | 'cancel-move' | 'cancel-discharge' | 'merge';

/** One thing that a hospital's system says of one stay. Names nobody: the encounter is a pseudonym. */
export interface AdtEvent {
  readonly kind: AdtKind;
  readonly encounter: string;
  /** When it happened, and when it was entered: what is cancelled was entered before. Ms since 1970. */
  readonly atMs: number;
  readonly recordedMs: number;
  /** Point of care, room and bed, joined by /; of a cancelled move, the bed that the patient never was in. */
  readonly bed?: string;
  /** Of a merge: the encounter that this one is. */
  readonly into?: string;
  readonly ageYears?: number;
  readonly sex?: 'female' | 'male';
}

const KINDS: Readonly<Record<string, AdtKind>> = { A01: 'admit', A02: 'move', A03: 'discharge', A08: 'update', A11: 'cancel-admit', A12: 'cancel-move', A13: 'cancel-discharge', A17: 'move', A40: 'merge' };
/** PV1-44 and PV1-45: when an admission or a discharge was, where EVN-6 does not say so. */
const OWN_TIME: Readonly<Record<string, number>> = { A01: 44, A03: 45 };
const [VISIT, BED, PRIOR_BED, PRIOR_VISIT] = [19, 3, 6, 5];
/** Longer ones are no place in a hospital. */
const BED_MAX_CHARS = 64;
const YEAR_MS = 365.2425 * 86_400_000;

/** What is read with. */
export interface AdtReading {
  readonly timeZone: string | undefined;
  readonly nearMs: number;
  /** A visit number → the encounter, by the site's key. */
  readonly pseudonym: (visit: string) => string;
}

/** The events of a message ADT: one, two of a swap, none of a merge of persons, who are nowhere here. Throws Refused. */
export function readAdt(message: Er7Message, { timeZone, nearMs, pseudonym }: AdtReading): readonly AdtEvent[] {
  const { header, segments } = message;
  const [, type, trigger = ''] = message.components(header.field(9));
  if (type !== 'ADT' || !Object.hasOwn(KINDS, trigger)) throw new Refused('unsupported-message', 'MSH-9');
  const kind = KINDS[trigger];
  const zones = { messageMinutes: zoneMinutes(message.raw(header.field(7))), siteZone: timeZone, nearMs };
  const evn = segments.find(({ name }) => name === 'EVN');
  const sent = timeOf(message, header, 7, zones);
  const recordedMs = timeOf(message, evn, 2, zones) ?? sent;
  if (recordedMs === undefined) throw new Refused('no-time', 'EVN-2');
  const events: AdtEvent[] = [];
  let person: Segment | undefined;
  let merged: Segment | undefined;
  for (const segment of segments) {
    if (segment.name === 'PID') person = segment;
    if (segment.name === 'MRG') merged = segment;
    if (segment.name !== 'PV1') continue;
    const [, visit = ''] = message.components(segment.field(VISIT));
    const [, prior = ''] = message.components(merged?.field(PRIOR_VISIT));
    if (kind === 'merge') {
      if (visit !== '' && prior !== '' && visit !== prior) events.push({ kind, encounter: pseudonym(prior), into: pseudonym(visit), atMs: recordedMs, recordedMs });
      continue;
    }
    if (visit === '') throw new Refused('no-visit', 'PV1-19');
    const own = trigger in OWN_TIME ? timeOf(message, segment, OWN_TIME[trigger], zones) : undefined;
    const atMs = timeOf(message, evn, 6, zones) ?? own ?? recordedMs;
    const bed = bedOf(message, segment.field(kind === 'cancel-move' ? PRIOR_BED : BED));
    if ((kind === 'admit' || kind === 'move') && bed === undefined) throw new Refused('no-bed', 'PV1-3');
    events.push({ kind, encounter: pseudonym(visit), atMs, recordedMs, ...(bed !== undefined && { bed }), ...personOf(message, person, atMs) });
  }
  if (events.length === 0 && kind !== 'merge') throw new Refused('no-visit', 'PV1');
  return events;
}

function bedOf(message: Er7Message, span: ReturnType<Segment['field']>): string | undefined {
  const [, ...parts] = message.components(span);
  const text = parts.slice(0, 3).filter((part) => part !== '').join('/');
  if (text.length > BED_MAX_CHARS) throw new Refused('no-bed', 'PV1-3');
  return text === '' ? undefined : text;
}

/** Minutes are enough here: they are taken as their beginning. */
function timeOf(message: Er7Message, segment: Segment | undefined, number: number, zones: Zones): number | undefined {
  const text = message.raw(segment?.field(number));
  if (text === '' || text === '""') return undefined;
  return timeMs(text.replace(/^(\d{12})(?=$|[+-])/, '$100'), zones, `${segment!.name}-${number}`);
}

/** Age and sex are all that a model may want; a birth date that cannot be read is none. */
function personOf(message: Er7Message, person: Segment | undefined, atMs: number): Pick<AdtEvent, 'ageYears' | 'sex'> {
  const birth = /^(\d{4})(\d\d)?(\d\d)?/.exec(message.raw(person?.field(7)));
  const years = birth === null ? NaN : Math.floor((atMs - Date.UTC(Number(birth[1]), Number(birth[2] ?? 7) - 1, Number(birth[3] ?? 1))) / YEAR_MS);
  const sex = ({ F: 'female', M: 'male' } as const)[message.raw(person?.field(8)).toUpperCase()];
  return { ...(years > 0 && years <= 150 && { ageYears: years }), ...(sex !== undefined && { sex }) };
}
