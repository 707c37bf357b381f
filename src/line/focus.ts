import { cropsOf } from '../contract/index.js';
import type { Focus } from '../ecg/index.js';
import { type AgainDeps, type KeptSegment, preparedAgain } from './again.js';
import type { Model } from './encoders.js';

/** Ranges reported for one segment, at most. */
const RANGES_MAX = 3;
/** A stretch counts while its weight is at least this share of the greatest. */
const WEIGHT_SHARE = 0.5;
const DEADLINE_MS = 1500;

/** Where a model looked for a finding in a segment: the stretches with most weight in its saliency, heaviest first. Empty: no model says. */
export async function focusOf(kept: KeptSegment, finding: string, models: readonly Model[], deps: AgainDeps): Promise<readonly Focus[]> {
  const at = models.findIndex(({ contract, encoder }) => rowOf(contract, finding) >= 0 && contract.outputs.saliency !== undefined && cropsOf(contract) === 1 && encoder?.ready());
  const input = at < 0 ? undefined : preparedAgain(kept, deps)?.inputs[at];
  if (input === undefined) return [];
  const { contract, encoder } = models[at];
  const [scores] = await encoder!.score([input], { deadlineMs: DEADLINE_MS, withSaliency: true });
  const { steps } = contract.outputs.saliency!;
  const row = rowOf(contract, finding);
  return scores.saliency === undefined ? [] : rangesOf(scores.saliency.subarray(row * steps, (row + 1) * steps), (1000 * contract.input.samples) / contract.input.rateHz);
}

/** Saliency has a row a column that stands for a target. */
function rowOf({ outputs }: Model['contract'], finding: string): number {
  return (outputs.logits?.targets ?? []).filter((id) => id !== null).indexOf(finding);
}

/** Neighbouring steps that weigh enough, as one range; its weight is its share of all that speaks for the finding. */
export function rangesOf(weights: Float32Array, durationMs: number): readonly Focus[] {
  const greatest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const total = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  if (!(greatest > 0) || !Number.isFinite(total)) return [];
  const stepMs = durationMs / weights.length;
  const ranges: { fromMs: number; toMs: number; weight: number }[] = [];
  let open = false;
  weights.forEach((weight, step) => {
    const counts = weight >= WEIGHT_SHARE * greatest;
    if (counts && !open) ranges.push({ fromMs: step * stepMs, toMs: 0, weight: 0 });
    open = counts;
    if (!counts) return;
    const range = ranges[ranges.length - 1];
    range.toMs = (step + 1) * stepMs;
    range.weight += weight / total;
  });
  return ranges.sort((a, b) => b.weight - a.weight).slice(0, RANGES_MAX);
}
