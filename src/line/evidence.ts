import type { DecidingSegment } from '../decide/index.js';
import { type LogRecord, type NewRecord, sleep, TOPICS } from '../ports/index.js';
import { encodeEvidence } from '../wire/index.js';
import type { DecideDeps } from './deps.js';

/** Of one message; a segment with more samples takes several. */
const PART_MAX_BYTES = 512 * 2 ** 10;
/** An alert waits for its evidence no longer than for so many attempts: it matters more. */
const ATTEMPTS = 3;
const AGAIN_MS = 100;

/** The samples of a segment that decided, read again from the signal while they are still there: one message, or several parts. */
export async function evidenceOf(alertId: string, { segment, source }: DecidingSegment, key: string, partition: number, deps: DecideDeps): Promise<NewRecord[]> {
  const chunks = await chunksOf(source, deps);
  const values = chunks?.flatMap(({ value }) => value ?? []) ?? [];
  const gone = source.offsets.length - values.length;
  const missing = chunks === undefined ? 'the signal could not be read' : gone > 0 ? `${gone} of ${source.offsets.length} chunks have expired` : '';
  const parts = cut(values);
  return parts.map((part, i) => ({
    topic: TOPICS.evidence,
    partition,
    key,
    value: encodeEvidence({ alertId, segment, chunks: part, missing, part: i + 1, parts: parts.length }),
  }));
}

async function chunksOf({ partition, offsets }: DecidingSegment['source'], { log, clock }: DecideDeps): Promise<readonly LogRecord[] | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await log.read(TOPICS.signal, partition, offsets);
    } catch {
      if (attempt === ATTEMPTS) return undefined;
      await sleep(clock, AGAIN_MS);
    }
  }
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
