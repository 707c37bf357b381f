import type { Gap } from '../ecg/index.js';
import { type LeadCheck, type Stretch, united } from './quality/index.js';

/** A shorter hole hides no QRS complex (s). */
const HIDES_NOTHING_S = 0.02;
/** So close to a hole a beat may be half there, or an edge be taken for one (s). */
const MARGIN_S = 0.1;
/** Of the leads that beats are counted on so many must show something. */
const SHARE_MIN = 0.5;

/** Where beats can be counted, and on which leads. */
export interface Observed {
  /** Indices of the leads: those without a blind stretch, where they are half of those that give a rate; else all that do. */
  readonly leads: ReadonlySet<number>;
  /** Where most of these leads show nothing, with a margin, ascending and apart: neither a beat nor its absence is known there. */
  readonly unobserved: readonly Stretch[];
}

export function observedIn(checks: readonly LeadCheck[], samples: number, rateHz: number): Observed {
  const counted = [...checks.keys()].filter((i) => checks[i].rate);
  const clear = counted.filter((i) => checks[i].blind.length === 0);
  if (clear.length >= SHARE_MIN * counted.length) return { leads: new Set(clear), unobserved: [] };
  const edges = counted.flatMap((i) => checks[i].blind.flatMap(([from, to]) => [[from, 1], [to, -1]] as const)).sort(([a], [b]) => a - b);
  const [margin, least] = [Math.ceil(MARGIN_S * rateHz), HIDES_NOTHING_S * rateHz];
  const holes: Stretch[] = [];
  let [blind, since] = [0, 0];
  for (const [at, change] of edges) {
    const most = (1 - SHARE_MIN) * counted.length;
    const was = blind > most;
    blind += change;
    if (blind > most && !was) since = at;
    else if (was && blind <= most && at - since > least) holes.push([Math.max(0, since - margin), Math.min(samples, at + margin)]);
  }
  return { leads: new Set(counted), unobserved: united(holes) };
}

/** What is left of a segment beside these stretches, ascending. */
export function besides(stretches: readonly Stretch[], samples: number): Stretch[] {
  return [0, ...stretches.map(([, to]) => to)].flatMap((from, k): Stretch[] => {
    const to = stretches[k]?.[0] ?? samples;
    return to > from ? [[from, to]] : [];
  });
}

/** In ms; a stretch of nothing is none. */
export function gapsOf(stretches: readonly Stretch[], rateHz: number): Gap[] {
  return united(stretches.filter(([from, to]) => to > from)).map(([from, to]) => ({ fromMs: (from / rateHz) * 1000, toMs: (to / rateHz) * 1000 }));
}
