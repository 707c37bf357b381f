import { BEATS_DISPUTED, type Outcome } from '../ecg/index.js';
import { type BeatRun, beatsAfter } from './rhythm.js';
import { BEAT_RULES } from './rules/index.js';
import type { BeatRule } from './rules/rule.js';

/** Where a rule on beats holds, whoever is alerted: before hysteresis, cool-down, mode and budget. */
export interface RuleStretch {
  readonly rule: BeatRule['id'];
  /** Seconds of the epoch. */
  readonly fromS: number;
  readonly toS: number;
}

/** All stretches that the rules on beats state for one more outcome of a device; one that goes on is stated again with its new end. */
export function stretchesAfter(runs: readonly BeatRun[], outcome: Outcome): { readonly runs: readonly BeatRun[]; readonly stretches: readonly RuleStretch[] } {
  const after = beatsAfter(runs, outcome);
  const isOnKinds = outcome.gates.morphology && !outcome.reasons.includes(BEATS_DISPUTED);
  const rules = BEAT_RULES.filter((rule) => isOnKinds || rule.isOnKinds === undefined);
  return { runs: after.runs, stretches: after.ended.flatMap((run) => rules.flatMap((rule) => allOf(rule, run))) };
}

/** A rule finds the first stretch that ends in the last segment: asked again for what ends after it. */
function allOf(rule: BeatRule, run: BeatRun): RuleStretch[] {
  const found: RuleStretch[] = [];
  for (let { before } = run; before <= run.beats.length;) {
    const one = rule.finds({ ...run, before });
    if (one === undefined || one.toS <= (found.at(-1)?.toS ?? -Infinity)) break;
    found.push({ rule: rule.id, fromS: one.fromS, toS: one.toS });
    const next = run.beats.findIndex((atS) => atS > one.toS);
    if (next <= before) break;
    before = next;
  }
  return found;
}
