import { type StepName, type Topic, TOPICS } from '../ports/index.js';
import { decodeDecidePosition, decodeScorePosition } from '../wire/index.js';

/** How far a step has come in a partition, as its engine wrote it. */
export interface StepPosition {
  /** From these offsets on the records of its inputs are unprocessed; of a topic that is absent, from the earliest on. */
  readonly next: Readonly<Partial<Record<Topic, number>>>;
  /** When the log took the oldest record whose outputs are not published yet, ms since 1970; undefined: there is none, or an older engine does not say. */
  readonly oldestOpenMs?: number;
}

/** Topics that a step reads. */
export const INPUTS: Readonly<Record<StepName, readonly Topic[]>> = { score: [TOPICS.signal], decide: [TOPICS.outcomes, TOPICS.commands] };

/** The position in the value of a checkpoint record, of this engine or an older one; undefined: it is none that this monitor can read. */
export function stepPositionOf(step: StepName, bytes: Uint8Array): StepPosition | undefined {
  try {
    return step === 'score' ? scorePositionOf(bytes) : decidePositionOf(bytes);
  } catch {
    return undefined;
  }
}

function scorePositionOf(bytes: Uint8Array): StepPosition {
  const { next, oldestOpenMs } = decodeScorePosition(bytes);
  return { next: { [TOPICS.signal]: next }, oldestOpenMs: oldestOpenMs ?? undefined };
}

function decidePositionOf(bytes: Uint8Array): StepPosition {
  const offsets = decodeDecidePosition(bytes);
  return { next: Object.fromEntries(INPUTS.decide.flatMap((topic) => (topic in offsets ? [[topic, offsets[topic]]] : []))) };
}
