import { SEGMENT_SECONDS } from '../ecg/index.js';
import { EMPTY_SKETCH, medianOf, withValue } from './median.js';
import { type Moment, raise, type Verdict } from './moment.js';
import type { PolicyEntry } from './policy.js';
import type { FindingState, StructuralState } from './state.js';

/** Does not come and go: one decision, at the first moment with enough segments over enough time, from their median. */
export function decideStructural(before: FindingState, entry: PolicyEntry, probability: number, at: Moment): Verdict {
  const { outcome, timeMs, policy } = at;
  const { segmentsMin, spanMinS, againAfterS } = policy.structural;
  const known = before.structural;
  if (known?.decidedMs !== undefined && timeMs - known.decidedMs < againAfterS * 1000) return { state: before };
  const fresh: StructuralState = { sketch: EMPTY_SKETCH, first: { segment: outcome.id, startMs: outcome.startMs, timeMs } };
  const gathered = known === undefined || known.decidedMs !== undefined ? fresh : known;
  const sketch = withValue(gathered.sketch, probability);
  const spanMs = timeMs + SEGMENT_SECONDS * 1000 - gathered.first.timeMs;
  if (sketch.count < segmentsMin || spanMs < spanMinS * 1000) return { state: { ...before, structural: { ...gathered, sketch } } };
  const state: FindingState = { ...before, structural: { ...gathered, sketch: EMPTY_SKETCH, decidedMs: timeMs } };
  const median = medianOf(sketch);
  if (median < entry.threshold || before.active !== undefined) return { state };
  const event = raise(entry, { probability: median, votes: [{ segment: outcome.id, probability }], medianOf: sketch.count }, gathered.first, at);
  // Its many segments are in the log by the offsets of their outcomes; the last one stands for them in the evidence.
  return { state: { ...state, active: event }, event, sources: [{ segment: outcome.id, source: outcome.source }] };
}
