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
}

/** By device. Owned by the step: it changes in place. */
export type Beds = Map<string, Bed>;

/** What is told of a device: who lies there, an outcome, a gap, its silence. */
export type BedNews =
  | { readonly type: 'context'; readonly context: { readonly device: string; readonly bed?: string; readonly unit?: string } }
  | { readonly type: 'segment'; readonly outcome: Outcome }
  | { readonly type: 'gap'; readonly gap: GapRun }
  | { readonly type: 'silence'; readonly silence: { readonly device: string; readonly silent: boolean; readonly bed?: string; readonly unit?: string } };

/** Beds shown at most; beyond it the one unheard of for longest goes. */
const BEDS_MAX = 10_000;
/** Without news for so long a bed is not watched, whatever its last segment was: an engine that died says nothing. */
const STALE_MS = 45_000;

export const initialBeds = (): Beds => new Map();

/** Folds one piece of news in; `atMs` is when the log took it. */
export function stepBeds(beds: Beds, news: BedNews, atMs: number): { state: Beds; out: Bed } {
  const told = toldOf(news);
  const before = beds.get(told.device);
  const out: Bed = {
    device: told.device,
    bed: told.bed ?? before?.bed ?? told.device,
    unit: told.unit ?? before?.unit,
    last: told.last ?? before?.last ?? 'no-signal',
    heardMs: told.last === undefined ? before?.heardMs : atMs,
  };
  // Set again, so that the map stays in the order of last news.
  beds.delete(out.device);
  beds.set(out.device, out);
  if (beds.size > BEDS_MAX) for (const [oldest] of beds) return { state: (beds.delete(oldest), beds), out };
  return { state: beds, out };
}

function toldOf(news: BedNews): { readonly device: string; readonly bed?: string; readonly unit?: string; readonly last?: Watch } {
  switch (news.type) {
    case 'context':
      return news.context;
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

/** Beds in the order of their names, as they are at `nowMs`. */
export function bedsAt(beds: Beds, nowMs: number): { readonly device: string; readonly bed: string; readonly unit?: string; readonly watch: Watch }[] {
  return [...beds.values()]
    .map(({ device, bed, unit, last, heardMs }) => ({ device, bed, unit, watch: heardMs !== undefined && nowMs - heardMs > STALE_MS ? ('silent' as const) : last }))
    .sort((a, b) => (a.bed < b.bed ? -1 : a.bed > b.bed ? 1 : 0));
}
