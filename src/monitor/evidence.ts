import type { AssembleOptions } from '../assemble/index.js';
import type { Focus, Physical } from '../ecg/index.js';
import { type KeptSegment, stripOf } from '../line/index.js';
import { type Log, TOPICS } from '../ports/index.js';
import { decodeEvidence } from '../wire/index.js';
import type { Where } from './alert-index.js';
import { firstSince } from './since.js';

/** Evidence follows its alert as soon as the signal can be read again, most of it within seconds; a record of both is stamped within this. */
const APART_MAX_MS = 10_000;
/** What comes later, after a broker that was away, is looked for as far as this behind the alert. */
const LATE_MAX_MS = 6 * 3_600_000;

/** Samples that decided, as a page draws them. */
export interface Strip {
  readonly alertId: string;
  readonly segment: string;
  /** All that are kept, in their order: the last decided. */
  readonly segments: readonly string[];
  readonly startMs: number;
  readonly rateHz: number;
  /** Those that the device sent, or that follow from them: I, II, III, aVR … V6. null: no sample. */
  readonly leads: readonly { readonly lead: string; readonly microvolts: readonly (number | null)[] }[];
  /** Where the model looked. */
  readonly focus: readonly Focus[];
  /** Why samples are missing; empty: none are. */
  readonly missing: string;
}

interface Kept extends KeptSegment {
  readonly chunks: Uint8Array[];
  readonly focus: Focus[];
}

/** The strip of one segment (by default the last) that an alert kept in ecg.evidence.v1; undefined: it kept none. */
export async function readStrip(log: Log, alertId: string, where: Where, options: AssembleOptions, segment?: string): Promise<Strip | undefined> {
  const kept = await keptBy(log, alertId, where);
  const chosen = segment === undefined ? kept.at(-1) : kept.find((one) => one.segment === segment);
  if (chosen === undefined) return undefined;
  const { focus, missing } = chosen;
  const strip = stripOf(chosen, options);
  const there = strip?.rows.filter(({ origin }) => origin !== 'missing') ?? [];
  const leads = there.map(({ lead, mv }) => ({ lead, microvolts: Array.from(mv, (value) => (Number.isFinite(value) ? Math.round(value * 1000) : null)) }));
  const why = missing === '' && strip === undefined ? 'its chunks do not make the segment' : missing;
  return { alertId, segment: chosen.segment, segments: kept.map((one) => one.segment), startMs: strip?.startMs ?? 0, rateHz: strip?.rateHz ?? 0, leads, focus, missing: why };
}

/** The samples of one segment that an alert kept, mV; undefined: it did not keep them. */
export async function keptSamples(log: Log, alertId: string, where: Where, options: AssembleOptions, segment: string): Promise<Physical | undefined> {
  const chosen = (await keptBy(log, alertId, where)).find((one) => one.segment === segment);
  return chosen && stripOf(chosen, options);
}

async function keptBy(log: Log, alertId: string, { partition, offsets }: Where): Promise<readonly Kept[]> {
  const [raised] = await log.read(TOPICS.alerts, partition, offsets.slice(0, 1));
  return raised === undefined ? [] : keptNear(log, alertId, partition, raised.timestampMs);
}

async function keptNear(log: Log, alertId: string, partition: number, atMs: number): Promise<readonly Kept[]> {
  const kept = new Map<string, Kept>();
  let next = await firstSince(log, TOPICS.evidence, partition, atMs - APART_MAX_MS);
  for (;;) {
    const page = await log.scan(TOPICS.evidence, partition, next);
    for (const { value } of page.records) {
      const part = value === null ? undefined : decodeEvidence(value);
      if (part?.alertId !== alertId) continue;
      const one = kept.get(part.segment) ?? { segment: part.segment, chunks: [], missing: part.missing, focus: [] };
      one.chunks.push(...part.chunks);
      one.focus.push(...part.focus);
      kept.set(part.segment, one);
    }
    const aheadMs = (page.records.at(-1)?.timestampMs ?? 0) - atMs;
    if (page.next === next || aheadMs > (kept.size > 0 ? APART_MAX_MS : LATE_MAX_MS)) return [...kept.values()];
    next = page.next;
  }
}
