import { ASSEMBLE_FROM_START, initial, physical, step } from '../../assemble/index.js';
import type { Association, Segment } from '../../ecg/index.js';
import { type Episode, markedEpisodes } from '../../evaluate/index.js';
import { type Followed, grade, type Graded, type NamedBeat } from '../../grade/index.js';
import { unscoredOutcome } from '../../line/index.js';
import { chunksOf, type EcgRecord } from '../../records/index.js';
import { RecordAnnotations } from '../replay/annotations.js';

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

/** What is said of a record's stream. */
export interface Stream {
  readonly beats: readonly StreamBeat[];
  /** Where the rule states atrial fibrillation, in samples. */
  readonly fibrillation: readonly Episode[];
}

/** Of no patient, and of no model: rules on beats ask for neither. */
const ASSOCIATION: Association = { knownConditions: [], contextOffset: -1 };
const IDENTITY = { model: '', modelHash: '' };

/** A record as its stream's outcomes report it. */
export function streamOf(record: EcgRecord, device: string): Stream {
  const written = new RecordAnnotations(record);
  const beats: StreamBeat[] = [];
  for (const { segment, graded } of gradedSegments(record, device)) {
    beats.push(...graded.measurements.beats.map((beat, i) => ({ sample: segment.firstSample + beat, ...graded.kinds[i] })));
    written.take({ ...unscoredOutcome(segment, graded, ASSOCIATION, 0, IDENTITY), status: 'unscored', findings: [] });
  }
  return { beats, fibrillation: fibrillationIn(written.all()) };
}

/** Of annotations as `replay --annotations` writes them. */
export const fibrillationIn = (annotations: readonly { readonly sample: number; readonly symbol: string; readonly aux?: string }[]): readonly Episode[] =>
  markedEpisodes(annotations.map(({ sample, symbol, aux = '' }) => ({ sample, symbol, aux })), ['AFIB']);
