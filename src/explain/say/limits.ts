import type { Gap, Outcome } from '../../ecg/index.js';
import { measured } from '../because.js';
import { type Claims, isMute } from '../claims.js';
import { isChild } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import { num } from '../value.js';
import { scoreValues, segmentOf } from './claimed.js';

/** What the report leaves out, and why. */
export function limits({ ruledOut }: Claims, facts: Facts): readonly Statement[] {
  const section = 'limits';
  const segment = segmentOf(facts);
  const seconds = lookedAtMs(facts.outcome) / 1000;
  const { ageYears } = facts.outcome.association;
  const unscored: readonly Statement[] = facts.scores.length > 0 || isMute(facts) ? [] : [{ section, template: facts.isOfOtherModel === true ? 'otherModel' : 'unscored', values: {}, because: [{ kind: 'signal', id: facts.outcome.status }, segment] }];
  return [
    ...(ageYears !== undefined && isChild({ ageYears }) ? [{ section, template: 'child', values: { age: num(ageYears) }, because: [measured('ageYears', ageYears, 'years'), segment] } as const] : []),
    ...unscored,
    ...ruledOut.map((claim): Statement => ({ section, template: 'ruledOut', values: scoreValues(claim), because: [claim.score, { kind: 'criterion', id: `rules-out-${claim.term.id}`, citation: claim.source, limits: {} }, segment] })),
    { section, template: 'lookedAt', values: { seconds: num(seconds, Number.isInteger(seconds) ? 0 : 1) }, because: [measured('seconds', seconds, 's'), segment] },
  ];
}

/** A segment without what nobody observed, and without the gaps that all of its leads have in common. */
function lookedAtMs({ samples, rateHz, unobserved = [], leads }: Pick<Outcome, 'samples' | 'rateHz' | 'unobserved' | 'leads'>): number {
  const endMs = (1000 * samples) / rateHz;
  const there = leads.filter(({ origin }) => origin !== 'missing');
  const edges = [0, endMs, ...[...unobserved, ...there.flatMap(({ gaps }) => gaps)].flatMap(({ fromMs, toMs }) => [fromMs, toMs])];
  const inside = [...new Set(edges.filter((ms) => ms >= 0 && ms <= endMs))].sort((a, b) => a - b);
  return inside.slice(1).reduce((sum, to, i) => {
    const isIn = ({ fromMs, toMs }: Gap) => fromMs <= inside[i] && toMs >= to;
    const isUnseen = unobserved.some(isIn) || (there.length > 0 && there.every(({ gaps }) => gaps.some(isIn)));
    return isUnseen ? sum : sum + to - inside[i];
  }, 0);
}
