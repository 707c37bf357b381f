import type { AssembleOptions } from '../assemble/index.js';
import type { Focus } from '../ecg/index.js';
import { type KeptSegment, stripOf } from '../line/index.js';
import { type Log, TOPICS } from '../ports/index.js';
import { decodeEvidence } from '../wire/index.js';
import type { Where } from './alert-index.js';

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
export async function readStrip(log: Log, alertId: string, { partition, offsets }: Where, options: AssembleOptions, segment?: string): Promise<Strip | undefined> {
  const [raised] = await log.read(TOPICS.alerts, partition, offsets.slice(0, 1));
  if (raised === undefined) return undefined;
  const kept = await keptNear(log, alertId, partition, raised.timestampMs);
  const chosen = segment === undefined ? kept.at(-1) : kept.find((one) => one.segment === segment);
  if (chosen === undefined) return undefined;
  const { focus, missing } = chosen;
  const strip = stripOf(chosen, options);
  const there = strip?.rows.filter(({ origin }) => origin !== 'missing') ?? [];
  const leads = there.map(({ lead, mv }) => ({ lead, microvolts: Array.from(mv, (value) => (Number.isFinite(value) ? Math.round(value * 1000) : null)) }));
  const why = missing === '' && strip === undefined ? 'its chunks do not make the segment' : missing;
  return { alertId, segment: chosen.segment, segments: kept.map((one) => one.segment), startMs: strip?.startMs ?? 0, rateHz: strip?.rateHz ?? 0, leads, focus, missing: why };
}

async function keptNear(log: Log, alertId: string, partition: number, atMs: number): Promise<readonly Kept[]> {
  const kept = new Map<string, Kept>();
  let next = await firstSince(log, partition, atMs - APART_MAX_MS);
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

/** An offset at or a little before the first record since a time. Times in a partition never fall, so that the half can be left out each time. */
async function firstSince(log: Log, partition: number, sinceMs: number): Promise<number> {
  const isBefore = async (offset: number): Promise<boolean> => {
    const atMs = await timeFrom(log, partition, offset);
    return atMs !== undefined && atMs < sinceMs;
  };
  let [low, step] = [0, 1];
  if (!(await isBefore(0))) return 0;
  while (await isBefore(low + step)) [low, step] = [low + step, 2 * step];
  for (let high = low + step; high - low > 1; ) {
    const middle = Math.floor((low + high) / 2);
    if (await isBefore(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Time of the first record from an offset on; undefined: there is none. One reading may bring nothing but the marks of transactions. */
async function timeFrom(log: Log, partition: number, from: number): Promise<number | undefined> {
  for (let offset = from; ; ) {
    const { records, next } = await log.scan(TOPICS.evidence, partition, offset);
    if (records.length > 0) return records[0].timestampMs;
    if (next === offset) return undefined;
    offset = next;
  }
}
