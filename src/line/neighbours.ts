import { condition } from '../condition/index.js';
import type { Contract } from '../contract/index.js';
import type { Outcome, Physical } from '../ecg/index.js';
import { nearest, type Nearest, type NotCompared, type ReferenceSet, seenOf, vectorIn } from '../explain/index.js';
import type { Encoder, EncoderInput } from '../ports/index.js';

/** A model with the labelled recordings that its segments are compared with. */
export interface Comparing {
  readonly contract: Contract;
  readonly encoder: Pick<Encoder, 'score'>;
  readonly set: ReferenceSet;
}

/** What the model gets of a segment; undefined: it says nothing of it. @param mv samples */
export function comparable(mv: Physical, { grade, association: { ageYears, sex }, measurements }: Pick<Outcome, 'grade' | 'association' | 'measurements'>, contract: Contract): EncoderInput | undefined {
  const conditioned = grade === 'unusable' ? undefined : condition(mv, contract, { ageYears, sex, measurements });
  return conditioned?.ok === true ? conditioned : undefined;
}

/** The labelled recordings that a segment is most like. Rejects with EncoderAwayError. */
export async function nearestOf(input: EncoderInput, { contract, encoder, set }: Comparing, deadlineMs: number, k?: number): Promise<Nearest | NotCompared> {
  const [scores] = await encoder.score([input], { deadlineMs });
  const vector = vectorIn(set.space, contract, seenOf(contract, scores));
  return vector === undefined ? 'unusable' : nearest(set, vector, k);
}
