import type { DecidingSegment } from '../decide/index.js';
import type { AlertEvent, Focus } from '../ecg/index.js';
import { type LogRecord, type NewRecord, sleep, TOPICS } from '../ports/index.js';
import { encodeEvidence } from '../wire/index.js';
import type { DecideDeps } from './deps.js';

/** Of one message; a segment with more samples takes several. */
const PART_MAX_BYTES = 512 * 2 ** 10;
/** A chunk that passed the signal topic compressed may be larger than a message here can be. */
const CHUNK_MAX_BYTES = 900 * 2 ** 10;

/**
 * The samples of a segment that decided, read again from the signal while they are still there, and where the model looked in
 * them: one message, or several parts. An alert matters more than its evidence: reading ends at `untilMs` of the monotonic clock.
 */
export async function evidenceOf({ alertId, snapshot }: AlertEvent, { segment, source }: DecidingSegment, key: string, partition: number, untilMs: number, deps: DecideDeps): Promise<NewRecord[]> {
  const chunks = await chunksOf(source, untilMs, deps);
  const there = chunks?.flatMap(({ value }) => value ?? []) ?? [];
  const values = there.filter(({ length }) => length <= CHUNK_MAX_BYTES);
  const parts = cut(values);
  const missing = chunks === undefined ? 'the signal could not be read' : missingOf(source.offsets.length, there.length, values.length);
  const focus = snapshot.evidence === 'rule' || missing !== '' ? [] : await inTime(deps.focus?.({ segment, chunks: values, missing }, snapshot.finding), untilMs, deps);
  return parts.map((part, i) => ({
    topic: TOPICS.evidence,
    partition,
    key,
    value: encodeEvidence({ alertId, segment, chunks: part, missing, part: i + 1, parts: parts.length, ...(i === 0 && { focus }) }),
  }));
}

function missingOf(wanted: number, there: number, kept: number): string {
  const expired = there < wanted ? `${wanted - there} of ${wanted} chunks have expired` : '';
  const large = kept < there ? `${there - kept} of ${wanted} chunks are too large to be kept` : '';
  return [expired, large].filter((text) => text !== '').join('; ');
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

/** At least one part, so that what is missing is told too. */
function cut(values: readonly Uint8Array[]): Uint8Array[][] {
  const parts: Uint8Array[][] = [[]];
  let bytes = 0;
  for (const value of values) {
    if (bytes > 0 && bytes + value.length > PART_MAX_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts[parts.length - 1].push(value);
    bytes += value.length;
  }
  return parts;
}
