import { map, type OperatorFunction } from 'rxjs';
import { DEVICES_MAX } from '../../assemble/index.js';
import { type Chunk, chunkLength } from '../../ecg/index.js';
import { partitionOfKey } from '../../log/index.js';
import type { LogRecord } from '../../ports/index.js';
import { decodeChunk, type Dropped, type Reject } from '../../wire/index.js';
import type { Input } from './input.js';

export type Decoded =
  | Exclude<Input, { readonly type: 'record' }>
  | { readonly type: 'chunk'; readonly record: LogRecord; readonly chunk: Chunk; readonly dropped?: readonly Dropped[] }
  | { readonly type: 'rejected'; readonly record: LogRecord; readonly reject: Reject };

/**
 * Bytes → chunk, or the reason why not. A device that two writers put into two partitions of the topic would be assembled twice, under
 * the same ids: only the partition that Kafka's own partitioner gives its key counts.
 */
export function decode(partitions: number): OperatorFunction<Input, Decoded> {
  const places = new Map<string, number>();
  const placeOf = (key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    if (places.size >= DEVICES_MAX) places.clear();
    const place = partitionOfKey(key, partitions);
    places.set(key, place);
    return place;
  };
  return map((input) => {
    if (input.type !== 'record') return input;
    const { record } = input;
    const decoded = decodeChunk(record.value ?? NOTHING, record.key);
    if (decoded.ok && placeOf(decoded.chunk.device) !== record.partition) return { type: 'rejected', record, reject: { reason: 'wrong-partition', samples: samplesIn(decoded.chunk) } };
    return decoded.ok ? { type: 'chunk', record, chunk: decoded.chunk, dropped: decoded.dropped } : { type: 'rejected', record, reject: decoded.reject };
  });
}

const NOTHING = new Uint8Array();
const samplesIn = (chunk: Chunk): number => chunk.blocks.length * chunkLength(chunk);
