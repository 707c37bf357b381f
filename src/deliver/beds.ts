import type { GapRun, Opaque, Outcome, Silence } from '../ecg/index.js';
import { belongsToEnded, type Ended } from './ended.js';

/** Whether a bed is looked at now, and if not, why. `ended`: its device ended the stream regularly; `silent`: it broke off. */
export type Watch = 'watched' | 'ended' | 'silent' | 'no-signal' | 'poor-signal' | 'rules-only';

export interface Bed {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  /** What the latest segment was. */
  readonly last: Watch;
  /** When the log took it; undefined: nothing yet. */
  readonly heardMs?: number;
  /** Of the latest segment. */
  readonly epoch?: Opaque;
  /** Since when it is what `last` says. */
  readonly changedMs?: number;
  /** Of the latest segment. */
  readonly latest?: Latest;
  /** Of the device, in any stay; undefined: no segment has come yet. */
  readonly simulated?: boolean;
  /** Undefined: the stream has not ended, or has begun again. */
  readonly ended?: Ended;
  /** The stay that the bed is known by: since when, and until when if it is over. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

/** Numbers of a segment that stand beside a bed's name. */
export interface Latest {
  /** Undefined: could not be measured. */
  readonly heartRateBpm?: number;
  /** 0 (worst) to 1. */
  readonly signalQuality: number;
}

interface Stay {
  readonly device: string;
  readonly sinceMs: number;
  readonly untilMs?: number;
  readonly bed?: string;
  readonly unit?: string;
}

/** By device. Owned by the step: it changes in place. */
export type Beds = Map<string, Bed>;

/** What is reported of a device: who lies there, an outcome, a gap, its silence or the end of its stream. */
export type BedNews =
  | { readonly type: 'context'; readonly context: Stay }
  | { readonly type: 'segment'; readonly outcome: Outcome }
  | { readonly type: 'gap'; readonly gap: GapRun }
  | { readonly type: 'silence'; readonly silence: Pick<Silence, 'device' | 'silent' | 'sends' | 'ended' | 'bed' | 'unit'> };

/** Beds shown at most; beyond it the one unheard of for longest goes. */
const BEDS_MAX = 10_000;
/** Without news for so long a bed is not watched, whatever its last segment was: an engine that died says nothing. */
const STALE_MS = 45_000;
/** A gap that continues is reported once in five minutes. */
const GAP_STALE_MS = 330_000;

export const initialBeds = (): Beds => new Map();

/** Folds one piece of news in; `atMs` is when the log took it. */
export function stepBeds(beds: Beds, news: BedNews, atMs: number): { state: Beds; out: Bed } {
  const out = news.type === 'context' ? stayOf(beds.get(news.context.device), news.context) : heardOf(beds, news, atMs);
  // Set again, so that the map stays in the order of last news.
  beds.delete(out.device);
  beds.set(out.device, out);
  if (beds.size > BEDS_MAX) {
    const [oldest] = beds.keys();
    beds.delete(oldest);
  }
  return { state: beds, out };
}

/** The stay that began last names the bed, in whatever order they are reported. Another patient's numbers are not this one's. */
function stayOf(before: Bed | undefined, { device, sinceMs, untilMs, bed, unit }: Stay): Bed {
  if (before?.sinceMs !== undefined && before.sinceMs > sinceMs) return before;
  return { ...before, device, bed: bed ?? before?.bed ?? device, unit: unit ?? before?.unit, last: before?.last ?? 'no-signal', sinceMs, untilMs, latest: before?.sinceMs === sinceMs ? before.latest : undefined };
}

function heardOf(beds: Beds, news: Exclude<BedNews, { type: 'context' }>, atMs: number): Bed {
  const { device, bed: name, unit } = placeOf(news);
  const before = beds.get(device);
  const named = { bed: name ?? before?.bed ?? device, unit: unit ?? before?.unit };
  const bed = { ...before, device, ...named, last: before?.last ?? ('no-signal' as const), ...changeOf(before, news, atMs) };
  return { ...bed, changedMs: before?.last === bed.last ? before.changedMs : atMs };
}

function placeOf(news: Exclude<BedNews, { type: 'context' }>): { readonly device: string; readonly bed?: string; readonly unit?: string } {
  if (news.type === 'segment') return { device: news.outcome.device, bed: news.outcome.association.bed, unit: news.outcome.association.unit };
  return news.type === 'gap' ? { device: news.gap.device } : news.silence;
}

/** What the news changes of how the bed is watched. */
function changeOf(before: Bed | undefined, news: Exclude<BedNews, { type: 'context' }>, atMs: number): Partial<Bed> {
  if (news.type === 'silence') {
    const { silent, sends, ended } = news.silence;
    if (ended) return { last: 'ended', ended: { atMs, epoch: before?.epoch }, heardMs: atMs };
    // A device that comes back is watched from its first segment on; one that has ended is silent by right, unless it sends on.
    if (before?.ended !== undefined && !(silent && sends)) return silent ? {} : { last: 'no-signal', ended: undefined, heardMs: atMs };
    return silent ? { last: 'silent', ended: undefined, heardMs: atMs } : {};
  }
  const { epoch } = news.type === 'gap' ? news.gap : news.outcome;
  if (belongsToEnded(before?.ended, epoch, atMs)) return {};
  return { last: watchOf(news), epoch, ended: undefined, heardMs: atMs, ...(news.type === 'segment' ? { latest: latestOf(news.outcome), simulated: news.outcome.demo } : {}) };
}

const latestOf = ({ measurements, signalQuality }: Outcome): Latest => ({ heartRateBpm: measurements.heartRateBpm, signalQuality });

function watchOf(news: Extract<BedNews, { type: 'gap' | 'segment' }>): Watch {
  if (news.type === 'gap') return 'no-signal';
  const { status, grade } = news.outcome;
  return grade === 'unusable' ? 'poor-signal' : status === 'scored' ? 'watched' : 'rules-only';
}

/** A bed as it is shown. */
export interface BedView {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  readonly watch: Watch;
  /** Since when it is watched, or is not, for this reason; undefined: nothing was heard yet. */
  readonly sinceMs?: number;
  /** False too where no segment has come yet. */
  readonly simulated: boolean;
  /** Only while they are of now. */
  readonly heartRateBpm?: number;
  readonly signalQuality?: number;
}

/** Beds in the order of their names, as they are at `nowMs` of the log's clock. A stay that is over, with nothing more heard, is no bed. */
export function bedsAt(beds: Beds, nowMs: number): BedView[] {
  const isStale = ({ last, heardMs, ended }: Bed) => heardMs !== undefined && ended === undefined && nowMs - heardMs > (last === 'no-signal' ? GAP_STALE_MS : STALE_MS);
  const isOver = (bed: Bed) => bed.untilMs !== undefined && bed.untilMs <= nowMs && (bed.heardMs === undefined || bed.ended !== undefined || isStale(bed));
  return [...beds.values()]
    .filter((bed) => !isOver(bed))
    .map((bed) => viewOf(bed, isStale(bed)))
    .sort((a, b) => (a.bed < b.bed ? -1 : a.bed > b.bed ? 1 : 0));
}

function viewOf({ device, bed, unit, last, heardMs, changedMs, latest, simulated = false }: Bed, isStale: boolean): BedView {
  const watch = isStale ? 'silent' : last;
  const isMeasured = watch === 'watched' || watch === 'rules-only';
  return {
    ...{ device, bed, unit, watch, sinceMs: isStale && last !== 'silent' ? heardMs : changedMs, simulated },
    ...(isMeasured ? { heartRateBpm: latest?.heartRateBpm } : {}),
    ...(isMeasured || watch === 'poor-signal' ? { signalQuality: latest?.signalQuality } : {}),
  };
}
