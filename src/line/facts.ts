import { carriesSt, channelOf, CONTRADICTIONS, notClaimable, type Policy, type PolicyEntry, RULES } from '../decide/index.js';
import type { Outcome } from '../ecg/index.js';
import { type ByRule, type Facts, findingScoresOf, isChild, type RuledOut, SAME_FINDING, type Scored } from '../explain/index.js';

/** An outcome with what the rules say of it, and which of its scores a measurement rules out. */
export function factsOf(outcome: Outcome, scores: readonly Scored[], asked: typeof RULES = RULES): Facts {
  const rules = asked.flatMap((rule): readonly ByRule[] => {
    const holds = outcome.grade === 'unusable' || !('holds' in rule) ? undefined : rule.holds(outcome, undefined);
    return holds === undefined ? [] : [{ kind: 'rule', id: rule.id, holds }];
  });
  // The limits are adults'.
  const ruledOut = (isChild(outcome.association) ? [] : scores).flatMap(({ id }): readonly RuledOut[] => {
    const finding = SAME_FINDING[id] ?? id;
    const by = CONTRADICTIONS.find(({ findings, isRuledOut }) => findings.includes(finding) && isRuledOut(outcome.measurements, outcome) === true);
    return by === undefined ? [] : [{ term: id, source: by.source }];
  });
  return { outcome, scores, rules, ruledOut, carriesSt: carriesSt(outcome) };
}

/**
 * The same of an outcome as the log has it: its findings at the thresholds that are decided by, as far as they may be claimed of it. What the policy keeps in shadow is not said here either.
 * @param modelHash of the models whose thresholds the policy has; another model's scores are on another scale. Undefined: not compared
 */
export function factsOfLogged(outcome: Outcome, policy: Policy, modelHash?: string): Facts {
  const entryOf = (finding: string): PolicyEntry | undefined => {
    const entry = policy.entries.get(finding);
    return entry === undefined || channelOf(entry, outcome, policy) === 'shadow' ? undefined : entry;
  };
  // A condition that is known raises no alert, and is on the tracing all the same.
  const { association } = outcome;
  const asked = { ...outcome, association: { ...association, knownConditions: [] } };
  const isOfOtherModel = modelHash !== undefined && outcome.modelHash !== '' && outcome.modelHash !== modelHash;
  const scores = findingScoresOf(outcome, (finding) => {
    if (isOfOtherModel) return undefined;
    const entry = entryOf(finding);
    return entry === undefined || notClaimable(entry, asked) !== undefined ? undefined : entry;
  });
  return { ...factsOf(outcome, scores, RULES.filter(({ id }) => entryOf(id) !== undefined)), isOfOtherModel };
}
