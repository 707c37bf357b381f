import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import { type Followed, grade } from '../../src/grade/index.js';
import { kindsOf, type KindsState, type Stretch } from '../../src/grade/kinds/index.js';
import { delineateSegment } from '../../src/grade/waves/segment.js';
import { type ConditionId, createPatient, patientChunks, PROFILE_FILE, readProfile } from '../../src/simulate/index.js';
import { RATE_HZ } from './material.js';

/** Segments of a bed in mid-stream, as its beats are named: what grading has found of each, and what was known before. */
export async function beatsOf(condition: ConditionId, segments: number): Promise<readonly { readonly stretch: Stretch; readonly before: KindsState | undefined }[]> {
  const patient = createPatient({ condition, rateHz: RATE_HZ }, 7, await readProfile(PROFILE_FILE));
  const chunks = patientChunks(patient, { device: 'bench', epoch: 1, chunkMs: 10_000, startMs: Date.UTC(2000, 0, 1) });
  const found: { stretch: Stretch; before: KindsState | undefined }[] = [];
  let state = initial('bench');
  let followed: Followed | undefined;
  for (let i = 0; found.length < segments; i++) {
    const chunk = chunks.chunkAt(i);
    const closed = step(state, { type: 'chunk', chunk, offset: i, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_DEFAULTS);
    state = closed.state;
    for (const segment of closed.out.segments) {
      const mv = physical(segment);
      const { stretch } = delineateSegment(segment, mv, new Set(mv.rows.map(({ lead }) => lead)), followed?.reported);
      if (stretch !== undefined) found.push({ stretch, before: followed?.kinds });
      followed = grade(segment, mv, followed).followed;
    }
  }
  return found;
}

/** Names the beats of one after the other, again and again. */
export function naming(beats: Awaited<ReturnType<typeof beatsOf>>): () => unknown {
  let next = 0;
  return () => {
    const { stretch, before } = beats[next++ % beats.length];
    return kindsOf(stretch, true, before);
  };
}
