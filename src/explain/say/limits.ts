import { measured } from '../because.js';
import { type Claims, isMute } from '../claims.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import { num } from '../value.js';
import { scoreValues, segmentOf } from './claimed.js';

/** What the report leaves out, and why. */
export function limits({ ruledOut }: Claims, facts: Facts): readonly Statement[] {
  const section = 'limits';
  const { samples, rateHz, demo } = facts.outcome;
  const segment = segmentOf(facts);
  const seconds = samples / rateHz;
  const unscored: readonly Statement[] = facts.scores.length > 0 || isMute(facts) ? [] : [{ section, template: 'unscored', values: {}, because: [{ kind: 'signal', id: facts.outcome.status }, segment] }];
  return [
    ...(demo ? [{ section, template: 'simulated', values: {}, because: [{ kind: 'signal', id: 'simulated' }, segment] } as const] : []),
    ...unscored,
    ...ruledOut.map((claim): Statement => ({ section, template: 'ruledOut', values: scoreValues(claim), because: [claim.score, { kind: 'criterion', id: `rules-out-${claim.term.id}`, citation: claim.source, limits: {} }, segment] })),
    { section, template: 'tenSeconds', values: { seconds: num(seconds) }, because: [measured('seconds', seconds, 's'), segment] },
  ];
}
