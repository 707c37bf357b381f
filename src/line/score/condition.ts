import { map, type OperatorFunction } from 'rxjs';
import type { EncoderInput } from '../../ports/index.js';
import type { Encoders } from '../encoders.js';
import type { Backlog } from './backlog.js';
import { FAILED, type Graded } from './grade.js';
import type { Isolation } from './isolation.js';
import type { Update } from './update.js';

/** What a segment takes beside its tensors until its outcome is published, about. */
export const SEGMENT_BYTES = 8192;

export interface Conditioned extends Omit<Graded, 'mv'> {
  /** What each model gets; undefined: nothing. */
  readonly inputs: readonly (EncoderInput | undefined)[];
}

/** Millivolts → the tensors that the models were trained on. From here on a segment holds credits. */
export function condition(encoders: Encoders, backlog: Backlog, isolation: Isolation): OperatorFunction<Update<Graded>, Update<Conditioned>> {
  return map((update) => {
    const records = [...update.records];
    const segments = update.segments.map(({ mv, ...graded }): Conditioned => {
      const { segment, patient } = graded;
      let conditioned: Conditioned = { ...graded, inputs: [] };
      try {
        if (mv !== undefined) conditioned = { ...graded, ...encoders.prepare(mv, graded.graded, patient) };
      } catch (error) {
        records.push(isolation.fail(segment.device, update.appliedThrough, update.brokerMs, 'condition', error));
        conditioned = { ...graded, graded: FAILED, inputs: [] };
      }
      backlog.hold(update.held, { segments: 1, bytes: conditioned.inputs.reduce((sum, input) => sum + bytesOf(input), SEGMENT_BYTES) });
      return conditioned;
    });
    return { ...update, records, segments };
  });
}

function bytesOf(input: EncoderInput | undefined): number {
  if (input === undefined) return 0;
  return (input.further ?? []).reduce((sum, { byteLength }) => sum + byteLength, input.tensor.byteLength);
}
