import type { Er7Message, Segment, Span } from './er7.js';
import { haveChestLeads } from '../ecg/index.js';
import { type Channel, channelOf, type Details, leadIn, samplesOf } from './channel.js';
import { channelDefinitions, instants } from './battery.js';
import { deviceOf } from './device.js';
import { facetsOf } from './facets.js';
import { readNumbers } from './numbers.js';
import { Refused } from './refusal.js';
import type { SiteMap } from './site-map.js';
import { timeMs, type Zones, zoneMinutes } from './time.js';
import { unitOf } from './units.js';

/** Samples of one lead, as one message has them. */
export interface Wave extends Pick<Channel, 'lead' | 'rateHz' | 'aduPerMv' | 'offsetAdu'> {
  readonly device: string;
  /** Of the first sample; undefined: the message has no time, and the site map says that arrival is enough. */
  readonly startMs: number | undefined;
  /** None: the lead was named, and nothing more. */
  readonly samples: Int16Array | Int32Array;
}

const SECONDS_MAX = 60;
const ARRAYS: ReadonlySet<string> = new Set(['NA', 'MA']);
/** OBX-11: deleted, not asked for, wrong, not to be had. */
const WITHDRAWN: ReadonlySet<string> = new Set(['D', 'N', 'W', 'X']);
const TIMES: ReadonlySet<string> = new Set(['TS', 'DTM']);
type OwnWave = Omit<Wave, 'device'>;

/** An OBX, and its OBX-2. */
export interface Observation {
  readonly segment: Segment;
  readonly type: string;
}

/** Reading one message: what its segments have said so far. */
interface Reading {
  readonly message: Er7Message;
  readonly map: SiteMap;
  readonly zones: Zones;
  visit: Segment | undefined;
  request: Segment | undefined;
  /** Since the last OBR. */
  observations: Observation[];
  readonly waves: Wave[];
  readonly left: Details;
  /** Of one message, mostly the same again and again. */
  readonly times: Map<string, number>;
}

/**
 * The ECG of a message ORU^R01 or ORU^W01, and what was left out of it. Other observations are left alone; who the patient is is not read.
 * @param nearMs the gateway's time, for local hours that come twice
 * @throws Refused
 */
export function readWaves(message: Er7Message, map: SiteMap, nearMs: number): { readonly waves: readonly Wave[]; readonly left: Readonly<Details> } {
  const { header } = message;
  const [, type, event] = message.components(header.field(9));
  if (type !== 'ORU' || !['R01', 'W01'].includes(event)) throw new Refused('unsupported-message', 'MSH-9');
  const zones = { messageMinutes: zoneMinutes(message.raw(header.field(7))), siteZone: map.timeZone, nearMs };
  const reading: Reading = { message, map, zones, visit: undefined, request: undefined, observations: [], waves: [], left: { 'no-number': 0, 'no-lead': 0, withdrawn: 0 }, times: new Map() };
  for (const segment of message.segments.slice(1)) {
    if (segment.name === 'MSH') throw new Refused('not-hl7', 'second MSH');
    if (segment.name === 'PV1') reading.visit = segment;
    if (segment.name === 'OBX') reading.observations.push({ segment, type: message.raw(segment.field(2)) });
    if (segment.name === 'OBR') {
      endGroup(reading);
      reading.request = segment;
    }
  }
  endGroup(reading);
  if (reading.waves.every(({ samples }) => samples.length === 0)) throw new Refused('no-waveform');
  return reading;
}

function endGroup(reading: Reading): void {
  const { message, map, visit, observations } = reading;
  reading.observations = [];
  if (!observations.some(({ type }) => ARRAYS.has(type))) return;
  const waves = observations.some(({ type }) => type === 'CD') ? battery(reading, observations) : series(reading, observations);
  if (waves.every(({ samples }) => samples.length === 0)) return;
  const device = deviceOf(message, map, visit, observations.map(({ segment }) => segment));
  reading.waves.push(...waves.map((wave) => ({ ...wave, device })));
}

