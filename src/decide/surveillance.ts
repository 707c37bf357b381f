import type { Outcome } from '../ecg/index.js';
import { channelOf, isDemoted, modeOf } from './channel.js';
import { type NotClaimed, notClaimable } from './claim.js';
import type { Policy, WatchGroup } from './policy.js';

/** Why a finding would be announced to nobody, were it there. */
export type NotWatched = NotClaimed | 'off' | 'shadow' | 'demoted' | 'no-evidence';

/** What of the segment stands in the way of the group; undefined: nothing. */
export function groupNotWatched({ entry }: WatchGroup, outcome: Outcome): NotClaimed | undefined {
  // A known condition is a matter of one finding, not of the group.
  return notClaimable({ ...entry, finding: '' }, outcome);
}

/** What of the policy, or of the patient, stands in the way of one finding; undefined: nothing. */
export function findingNotWatched(finding: string, outcome: Pick<Outcome, 'association' | 'demo' | 'modelHash'>, policy: Policy): NotWatched | undefined {
  const entry = policy.entries.get(finding)!;
  if (outcome.association.knownConditions.includes(finding)) return 'known-condition';
  const mode = modeOf(entry, outcome, policy);
  if (mode === 'off' || mode === 'shadow') return mode;
  if (isDemoted(entry, outcome, policy)) return 'demoted';
  return channelOf(entry, outcome, policy) === 'shadow' ? 'no-evidence' : undefined;
}

const LOST: ReadonlySet<NotClaimed | undefined> = new Set<NotClaimed>(['leads', 'placement', 'band', 'paced', 'identity']);

/** The policy's groups that were watched in this patient so far (by their first finding), with this segment; and whether one of them is not any more. */
export function watchedAfter(before: readonly string[], outcome: Outcome, policy: Policy): { readonly watched: readonly string[]; readonly isLost: boolean } {
  const announced = policy.groups.filter(({ findings }) => findings.some((finding) => findingNotWatched(finding, outcome, policy) === undefined));
  const why = announced.map((group) => ({ id: group.findings[0], why: groupNotWatched(group, outcome) }));
  const known = before.filter((id) => policy.groups.some(({ findings: [first] }) => first === id));
  const watched = new Set([...known, ...why.flatMap(({ id, why: reason }) => (reason === undefined ? [id] : []))]);
  return { watched: watched.size === before.length && known.length === before.length ? before : [...watched], isLost: why.some(({ id, why: reason }) => watched.has(id) && LOST.has(reason)) };
}
