import type { AlertEvent, Priority } from '../../ecg/index.js';
import { chained } from '../event.js';
import type { FindingState } from '../state.js';
import { causesOf } from './explains.js';

const RANK: readonly Priority[] = ['none', 'low', 'medium', 'high'];

/**
 * One patient's alerts as one story: each says which other alert explains it, and which episode it belongs to. `raised` began with
 * this input and may still be written as they should be; an alert that was there before gets an event where its explanation began or
 * ended. Changes `findings` in place; returns all events, those given first.
 */
export function asOneStory(findings: Record<string, FindingState>, given: readonly AlertEvent[], at: Pick<AlertEvent, 'atMs' | 'outcome' | 'commandOffset'>): { readonly given: readonly AlertEvent[]; readonly more: readonly AlertEvent[] } {
  const raised = new Set(given.filter(({ state }) => state === 'raised').map(({ alertId }) => alertId));
  const episode = episodeOf(findings, given);
  const rewritten = new Map<string, AlertEvent>();
  const more: AlertEvent[] = [];
  for (const [id, finding] of Object.entries(findings)) {
    const { active } = finding;
    if (active === undefined || !isVisible(active)) continue;
    const explainedBy = explanationOf(id, active, findings);
    if (raised.has(active.alertId)) {
      const { hash: _, previousHash: __, sequence: ___, ...facts } = active;
      rewritten.set(active.alertId, chained({ ...facts, snapshot: { ...active.snapshot, explainedBy, episode } }, undefined));
    } else if (explainedBy !== active.snapshot.explainedBy && !(explainedBy !== undefined && active.state === 'acknowledged')) {
      const cause = explainedBy === undefined ? 'no-longer-explained' : 'explained';
      more.push(chained({ ...active, ...at, actor: undefined, state: 'updated', cause, snapshot: { ...active.snapshot, explainedBy } }, active));
    }
  }
  for (const event of [...rewritten.values(), ...more]) findings[event.snapshot.finding] = { ...findings[event.snapshot.finding], active: event };
  return { given: given.map((event) => rewritten.get(event.alertId) ?? event), more };
}

/** Technical alerts are no part of a patient's story; what is in shadow nobody sees, so it explains nothing. */
function isVisible({ snapshot }: AlertEvent): boolean {
  return snapshot.channel !== 'shadow' && !snapshot.finding.startsWith('technical-');
}

/**
 * The alert that explains it: rather one that nothing explains. Never one that is less urgent, that only a reader gets where the bedside would get
 * this, or that somebody has acknowledged already: who answered it did not see this.
 */
function explanationOf(id: string, { snapshot }: AlertEvent, findings: Readonly<Record<string, FindingState>>): string | undefined {
  const causes = causesOf(id).flatMap((cause) => {
    const active = findings[cause]?.active;
    const isSeen = active?.state !== 'acknowledged' || snapshot.explainedBy === active.alertId;
    const fits = active !== undefined && isSeen && [snapshot.channel, 'bedside'].includes(active.snapshot.channel) && RANK.indexOf(active.snapshot.priority) >= RANK.indexOf(snapshot.priority);
    return fits ? [{ cause, alertId: active.alertId }] : [];
  });
  const isRoot = ({ cause }: { readonly cause: string }) => !causes.some((other) => causesOf(cause).includes(other.cause));
  return (causes.find(isRoot) ?? causes[0])?.alertId;
}

/** The one that is open; where none is, the first alert that begins one names it. */
function episodeOf(findings: Readonly<Record<string, FindingState>>, given: readonly AlertEvent[]): string | undefined {
  const began = new Set(given.filter(({ state }) => state === 'raised').map(({ alertId }) => alertId));
  const visible = Object.values(findings).flatMap(({ active }) => (active !== undefined && isVisible(active) ? [active] : []));
  const open = visible.filter(({ alertId }) => !began.has(alertId)).sort((a, b) => a.snapshot.onsetMs - b.snapshot.onsetMs)[0];
  if (open !== undefined) return open.snapshot.episode ?? open.alertId;
  return visible.map(({ alertId }) => alertId).sort()[0];
}
