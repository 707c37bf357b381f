import { ASSEMBLE_FROM_START, initial, physical, step } from '../../assemble/index.js';
import type { Segment } from '../../ecg/index.js';
import { type Followed, grade, type Graded, type NamedBeat } from '../../grade/index.js';
import { chunksOf, type EcgRecord } from '../../records/index.js';

const CHUNK_MS = 500;

export interface GradedOne {
  readonly segment: Segment;
  readonly graded: Graded;
}

/** A record through the rooms as the engine takes it: chunks, segments, mV, grade. */
export function* gradedSegments(record: EcgRecord, device: string): Generator<GradedOne, void, undefined> {
  let state = initial(device);
  let followed: Followed | undefined;
  let offset = 0;
  for (const chunk of chunksOf(record, { device, epoch: 1, chunkMs: CHUNK_MS })) {
    const result = step(state, { type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_FROM_START);
    state = result.state;
    offset++;
    for (const segment of result.out.segments) {
      const graded = grade(segment, physical(segment), followed);
      followed = graded.followed;
      yield { segment, graded };
    }
  }
}

export interface StreamBeat extends NamedBeat {
  /** From the record's start. */
  readonly sample: number;
}

/** Beats of a record as its stream's outcomes report them. */
export function streamBeats(record: EcgRecord, device: string): StreamBeat[] {
  return [...gradedSegments(record, device)].flatMap(({ segment, graded }) => graded.measurements.beats.map((beat, i) => ({ sample: segment.firstSample + beat, ...graded.kinds[i] })));
}
