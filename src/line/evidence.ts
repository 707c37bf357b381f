import type { DecidingSegment } from '../decide/index.js';
import type { AlertEvent, Focus } from '../ecg/index.js';
import { type LogRecord, type NewRecord, sleep, TOPICS } from '../ports/index.js';
import { evidenceParts } from '../wire/index.js';
import type { DecideDeps } from './deps.js';

/**
 * The samples of a segment that decided, read again from the signal while they are still there, and where the model looked in
 * them: one message, or several parts. An alert matters more than its evidence: reading ends at `untilMs` of the monotonic clock.
 */
export async function evidenceOf({ alertId, snapshot }: AlertEvent, { segment, source }: DecidingSegment, key: string, partition: number, untilMs: number, deps: DecideDeps): Promise<NewRecord[]> {
  const chunks = await chunksOf(source, untilMs, deps);
  const there = chunks?.flatMap(({ value }) => value ?? []) ?? [];
  const isWhole = there.length === source.offsets.length;
  const focus = snapshot.evidence === 'rule' || !isWhole ? [] : await inTime(deps.focus?.({ segment, chunks: there, missing: '' }, snapshot.finding), untilMs, deps);
  const parts = evidenceParts({ alertId, segment, chunks: there, wanted: source.offsets.length, focus, unreadable: chunks === undefined ? 'the signal could not be read' : undefined });
  return parts.map((value) => ({ topic: TOPICS.evidence, partition, key, value }));
}

/** What nobody says in time is not said. */
async function inTime(asking: Promise<readonly Focus[]> | undefined, untilMs: number, { clock }: DecideDeps): Promise<readonly Focus[]> {
  const leftMs = untilMs - clock.monotonicMs();
  if (asking === undefined || leftMs <= 0) return [];
  return Promise.race([asking.catch(() => []), sleep(clock, leftMs).then(() => [])]);
}

async function chunksOf({ partition, offsets }: DecidingSegment['source'], untilMs: number, { log, clock }: DecideDeps): Promise<readonly LogRecord[] | undefined> {
  const leftMs = untilMs - clock.monotonicMs();
  if (leftMs <= 0) return undefined;
  const reading = log.read(TOPICS.signal, partition, offsets).catch(() => undefined);
  return Promise.race([reading, sleep(clock, leftMs).then(() => undefined)]);
}
