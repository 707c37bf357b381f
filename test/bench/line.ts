import { ASSEMBLE_DEFAULTS, initialPartition, physical, samplesIn } from '../../src/assemble/index.js';
import { takeRecord } from '../assemble/record.js';
import { condition } from '../../src/condition/index.js';
import type { Contract } from '../../src/contract/index.js';
import { type Followed, grade } from '../../src/grade/index.js';
import { AssociationTable, clockScheduler, Credits, Encoders, engineGauges, lineMeters, score, Turns } from '../../src/line/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type Encoder, type LogRecord, type Meter, TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';

const none = { add: () => {}, set: () => {}, observe: () => {} };
const meter: Meter = { counter: () => none, gauge: () => none, histogram: () => none };

const BATCH_RECORDS = 256;

/** The score step over records that are there already, an encoder that answers at once, and a log that takes everything. µs per segment. */
export async function throughLine(records: readonly LogRecord[], contract: Contract): Promise<number> {
  const clock = systemClock();
  const meters = lineMeters(meter);
  const logits = new Float32Array(contract.outputs.logits!.targets.length);
  const encoder: Encoder = { score: (batch) => Promise.resolve(batch.map(() => ({ logits }))), ready: () => true, close: () => Promise.resolve() };
  const batch = { preferred: [32], maxBatch: 32, longestWaitMs: 5, maxInFlight: 4, maxQueued: 512, order: 'newest' } as const;
  const encoders = new Encoders([{ encoder, contract }], clock, meters, { batch, maxAgeMs: Infinity, deadlineMs: 1000 });
  let segments = 0;
  const start = performance.now();
  const toDrain = new AbortController();
  // All of them in batches, as a log hands them over; then the end.
  let at = 0;
  const read = () => {
    const batch = records.slice(at, (at += BATCH_RECORDS));
    if (batch.length > 0) return Promise.resolve({ records: batch });
    toDrain.abort();
    return Promise.resolve(undefined);
  };
  const assignment = { step: 'score', partition: 0, checkpoints: new Map<string, Uint8Array>(), commit: () => Promise.resolve(), open: () => {}, read, draining: toDrain.signal, lost: new AbortController().signal } as const;
  await score(assignment, {
    ...{ clock, turns: new Turns(clockScheduler(clock)), meters, encoders, assemble: ASSEMBLE_DEFAULTS, mayShed: false, silentAfterMs: Infinity, partitions: 1 },
    credits: new Credits({ segments: 512, bytes: Infinity }),
    gauges: engineGauges(meters),
    associations: new AssociationTable(),
    failpoint: () => {},
    onIsolated: (_stage, _partition, _offset, error) => {
      throw error;
    },
    onOutcome: () => segments++,
  });
  encoders.close();
  return ((performance.now() - start) / segments) * 1000;
}

/** The same rooms in a bare loop, with what is known of each patient's beats as plain objects: no streams, no outcomes as bytes, no checkpoints, no transactions. */
export async function bareLoop(records: readonly LogRecord[], contract: Contract): Promise<number> {
  const partition = initialPartition();
  let segments = 0;
  const followed = new Map<string, Followed>();
  let workspace: Float32Array = new Float32Array(0);
  const start = performance.now();
  for (const { value, key, offset, timestampMs } of records) {
    const decoded = decodeChunk(value!, key);
    if (!decoded.ok) continue;
    for (const { assembled } of takeRecord(partition, { offset, brokerMs: timestampMs, chunk: decoded.chunk }, ASSEMBLE_DEFAULTS)) {
      for (const segment of assembled.segments) {
        if (workspace.length < samplesIn(segment)) workspace = new Float32Array(samplesIn(segment));
        const mv = physical(segment, workspace);
        const graded = grade(segment, mv, followed.get(segment.device));
        if (graded.followed !== undefined) followed.set(segment.device, graded.followed);
        condition(mv, contract);
        segments++;
      }
    }
  }
  return ((performance.now() - start) / segments) * 1000;
}

export function recordsOf(values: readonly { key: string; value: Uint8Array }[]): LogRecord[] {
  return values.map(({ key, value }, offset) => ({ topic: TOPICS.signal, partition: 0, offset, timestampMs: offset, key, value, headers: {} }));
}
