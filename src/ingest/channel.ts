import { isRate, NO_SAMPLE_INT16, NO_SAMPLE_INT32, VOLTAGES, type VoltageUnit } from '../ecg/index.js';
import { isEcgLike, leadOf } from './leads.js';
import type { Numbers } from './numbers.js';
import { Refused } from './refusal.js';
import type { SiteMap } from './site-map.js';

/** What a message says of one channel. */
export interface ChannelSaid {
  /** OBX-3.1, or the number of a channel definition. */
  readonly code: string;
  readonly name: string;
  readonly rateHz?: number;
  /** In which the values are. */
  readonly unit?: VoltageUnit;
  /** Millivolts of one count. */
  readonly resolutionMv?: number;
  /** A resolution without a unit of voltage. */
  readonly isResolutionBare?: boolean;
  /** Within which the values are. */
  readonly rangeMv?: readonly [number, number];
  readonly offsetAdu?: number;
  readonly noSample: readonly number[];
}

/** A channel that is an ECG lead, and what its values mean. */
export interface Channel {
  readonly lead: string;
  readonly rateHz: number;
  /** Of the block that is written. */
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  /** From a value to a count: 1 where values are counts; below 0, the lead is upside down. */
  readonly countsPerValue: number;
  readonly noSample: ReadonlySet<number>;
  /** Whole values may be counts, though a unit is named. */
  readonly isUnsure?: boolean;
  /** Least and greatest that a value may be. */
  readonly range?: readonly [number, number];
}

/** Decimals are kept in whole nanovolts: int32 has a mark for a missing sample, as float32 has not. */
const NANOVOLTS_PER_MV = 1e6;
const INT16_MAX = 32_767;
const INT32_MAX = 2_147_483_647;

/** What a message as a whole says of its channels, and what is counted of it. */
export interface Among {
  /** Whether C1 to C6 are chest leads beside the others. */
  readonly hasChestLeads: boolean;
  readonly left: Details;
}

/** What was left out of a message whose rest counts: samples that are no numbers, channels that look like an ECG and are no lead that is known, and arrays that their sender takes back. */
export interface Details {
  'no-number': number;
  'no-lead': number;
  withdrawn: number;
}

/** The lead of a channel; undefined: no ECG lead, or not wanted. Throws Refused. */
export function leadIn(said: Pick<ChannelSaid, 'code' | 'name'>, map: SiteMap, { hasChestLeads, left }: Among, where: string): string | undefined {
  const own = mapped(said, map);
  if (own?.ignore === true) return undefined;
  const lead = own?.lead ?? leadOf(said.code, said.name, hasChestLeads, where);
  if (lead === undefined && isEcgLike(said.code, said.name)) left['no-lead']++;
  return lead;
}

/** Undefined: no ECG lead, or not wanted. Throws Refused where it is one and cannot be understood. */
export function channelOf(said: ChannelSaid, map: SiteMap, among: Among, where: string): Channel | undefined {
  const lead = leadIn(said, map, among, where);
  if (lead === undefined) return undefined;
  const site = { ...map.every, ...mapped(said, map) };
  const rateHz = site.rateHz ?? said.rateHz;
  if (rateHz === undefined) throw new Refused('no-rate', where);
  if (!isRate(rateHz)) throw new Refused('bad-rate', where);
  return { lead, rateHz, ...calibrated(said, site, where), noSample: new Set([...map.noSample, ...(site.noSample ?? []), ...said.noSample]) };
}

function mapped({ code, name }: Pick<ChannelSaid, 'code' | 'name'>, { channels }: SiteMap): SiteMap['channels'][string] | undefined {
  for (const key of [code, name]) if (Object.hasOwn(channels, key)) return channels[key];
  return undefined;
}

type Calibrated = Pick<Channel, 'aduPerMv' | 'offsetAdu' | 'countsPerValue' | 'isUnsure' | 'range'>;

