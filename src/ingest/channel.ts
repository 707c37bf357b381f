import { isRate, NO_SAMPLE_INT16, NO_SAMPLE_INT32, VOLTAGES, type VoltageUnit } from '../ecg/index.js';
import { leadOf } from './leads.js';
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
}

/** Decimals are kept in whole nanovolts: int32 has a mark for a missing sample, as float32 has not. */
const NANOVOLTS_PER_MV = 1e6;
const INT16_MAX = 32_767;
const INT32_MAX = 2_147_483_647;

/** Undefined: no ECG lead, or not wanted. Throws Refused where it is one and cannot be understood. */
export function channelOf(said: ChannelSaid, map: SiteMap, where: string): Channel | undefined {
  const own = mapped(said, map);
  if (own?.ignore === true) return undefined;
  const lead = own?.lead ?? leadOf(said.code, said.name, where);
  if (lead === undefined) return undefined;
  const site = { ...map.every, ...own };
  const rateHz = site.rateHz ?? said.rateHz;
  if (rateHz === undefined) throw new Refused('no-rate', where);
  if (!isRate(rateHz)) throw new Refused('bad-rate', where);
  return { lead, rateHz, ...calibrated(said, site, where), noSample: new Set([...map.noSample, ...(site.noSample ?? []), ...said.noSample]) };
}

function mapped({ code, name }: ChannelSaid, { channels }: SiteMap): SiteMap['channels'][string] | undefined {
  for (const key of [code, name]) if (Object.hasOwn(channels, key)) return channels[key];
  return undefined;
}

type Calibrated = Pick<Channel, 'aduPerMv' | 'offsetAdu' | 'countsPerValue'>;

function calibrated(said: ChannelSaid, site: SiteMap['channels'][string], where: string): Calibrated {
  if (site.aduPerMv !== undefined) return counts(site.aduPerMv, site.offsetAdu ?? said.offsetAdu ?? 0);
  if (site.unit !== undefined) return inUnit(site.unit);
  if (said.resolutionMv !== undefined) {
    if (!(Math.abs(said.resolutionMv) >= 1e-8 && Math.abs(said.resolutionMv) <= 1000)) throw new Refused('bad-gain', where);
    return counts(1 / said.resolutionMv, said.offsetAdu ?? 0);
  }
  if (said.unit === undefined) throw new Refused('no-gain', where);
  return inUnit(said.unit);
}

/** A gain below 0 turns the lead over, its zero with it. */
function counts(aduPerMv: number, offsetAdu: number): Calibrated {
  const side = aduPerMv < 0 ? -1 : 1;
  return { aduPerMv: Math.abs(aduPerMv), offsetAdu: side * offsetAdu, countsPerValue: side };
}

function inUnit(unit: VoltageUnit): Calibrated {
  return { aduPerMv: NANOVOLTS_PER_MV, offsetAdu: 0, countsPerValue: VOLTAGES[unit] * NANOVOLTS_PER_MV };
}

/** Values as counts: equal to the last one. Throws Refused. */
export function samplesOf({ values, hasDecimals }: Numbers, { countsPerValue, noSample }: Channel, where: string): Int16Array | Int32Array {
  const areCounts = Math.abs(countsPerValue) === 1;
  if (areCounts && hasDecimals) throw new Refused('gain-ambiguous', where);
  markMissing(values, areCounts ? [...noSample, NO_SAMPLE_INT16] : [...noSample]);
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > largest) largest = size;
  }
  if (largest * Math.abs(countsPerValue) > INT32_MAX) throw new Refused('bad-number', where);
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
