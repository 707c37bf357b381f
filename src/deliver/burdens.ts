import type { BeatKind, Opaque } from '../ecg/index.js';

/** What one more segment of a device adds. Seconds of the epoch. */
export interface BurdenNews {
  readonly device: string;
  readonly epoch: Opaque;
  readonly encounter?: string;
  readonly bed?: string;
  readonly unit?: string;
  /** When the log took it, and the hospital's time of `startS`. */
  readonly atMs: number;
  readonly startMs: number;
  readonly startS: number;
  /** New beats, and where they could be counted. */
  readonly observed: readonly { readonly fromS: number; readonly toS: number; readonly beats: readonly { readonly atS: number; readonly kind?: BeatKind; readonly sinceS?: number }[] }[];
  /** Kinds of beats are to be trusted. */
  readonly hasKinds: boolean;
  /** Where it is known whether the atria fibrillate, and where they do; stated again as they go on. */
  readonly assessed: readonly Span[];
  readonly fibrillation: readonly Span[];
}

export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** One value a minute, oldest first; null: not watched. */
export interface BurdenSeries {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  /** When the first minute began, ms since 1970 by the hospital's time; each begins a minute after the one before. */
  readonly fromMs: number;
  /** Of 60: in so many beats could be counted, and in so many their kinds were to be trusted. */
  readonly seconds: readonly number[];
  readonly kindSeconds: readonly number[];
  /** Counted in them, not scaled to a whole minute. */
  readonly beats: readonly (number | null)[];
  readonly ventricular: readonly (number | null)[];
  readonly supraventricular: readonly (number | null)[];
  /** From the median interval. */
  readonly heartRateBpm: readonly (number | null)[];
  /** Share of the time in which it is known, 0 to 1. */
  readonly fibrillation: readonly (number | null)[];
}

/** Minutes that are kept of a device. */
export const MINUTES_KEPT = 1440;
/** Beyond it the device unheard of for longest goes. */
const DEVICES_MAX = 10_000;
const MINUTE_MS = 60_000;
/** A device's clock that differs by more has been set, or its samples went on without us. */
const STEP_MS = 5000;
/** Longer is a pause or a hole (s): no heart rate. */
const INTERVAL_MAX_S = 3;
const INTERVALS_MAX = 400;
/** Places of a minute: ms observed, with kinds, assessed, fibrillating; counts; beats a minute. */
const COLUMNS = ['observed', 'named', 'assessed', 'fibrillating', 'beats', 'v', 's', 'bpm'] as const;
type Column = (typeof COLUMNS)[number];

interface DeviceBurden {
  readonly device: string;
  encounter?: string;
  bed?: string;
  unit?: string;
  heardMs: number;
  /** The epoch, and when its second 0 was. */
  grid: { readonly epoch: Opaque; readonly zeroMs: number };
  /** Minutes since 1970: the first that was seen and the last. */
  readonly firstMinute: number;
  lastMinute: number;
  /** Up to here each is counted, ms since 1970. */
  readonly through: { observed: number; assessed: number; fibrillating: number };
  readonly columns: Readonly<Record<Column, Uint16Array>>;
  /** Intervals of the last minute, s. */
  intervals: number[];
}

/** By device, the latest heard last. Owned by the step: it changes in place. */
export type Burdens = Map<string, DeviceBurden>;

/** Folds one segment in. Another patient on the device begins a new series. */
export function stepBurdens(state: Burdens, news: BurdenNews): Burdens {
  const { device, epoch, encounter, bed, unit, atMs, startMs, startS } = news;
  const before = state.get(device);
  const own = before !== undefined && before.encounter === encounter ? before : begun(news);
  const zeroMs = startMs - startS * 1000;
  // The time of a series may step forward; it never runs backwards, as device clocks do.
  if (own.grid.epoch !== epoch) own.grid = { epoch, zeroMs: Math.max(zeroMs, own.through.observed - startS * 1000) };
  else if (zeroMs - own.grid.zeroMs > STEP_MS) own.grid = { epoch, zeroMs };
  Object.assign(own, { encounter, bed, unit, heardMs: atMs });
  for (const { fromS, toS, beats } of news.observed) {
    // Read again, it counts no more.
    if (Math.round(own.grid.zeroMs + toS * 1000) <= own.through.observed) continue;
    const whole = { fromS, toS };
    // Observed last: the others are within it.
    if (news.hasKinds) addSpan(own, 'named', whole, own.through.observed);
    own.through.observed = addSpan(own, 'observed', whole, own.through.observed);
    for (const beat of beats) addBeat(own, beat, news.hasKinds);
  }
  for (const span of news.assessed) own.through.assessed = addSpan(own, 'assessed', span, own.through.assessed);
  for (const span of news.fibrillation) own.through.fibrillating = addSpan(own, 'fibrillating', span, own.through.fibrillating);
  state.delete(device);
  state.set(device, own);
  if (state.size > DEVICES_MAX) state.delete(state.keys().next().value!);
  return state;
}

