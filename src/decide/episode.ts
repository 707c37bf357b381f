import { type AlertEvent, isSustained, SEGMENT_SECONDS, type Trigger } from '../ecg/index.js';
import type { Candidate } from './candidates.js';
import { chained } from './event.js';
import { firstHourAfter, isLongStanding } from './lasting.js';
import { cooldownFrom, type DecidingSegment, endOf, type Moment, positionOf, raise, type Verdict } from './moment.js';
import type { PolicyEntry } from './policy.js';
import { TECHNICAL } from './rules/technical.js';
import type { FindingState, Vote } from './state.js';

/** Begins and ends: n of m segments for it raise, m against it in a row resolve, and then it rests. */
export function decideEpisode(known: FindingState, entry: PolicyEntry, { probability, isNear, trigger, sources }: Candidate, at: Moment): Verdict {
  const { outcome, timeMs } = at;
  const verdict = isNear ? 0 : probability >= entry.threshold ? 1 : probability < entry.release ? -1 : 0;
  const firstHour = firstHourAfter(known.firstHour, entry.finding, { vote: verdict, timeMs }, outcome.association.encounter === undefined);
  const before: FindingState = firstHour === undefined ? known : { ...known, firstHour };
  const vote: Vote = { segment: outcome.id, startMs: trigger?.fromMs ?? outcome.startMs, timeMs, vote: verdict, probability, ...(verdict === 1 && !(entry.finding in TECHNICAL) && { source: outcome.source }) };
  // Votes from before a long silence say nothing of now.
  const oldestMs = timeMs - 2 * entry.m * SEGMENT_SECONDS * 1000;
  const recent = [...before.recent.filter((one) => one.timeMs >= oldestMs), vote].slice(-entry.m);
  const { active } = before;
  if (active !== undefined) {
    const last = recent.slice(-(entry.mEnd ?? entry.m));
    if (last.length < (entry.mEnd ?? entry.m) || last.some((one) => one.vote >= 0)) return goesOn(before, recent, active, trigger, at);
    if (entry.latching && active.state !== 'acknowledged') return latched(before, recent, active, at);
    const event = chained(
      { ...active, state: 'resolved', cause: 'below-threshold', atMs: endOf(outcome), outcome: positionOf(at), commandOffset: undefined, actor: undefined },
      active,
    );
    return { state: { recent: [], firstHour, cooldownUntilMs: cooldownFrom(timeMs, entry) }, event };
  }
  const resting = before.cooldownUntilMs !== undefined && timeMs < before.cooldownUntilMs;
  const state: FindingState = { ...before, recent, cooldownUntilMs: resting ? before.cooldownUntilMs : undefined };
  // Beats in a row are there in one segment or are not: what held while the finding rested says nothing of now.
  const votes = (entry.isOnBeats ? [vote] : recent).filter((one) => one.vote === 1);
  if (votes.length < (outcome.gates.twelveLead ? entry.n : (entry.nFewLeads ?? entry.n))) return { state };
  if (resting) {
    at.suppressed.push({ finding: entry.finding, why: 'cool-down' });
    return { state };
  }
  const isOld = isLongStanding(entry.finding, firstHour, recent);
  // A reader gets it once a day, as what is structural.
  if (isOld && firstHour?.listedMs !== undefined && timeMs - firstHour.listedMs < at.policy.structural.againAfterS * 1000) {
    at.suppressed.push({ finding: entry.finding, why: 'cool-down' });
    return { state };
  }
  const verdicts = { probability, votes: votes.map(({ segment, probability: own }) => ({ segment, probability: own })) };
  const event = raise(entry, verdicts, votes[0], at, { trigger, isLongStanding: isOld });
  if (entry.priority === 'low' && event.snapshot.channel === 'bedside' && !(entry.finding in TECHNICAL)) {
    if (at.lowTold.length >= at.policy.lowPerBedDay) {
      at.suppressed.push({ finding: entry.finding, why: 'budget' });
      return { state };
    }
    at.lowTold.push(timeMs);
  }
  if (entry.finding in TECHNICAL) return { state: { recent, active: event, raisedMs: timeMs }, event };
  const after = firstHour && { ...firstHour, ...(!isOld && { hasBegun: true as const }), ...(event.snapshot.channel === 'worklist' && { listedMs: timeMs }) };
  return { state: { recent, firstHour: after, active: event, raisedMs: timeMs }, event, sources: evidenceOf(votes, sources) };
}

/** The segments of the votes, and those in which the beats of the last one are. */
function evidenceOf(votes: readonly Vote[], sources: readonly DecidingSegment[] = []): readonly DecidingSegment[] {
  const named = new Set(sources.map(({ segment }) => segment));
  return [...votes.flatMap(({ segment, source }) => (source === undefined || named.has(segment) ? [] : [{ segment, source }])), ...sources];
}

/** It is there still; what has lasted for long enough to be sustained is announced as that, once, unless somebody looks after it by now. */
function goesOn(before: FindingState, recent: readonly Vote[], active: AlertEvent, trigger: Trigger | undefined, at: Moment): Verdict {
  const known = active.snapshot.trigger;
  if (active.state === 'acknowledged' || trigger === undefined || !isSustained(trigger) || known === undefined || isSustained(known)) return { state: { ...before, recent } };
  const event = chained({ ...active, snapshot: { ...active.snapshot, trigger }, state: active.state === 'escalated' ? 'escalated' : 'updated', cause: 'sustained', atMs: endOf(at.outcome), outcome: positionOf(at), commandOffset: undefined, actor: undefined }, active);
  return { state: { ...before, recent, active: event }, event };
}

/** What it reports is over, and nobody has acknowledged it yet: announced once, and kept. */
function latched(before: FindingState, recent: readonly Vote[], active: AlertEvent, at: Moment): Verdict {
  // Escalated, it stays so: somebody is still to answer.
  if (before.isOver || active.state === 'escalated') return { state: { ...before, recent, isOver: true } };
  const event = chained({ ...active, state: 'updated', cause: 'over-and-latched', atMs: endOf(at.outcome), outcome: positionOf(at), commandOffset: undefined, actor: undefined }, active);
  return { state: { ...before, recent, active: event, isOver: true }, event };
}

/** Nobody answered in time. `timeMs` is the subject's own, `at` where that is reported. */
export function escalated({ active, raisedMs }: FindingState, entry: PolicyEntry | undefined, timeMs: number, at: Pick<AlertEvent, 'atMs' | 'outcome'>): AlertEvent | undefined {
  if (active === undefined || raisedMs === undefined || entry?.escalateAfterS === undefined) return undefined;
  const isUnanswered = active.state === 'raised' || active.state === 'updated';
  // What explains it is answered for both, and a worklist is not answered within minutes.
  if (!isUnanswered || active.snapshot.channel !== 'bedside' || active.snapshot.explainedBy !== undefined || timeMs - raisedMs < entry.escalateAfterS * 1000) return undefined;
  return chained({ ...active, ...at, state: 'escalated', cause: 'unanswered', commandOffset: undefined, actor: undefined }, active);
}
