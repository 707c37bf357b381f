import type { Outcome } from '../ecg/index.js';
import { boundedOutcome, isId, isSegmentId } from './bounds.js';

/** Beyond this a number is no time at all. */
const DATE_MAX_MS = 8.64e15;

export const isDate = (ms: number): boolean => Math.abs(ms) <= DATE_MAX_MS;

/** An outcome as it was read, within its bounds; undefined: it names nothing, or cannot be placed in time. */
export function soundOutcome(outcome: Outcome): Outcome | undefined {
  const { id, device, rateHz, startMs, association } = outcome;
  if (!isSegmentId(id) || !isId(device) || !(rateHz > 0 && Number.isFinite(rateHz)) || !isDate(startMs)) return undefined;
  if (association.encounter !== undefined && !isId(association.encounter)) return undefined;
  return boundedOutcome(outcome);
}
