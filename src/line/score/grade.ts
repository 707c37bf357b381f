import { map, type OperatorFunction } from 'rxjs';
import { physical, samplesIn } from '../../assemble/index.js';
import type { Physical } from '../../ecg/index.js';
import { grade as gradeSegment, type Graded as Grading } from '../../grade/index.js';
import type { Associated } from './associate.js';
import type { BeatStates } from './beat-states.js';
import type { Isolation } from './isolation.js';
import type { Update } from './update.js';

export interface Graded extends Associated {
  /** In millivolts; good until the next update. Undefined: grading failed. */
  readonly mv: Physical | undefined;
  readonly graded: Grading;
}

/** Of a segment on which grading or conditioning failed. */
export const FAILED: Grading = {
  ...{ grade: 'unusable', score: 0, gates: { rate: false, morphology: false, twelveLead: false }, reasons: ['processing-failed'] },
  ...{ leads: [], usable: new Set<string>(), measurements: { beats: [], voltages: [], st: [] }, unobserved: [], pacing: 'unknown', kinds: [] },
};

/** Counts → millivolts, and what the signal is good for: quality, beats, measurements. What is known of a patient's beats goes on from segment to segment. */
export function grade(beats: BeatStates, isolation: Isolation): OperatorFunction<Update<Associated>, Update<Graded>> {
  // One workspace for the millivolts of all updates: what is behind this operator is done with one before the next.
  let workspace = new Float32Array(0);
  return map((update) => {
    const needed = update.segments.reduce((sum, { segment }) => sum + samplesIn(segment), 0);
    if (workspace.length < needed) workspace = new Float32Array(needed);
    let used = 0;
    const records = [...update.records];
    const segments = update.segments.map((associated): Graded => {
      const { segment, association: { encounter } } = associated;
      const rows = workspace.subarray(used, (used += samplesIn(segment)));
      try {
        const mv = physical(segment, rows);
        const graded = gradeSegment(segment, mv, beats.of(segment.device, encounter));
        if (graded.followed !== undefined) beats.keep(segment.device, { encounter, ...graded.followed });
        return { ...associated, mv, graded };
      } catch (error) {
        records.push(isolation.fail(segment.device, update.appliedThrough, update.brokerMs, 'grade', error));
        return { ...associated, mv: undefined, graded: FAILED };
      }
    });
    if (update.device !== undefined && segments.length > 0) records.push(...beats.records(update.device));
    return { ...update, records, segments };
  });
}