function begun({ device, epoch, atMs, startMs, startS }: BurdenNews): DeviceBurden {
  const minute = Math.floor(startMs / MINUTE_MS);
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Uint16Array(MINUTES_KEPT)])) as Record<Column, Uint16Array>;
  const through = { observed: -Infinity, assessed: -Infinity, fibrillating: -Infinity };
  return { device, heardMs: atMs, grid: { epoch, zeroMs: startMs - startS * 1000 }, firstMinute: minute, lastMinute: minute, through, columns, intervals: [] };
}

/** The place of a minute, cleared of what it stood for a day ago; undefined: it is older than any that is kept. */
function placeOf(own: DeviceBurden, minute: number): number | undefined {
  if (minute <= own.lastMinute - MINUTES_KEPT || minute < own.firstMinute) return undefined;
  if (minute > own.lastMinute) {
    const from = Math.max(own.lastMinute + 1, minute - MINUTES_KEPT + 1);
    for (let at = from; at <= minute; at++) for (const name of COLUMNS) own.columns[name][at % MINUTES_KEPT] = 0;
    own.lastMinute = minute;
    own.intervals = [];
  }
  return minute % MINUTES_KEPT;
}

/** Adds what lies behind `throughMs` to its minutes; up to where is counted then. */
function addSpan(own: DeviceBurden, column: Column, { fromS, toS }: Span, throughMs: number): number {
  const [fromMs, toMs] = [fromS, toS].map((s) => Math.round(own.grid.zeroMs + s * 1000));
  for (let at = Math.max(fromMs, throughMs, toMs - MINUTES_KEPT * MINUTE_MS); at < toMs;) {
    const minute = Math.floor(at / MINUTE_MS);
    const end = Math.min(toMs, (minute + 1) * MINUTE_MS);
    const place = placeOf(own, minute);
    if (place !== undefined) own.columns[column][place] += end - at;
    at = end;
  }
  return Math.max(throughMs, toMs);
}

function addBeat(own: DeviceBurden, { atS, kind, sinceS }: BurdenNews['observed'][number]['beats'][number], hasKinds: boolean): void {
  const minute = Math.floor((own.grid.zeroMs + atS * 1000) / MINUTE_MS);
  const place = placeOf(own, minute);
  if (place === undefined) return;
  own.columns.beats[place]++;
  if (hasKinds && kind === 'V') own.columns.v[place]++;
  if (hasKinds && kind === 'S') own.columns.s[place]++;
  if (minute !== own.lastMinute || sinceS === undefined || sinceS > INTERVAL_MAX_S || own.intervals.length >= INTERVALS_MAX) return;
  own.intervals.push(sinceS);
  const sorted = [...own.intervals].sort((a, b) => a - b);
  own.columns.bpm[place] = Math.round(60 / sorted[sorted.length >> 1]);
}

/** The last minutes of the devices that are asked for, up to `nowMs` of the log's clock: what was not heard since is not watched. @param minutes 1 to MINUTES_KEPT */
export function burdensAt(state: Burdens, nowMs: number, minutes: number, isAsked: (of: Pick<BurdenSeries, 'device' | 'unit'>) => boolean): readonly BurdenSeries[] {
  return [...state.values()].filter(isAsked).map((own) => {
    const silent = Math.min(MINUTES_KEPT, Math.max(0, Math.floor((nowMs - own.heardMs) / MINUTE_MS)));
    const last = own.lastMinute + silent;
    const first = Math.max(own.firstMinute, last - minutes + 1);
    const list = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const at = (column: Column, minute: number): number => (minute > own.lastMinute || minute <= own.lastMinute - MINUTES_KEPT ? 0 : own.columns[column][minute % MINUTES_KEPT]);
    const where = (isKnown: Column, value: (minute: number) => number | null) => list.map((minute) => (at(isKnown, minute) > 0 ? value(minute) : null));
    const seconds = (column: Column) => list.map((minute) => Math.round(at(column, minute) / 1000));
    return {
      device: own.device,
      bed: own.bed ?? own.device,
      ...(own.unit !== undefined && { unit: own.unit }),
      fromMs: first * MINUTE_MS,
      seconds: seconds('observed'),
      kindSeconds: seconds('named'),
      beats: where('observed', (minute) => at('beats', minute)),
      ventricular: where('named', (minute) => at('v', minute)),
      supraventricular: where('named', (minute) => at('s', minute)),
      heartRateBpm: where('observed', (minute) => at('bpm', minute) || null),
      fibrillation: where('assessed', (minute) => Math.round((100 * Math.min(at('fibrillating', minute), at('assessed', minute))) / at('assessed', minute)) / 100),
    };
  });
}
