import type { Outcome } from '../ecg/index.js';
import { channelOf, modeOf } from './channel.js';
import { type NotClaimed, notClaimable } from './claim.js';
import type { Policy, PolicyEntry } from './policy.js';
import { TECHNICAL } from './rules/technical.js';

/** Why nobody would be told of a finding, were it there. */
export type NotWatched = NotClaimed | 'off' | 'shadow' | 'no-evidence';

/** Findings that the same leads, placements and bands carry: what stands in the way of one stands in the way of all. */
export interface WatchGroup {
  readonly findings: readonly string[];
  readonly entry: PolicyEntry;
}

/** All findings that somebody could be told of, in groups. */
export function watchGroups({ entries }: Policy): readonly WatchGroup[] {
  const groups = new Map<string, { findings: string[]; entry: PolicyEntry }>();
  for (const entry of entries.values()) {
    if (entry.priority === 'none' || entry.finding in TECHNICAL) continue;
    const key = JSON.stringify([entry.evidence === 'rule', entry.leadSets, entry.placements, entry.bandHz]);
    const group = groups.get(key) ?? { findings: [], entry };
    group.findings.push(entry.finding);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What of the segment stands in the way of the group; undefined: nothing. */
export function groupNotWatched({ entry }: WatchGroup, outcome: Outcome): NotClaimed | undefined {
  // A known condition is a matter of one finding, not of the group.
  return notClaimable({ ...entry, finding: '' }, outcome);
}

/** What of the policy, or of the patient, stands in the way of one finding; undefined: nothing. */
export function findingNotWatched(finding: string, outcome: Pick<Outcome, 'association' | 'demo'>, policy: Policy): NotWatched | undefined {
  const entry = policy.entries.get(finding)!;
  if (outcome.association.knownConditions.includes(finding)) return 'known-condition';
  const mode = modeOf(entry, outcome, policy);
  if (mode === 'off' || mode === 'shadow') return mode;
  return channelOf(entry, outcome, policy) === 'shadow' ? 'no-evidence' : undefined;
}