function calibrated(said: ChannelSaid, site: SiteMap['channels'][string], where: string): Calibrated {
  if (site.aduPerMv !== undefined) return counts(site.aduPerMv, site.offsetAdu ?? said.offsetAdu ?? 0);
  if (site.unit !== undefined) return inUnit(site.unit);
  if (said.resolutionMv !== undefined) {
    if (!(Math.abs(said.resolutionMv) >= 1e-8 && Math.abs(said.resolutionMv) <= 1000)) throw new Refused('bad-gain', where);
    return counts(1 / said.resolutionMv, said.offsetAdu ?? 0);
  }
  if (said.unit === undefined) throw new Refused('no-gain', where);
  return { ...inUnit(said.unit), isUnsure: said.isResolutionBare, range: said.rangeMv?.map((mv) => (mv * RANGE_ROOM) / VOLTAGES[said.unit!]) as [number, number] | undefined };
}

/** Ends of a range are rounded as they like. */
const RANGE_ROOM = 1.01;

/** A gain below 0 turns the lead over, its zero with it. */
function counts(aduPerMv: number, offsetAdu: number): Calibrated {
  const side = aduPerMv < 0 ? -1 : 1;
  return { aduPerMv: Math.abs(aduPerMv), offsetAdu: side * offsetAdu, countsPerValue: side };
}

function inUnit(unit: VoltageUnit): Calibrated {
  return { aduPerMv: NANOVOLTS_PER_MV, offsetAdu: 0, countsPerValue: VOLTAGES[unit] * NANOVOLTS_PER_MV };
}

/** Of an array's values so many may be unreadable: beyond it they are numbers in another notation, of which it would be a guess to keep the rest. */
const UNREAD_MAX = 0.1;

/** Values as counts: equal to the last one. What is no number, or beyond what a lead can have, is a missing sample, and counted. Throws Refused. */
export function samplesOf({ values, hasDecimals, words, unread, isForeign }: Numbers, { countsPerValue, noSample, isUnsure, range }: Channel, left: Details, where: string): Int16Array | Int32Array {
  const areCounts = Math.abs(countsPerValue) === 1;
  if ((areCounts && hasDecimals) || (isUnsure === true && !hasDecimals)) throw new Refused('gain-ambiguous', where);
  markMissing(values, areCounts ? [...noSample, NO_SAMPLE_INT16] : [...noSample]);
  const most = INT32_MAX / Math.abs(countsPerValue);
  const [low, high] = range ?? [-Infinity, Infinity];
  let largest = 0;
  let beyond = 0;
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const size = Math.abs(value);
    if (value < low || value > high) outside++;
    if (size > most) {
      values[i] = NaN;
      beyond++;
    } else if (size > largest) largest = size;
  }
  // A count is not a value within the range: what one is worth, nobody has said.
  if (outside > UNREAD_MAX * values.length) throw new Refused('gain-ambiguous', where);
  const strange = unread + beyond;
  if (isForeign || strange > Math.max(1, UNREAD_MAX * values.length) || (strange > 0 && strange === values.length)) throw new Refused('bad-number', where);
  left['no-number'] += words + beyond;
  const isNarrow = areCounts && largest <= INT16_MAX;
  const samples = isNarrow ? new Int16Array(values.length) : new Int32Array(values.length);
  const none = isNarrow ? NO_SAMPLE_INT16 : NO_SAMPLE_INT32;
  if (countsPerValue === 1) for (let i = 0; i < values.length; i++) samples[i] = values[i] === values[i] ? values[i] : none;
  else for (let i = 0; i < values.length; i++) samples[i] = values[i] === values[i] ? Math.round(values[i] * countsPerValue) : none;
  return samples;
}

/** In place: what means that there is no sample becomes NaN. */
function markMissing(values: Float64Array, marks: readonly number[]): void {
  for (const mark of marks) for (let at = values.indexOf(mark); at >= 0; at = values.indexOf(mark, at + 1)) values[at] = NaN;
}
