import type { GapRun, Outcome } from '../ecg/index.js';

/** Whether a bed is looked at now, and if not, why. */
export type Watch = 'watched' | 'silent' | 'no-signal' | 'poor-signal' | 'rules-only';

export interface Bed {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  /** What the latest segment was. */
  readonly last: Watch;
  /** When the log took it; undefined: nothing yet. */
  readonly heardMs?: number;
  /** The stay that the bed is known by: since when, and until when if it is over. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
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

/** What is told of a device: who lies there, an outcome, a gap, its silence. */
export type BedNews =
  | { readonly type: 'context'; readonly context: Stay }
  | { readonly type: 'segment'; readonly outcome: Outcome }
  | { readonly type: 'gap'; readonly gap: GapRun }
  | { readonly type: 'silence'; readonly silence: { readonly device: string; readonly silent: boolean; readonly bed?: string; readonly unit?: string } };

/** Beds shown at most; beyond it the one unheard of for longest goes. */
const BEDS_MAX = 10_000;
/** Without news for so long a bed is not watched, whatever its last segment was: an engine that died says nothing. */
const STALE_MS = 45_000;
/** A gap that goes on is told once in five minutes. */
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

/** The stay that began last names the bed, in whatever order they are told. */
function stayOf(before: Bed | undefined, { device, sinceMs, untilMs, bed, unit }: Stay): Bed {
  if (before?.sinceMs !== undefined && before.sinceMs > sinceMs) return before;
  return { device, bed: bed ?? before?.bed ?? device, unit: unit ?? before?.unit, last: before?.last ?? 'no-signal', heardMs: before?.heardMs, sinceMs, untilMs };
}

function heardOf(beds: Beds, news: Exclude<BedNews, { type: 'context' }>, atMs: number): Bed {
  const { device, bed, unit, last } = toldOf(news);
  const before = beds.get(device);
  const named = { bed: bed ?? before?.bed ?? device, unit: unit ?? before?.unit };
  return { ...before, device, ...named, last: last ?? before?.last ?? 'no-signal', heardMs: last === undefined ? before?.heardMs : atMs };
}

function toldOf(news: Exclude<BedNews, { type: 'context' }>): { readonly device: string; readonly bed?: string; readonly unit?: string; readonly last?: Watch } {
  switch (news.type) {
    case 'gap':
      return { device: news.gap.device, last: 'no-signal' };
    case 'silence':
      return { ...news.silence, last: news.silence.silent ? 'silent' : undefined };
    case 'segment': {
      const { device, association, status, grade } = news.outcome;
      const last = grade === 'unusable' ? 'poor-signal' : status === 'scored' ? 'watched' : 'rules-only';
      return { device, bed: association.bed, unit: association.unit, last };
    }
  }
}

/** Beds in the order of their names, as they are at `nowMs`. A stay that is over, with nothing more heard, is no bed. */
export function bedsAt(beds: Beds, nowMs: number): { readonly device: string; readonly bed: string; readonly unit?: string; readonly watch: Watch }[] {
  const isStale = ({ last, heardMs }: Bed) => heardMs !== undefined && nowMs - heardMs > (last === 'no-signal' ? GAP_STALE_MS : STALE_MS);
  const isOver = (bed: Bed) => bed.untilMs !== undefined && bed.untilMs <= nowMs && (bed.heardMs === undefined || isStale(bed));
  return [...beds.values()]
    .filter((bed) => !isOver(bed))
    .map((bed) => ({ device: bed.device, bed: bed.bed, unit: bed.unit, watch: isStale(bed) ? ('silent' as const) : bed.last }))
    .sort((a, b) => (a.bed < b.bed ? -1 : a.bed > b.bed ? 1 : 0));
}
