import { isPlausibleTime } from '../ecg/index.js';
import { Refused } from './refusal.js';

/** YYYYMMDDHHMMSS, a fraction with or without its point, a zone. Seconds are the least: a sample is some ms. */
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9})|(\d{1,6}))?([+-]\d{4}|Z)?$/;
const MINUTE_MS = 60_000;

/** What a time without a zone means. */
export interface Zones {
  /** Of the message's own time, MSH-7, in minutes; the standard takes it for all times of the message. */
  readonly messageMinutes?: number;
  /** IANA name, from the site map. */
  readonly siteZone?: string;
  /** Near which time it must be: where a local hour comes twice, the nearer one is meant. Ms since 1970. */
  readonly nearMs: number;
}

/** A time of HL7 version 2, in ms since 1970, fractions kept. Throws Refused `bad-time`, `no-zone`. `where` names the field. */
export function timeMs(text: string, zones: Zones, where: string): number {
  const match = TIME.exec(text);
  if (match === null) throw new Refused('bad-time', where);
  const [, year, month, day, hour, minute, second, fraction = match[8] ?? ''] = match;
  const wholeMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const isCalendar = new Date(wholeMs).getUTCDate() === Number(day) && Number(month) <= 12 && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isCalendar) throw new Refused('bad-time', where);
  const localMs = wholeMs + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000);
  const ms = inUtc(localMs, zoneMinutes(match[9]) ?? zones.messageMinutes, zones, where);
  if (!isPlausibleTime(ms)) throw new Refused('bad-time', where);
  return ms;
}

/** The zone at the end of a time, in minutes east of UTC; undefined: it has none. */
export function zoneMinutes(text: string | undefined): number | undefined {
  const match = /(?:([+-])(\d\d)(\d\d)|Z)$/.exec(text ?? '');
  if (match === null) return undefined;
  return match[1] === undefined ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function inUtc(localMs: number, minutes: number | undefined, { siteZone, nearMs }: Zones, where: string): number {
  if (minutes !== undefined) return localMs - minutes * MINUTE_MS;
  if (siteZone === undefined) throw new Refused('no-zone', where);
  // The offset before and after any change that may be near.
  const candidates = [-1, 1].map((side) => localMs - offsetMs(siteZone, localMs + side * 24 * 60 * MINUTE_MS));
  const right = candidates.filter((ms) => ms + offsetMs(siteZone, ms) === localMs);
  // None: an hour that the clocks left out; the clock was not put forward yet.
  const possible = right.length > 0 ? right : [candidates[0]];
  return possible.reduce((best, ms) => (Math.abs(ms - nearMs) < Math.abs(best - nearMs) ? ms : best));
}

const QUARTER_MS = 15 * MINUTE_MS;
/** Offsets change on quarters of an hour at most, and streams ask for the same few again and again. */
const OFFSETS_MAX = 256;
const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is east of UTC at an instant, in ms. */
function offsetMs(zone: string, atMs: number): number {
  const quarter = Math.floor(atMs / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const at = quarter * QUARTER_MS;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const offset = Date.UTC(part['year'], part['month'] - 1, part['day'], part['hour'], part['minute'], part['second']) - at;
  if (offsets.size >= OFFSETS_MAX) offsets.clear();
  offsets.set(key, offset);
  return offset;
}