/** One array a lead, each with facets of its own (IHE PCD DEC and WCM, and what grew from them). */
function series(reading: Reading, observations: readonly Observation[]): OwnWave[] {
  const { message, map } = reading;
  const waves: OwnWave[] = [];
  const { component, repetition } = message.separators;
  const facets = facetsOf(message, observations);
  const arrays = observations.filter(({ type }) => ARRAYS.has(type));
  const among = { hasChestLeads: haveChestLeads(arrays.map(({ segment }) => message.components(segment.field(3))[2] ?? '')), left: reading.left };
  for (const { segment: one } of arrays) {
    const where = placeOf(message, one);
    const [, code, name = ''] = message.components(one.field(3));
    const facet = facets.get(one);
    const unit = unitOf(message.components(one.field(6))) ?? facet?.unit;
    const span = one.field(5);
    const isWithdrawn = WITHDRAWN.has(message.raw(one.field(11)));
    if (isWithdrawn) reading.left.withdrawn++;
    const numbers = span && !isWithdrawn && !isNull(message, span) ? readNumbers(message.bytes, span.from, span.to, component, repetition) : undefined;
    if (numbers === undefined || numbers.values.length === 0) {
      // Of a lead that is off nothing need be said but its name.
      const lead = leadIn({ code, name }, map, among, where);
      if (lead !== undefined) waves.push({ lead, samples: new Int16Array(0), startMs: startOf(reading, one), rateHz: 0, aduPerMv: 0, offsetAdu: 0 });
      continue;
    }
    const channel = channelOf({ code, name, noSample: [], ...facet, unit }, map, among, where);
    if (channel !== undefined) waves.push(wave(channel, samplesOf(numbers, channel, reading.left, where), startOf(reading, one), where));
  }
  return waves;
}

const isNull = (message: Er7Message, span: Span): boolean => span.to - span.from === 2 && message.raw(span) === '""';

/** A waveform battery of chapter 7: channel definitions, a time, then arrays of all channels. */
function battery(reading: Reading, observations: readonly Observation[]): OwnWave[] {
  const { message, map } = reading;
  const waves: OwnWave[] = [];
  let channels: readonly (Channel | undefined)[] = [];
  let startMs: number | undefined;
  for (const { segment: one, type } of observations) {
    const where = placeOf(message, one);
    if (type === 'CD') {
      const definitions = channelDefinitions(message, one);
      const among = { hasChestLeads: haveChestLeads(definitions.map(({ name }) => name)), left: reading.left };
      channels = definitions.map((said) => channelOf(said, map, among, where));
    }
    if (TIMES.has(type)) startMs = time(reading, one.field(5), where);
    else if (ARRAYS.has(type)) {
      const numbers = instants(message, one.field(5), channels.length, where);
      const start = map.time === 'arrival' ? undefined : (startMs ?? startOf(reading, one));
      for (const [k, channel] of channels.entries()) {
        if (channel !== undefined && numbers[k].values.length > 0) waves.push(wave(channel, samplesOf(numbers[k], channel, reading.left, where), start, where));
      }
      // A second array continues the first.
      const rateHz = channels.find((channel) => channel !== undefined)?.rateHz;
      if (startMs !== undefined && rateHz !== undefined) startMs += (numbers[0].values.length * 1000) / rateHz;
    }
  }
  return waves;
}

function wave({ lead, rateHz, aduPerMv, offsetAdu }: Channel, samples: Wave['samples'], startMs: number | undefined, where: string): OwnWave {
  if (samples.length > SECONDS_MAX * rateHz) throw new Refused('too-long', where);
  return { lead, rateHz, aduPerMv, offsetAdu, samples, startMs };
}

/** OBX-14, else OBR-7. */
function startOf(reading: Reading, one: Segment): number | undefined {
  const { message, map, request } = reading;
  if (map.time === 'arrival') return undefined;
  const own = time(reading, one.field(14), 'OBX-14');
  const startMs = own ?? time(reading, request?.field(7), 'OBR-7');
  if (startMs === undefined) throw new Refused('no-time', placeOf(message, one));
  return startMs;
}

function time({ message, zones, times }: Reading, span: Span | undefined, where: string): number | undefined {
  const text = message.raw(span);
  if (text === '' || text === '""') return undefined;
  const ms = times.get(text) ?? timeMs(text, zones, where);
  times.set(text, ms);
  return ms;
}

/** OBX by its number: never by what stands in it. */
function placeOf(message: Er7Message, one: Segment): string {
  const number = message.raw(one.field(1));
  return /^\d{1,6}$/.test(number) ? `OBX ${number}` : 'OBX';
}

/** MSH-11: a message of training or debugging is of no patient. */
export function isTraining(message: Er7Message): boolean {
  return ['T', 'D'].includes(message.components(message.header.field(11))[1]);
}
