import { ASSEMBLE_FROM_START, initial, step } from '../assemble/index.js';
import type { Segment } from '../ecg/index.js';
import { chunksOf, type EcgRecord } from '../records/index.js';

const CHUNK_MS = 10_000;

/** The segments of a record at a stride of ten seconds; a shorter tail is dropped, unless it is all there is. */
export function segmentsOf(record: EcgRecord): readonly Segment[] {
  const segments: Segment[] = [];
  let [state, offset] = [initial(record.name), 0];
  for (const chunk of chunksOf(record, { device: record.name, epoch: 1, chunkMs: CHUNK_MS, placement: 'standard' })) {
    const result = step(state, { type: 'chunk', chunk, offset: offset++, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_FROM_START);
    state = result.state;
    segments.push(...result.out.segments);
  }
  const whole = segments.filter(({ partial }) => !partial);
  return whole.length > 0 ? whole : segments;
}
