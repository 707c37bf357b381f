import { type AlertEvent, byteLength } from '../ecg/index.js';
import type { BaselineState } from './baseline.js';
import { TECHNICAL } from './rules/technical.js';
import type { FindingState, Vote } from './state.js';

/** Offsets of signal that all votes of a subject name together. */
const OFFSETS_MAX = 6144;
/** Of all active alerts of a subject as JSON, but for those of the watching itself. An ordinary one takes 2.5 KB. */
const ALERTS_MAX_BYTES = 256 * 2 ** 10;
/** Votes of all findings that a policy keeps of a subject at once. */
export const VOTES_MAX = 768;
/** Measurements of which it is remembered what is usual: QRS, QTc, and ST of sixteen leads. */
const SKETCHES_MAX = 18;
/** Alerts of low priority in a day that are remembered. */
export const LOW_MAX = 1024;

/** May one more alert become active? What stands in the way of watching always may. */
export function hasRoomForAlert(findings: Readonly<Record<string, FindingState>>, raised: AlertEvent): boolean {
  const { finding } = raised.snapshot;
  if (finding in TECHNICAL) return true;
  const bytes = (event: AlertEvent): number => byteLength(JSON.stringify(event));
  const others = Object.entries(findings).flatMap(([id, { active }]) => (active === undefined || id === finding || id in TECHNICAL ? [] : [active]));
  return others.reduce((sum, active) => sum + bytes(active), bytes(raised)) <= ALERTS_MAX_BYTES;
}

/** Votes that no longer name their samples where all name too many, the oldest first: the vote that raises an alert has named them by then. */
export function withBoundedVotes(findings: Readonly<Record<string, FindingState>>): Readonly<Record<string, FindingState>> {
  const named = Object.values(findings).flatMap(({ recent }) => recent.filter(({ source }) => source !== undefined));
  let left = named.reduce((sum, vote) => sum + offsetsOf(vote), 0);
  if (left <= OFFSETS_MAX) return findings;
  const dropped = new Set<Vote>();
  for (const vote of named.sort((a, b) => a.timeMs - b.timeMs)) {
    if (left <= OFFSETS_MAX) break;
    dropped.add(vote);
    left -= offsetsOf(vote);
  }
  const bare = ({ source: _, ...vote }: Vote): Vote => vote;
  return Object.fromEntries(Object.entries(findings).map(([id, finding]) => [id, { ...finding, recent: finding.recent.map((vote) => (dropped.has(vote) ? bare(vote) : vote)) }]));
}

/** Without the leads that came last, where a device keeps naming others. */
export function withBoundedBaseline(baseline: BaselineState | undefined): BaselineState | undefined {
  if (baseline === undefined || Object.keys(baseline.sketches).length <= SKETCHES_MAX) return baseline;
  return { ...baseline, sketches: Object.fromEntries(Object.entries(baseline.sketches).slice(0, SKETCHES_MAX)) };
}

const offsetsOf = ({ source }: Vote): number => source?.offsets.length ?? 0;
