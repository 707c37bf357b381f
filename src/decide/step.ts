import type { AlertCommand, AlertEvent } from '../ecg/index.js';
import { baselineAfter } from './baseline.js';
import { hasRoomForAlert, LOW_MAX, withBoundedBaseline, withBoundedVotes } from './bounds.js';
import { candidates } from './candidates.js';
import { modeOf } from './channel.js';
import { notClaimable } from './claim.js';
import { decideEpisode, escalated } from './episode.js';
import { chained, isLegal } from './event.js';
import type { DecideInput } from './input.js';
import { cooldownFrom, endOf, positionOf, type DecidingSegment, type Moment, type OutcomeInput, type Suppressed } from './moment.js';
import type { Policy } from './policy.js';
import { beatsAfter } from './rhythm.js';
import { DEVICE_SILENT } from './rules/technical.js';
import { EMPTY_FINDING, type FindingState, passed, type SubjectKind, type SubjectState } from './state.js';
import { decideStructural } from './structural.js';
import { asOneStory } from './story/fold.js';
import { isContradicted } from './story/contradicted.js';
import { kindOf } from './subject.js';
import { watchedAfter } from './surveillance.js';
import { type DepartureInput, silenceEvent, type SilenceInput, technicalCandidates } from './technical.js';

const DAY_MS = 86_400_000;

/** An event, and with one that raises an alert the segments whose samples are its evidence. */
export interface Raised {
  readonly event: AlertEvent;
  readonly sources: readonly DecidingSegment[];
}

export interface Decided {
  readonly events: readonly Raised[];
  readonly suppressed: readonly Suppressed[];
}

export function initial(subject: string, kind?: SubjectKind): SubjectState {
  return { subject, ...(kind !== undefined && { kind }), findings: {} };
}

/** One outcome, silence, departure or command of one subject → alert events. Time is the outcome's own; no clock, no randomness. */
export function step(state: SubjectState, input: DecideInput, policy: Policy): { state: SubjectState; out: Decided } {
  switch (input.type) {
    case 'outcome':
      return onOutcome(state, input, policy);
    case 'silence':
      return onSilence(state, input, policy);
    case 'departure':
      return onDeparture(state, input);
    case 'command':
      return onCommand(state, input.command, input.offset, policy);
  }
}

function onOutcome(state: SubjectState, input: OutcomeInput, policy: Policy): { state: SubjectState; out: Decided } {
  const events: Raised[] = [];
  const suppressed: Suppressed[] = [];
  const findings: Record<string, FindingState> = { ...state.findings };
  const clock = passed(state.clock, input.outcome);
  const { runs: rhythm, ended } = beatsAfter(state.rhythm ?? [], input.outcome);
  const baseline = withBoundedBaseline(baselineAfter(state.baseline, input.outcome, clock.timeMs));
  const lowTold = (state.lowTold ?? []).filter((ms) => clock.timeMs - ms < DAY_MS).slice(-LOW_MAX);
  const { watched, isLost } = watchedAfter(state.watched ?? [], input.outcome, policy);
  const at: Moment = { ...input, subject: state.subject, timeMs: clock.timeMs, policy, own: baseline?.own, suppressed, lowTold };
  for (const candidate of [...candidates(input.outcome, ended, baseline?.own), ...technicalCandidates(input.outcome, isLost)]) {
    const { id, probability } = candidate;
    const entry = policy.entries.get(id);
    if (entry === undefined || entry.priority === 'none') continue;
    const why = modeOf(entry, input.outcome, policy) === 'off' ? 'off' : notClaimable(entry, input.outcome);
    if (why !== undefined) {
      if (probability >= entry.threshold) suppressed.push({ finding: id, why });
      continue;
    }
    const isRuledOut = isContradicted(id, input.outcome);
    if (isRuledOut && probability >= entry.threshold) suppressed.push({ finding: id, why: 'contradicted' });
    const before = findings[id] ?? EMPTY_FINDING;
    const after = entry.kind === 'structural' ? decideStructural(before, entry, probability, at) : decideEpisode(before, entry, isRuledOut ? { id, probability: 0 } : candidate, at);
    const isFull = after.event?.state === 'raised' && !hasRoomForAlert(findings, after.event);
    if (isFull) suppressed.push({ finding: id, why: 'full' });
    else if (after.event !== undefined) events.push({ event: after.event, sources: after.sources ?? [] });
    const kept = isFull ? { ...after.state, active: undefined, raisedMs: undefined } : after.state;
    if (isForgettable(kept)) delete findings[id];
    else findings[id] = withoutVotesAgainst(kept);
  }
  events.push(...abandon(findings, input, policy));
  const now = { atMs: endOf(input.outcome), outcome: positionOf(input) };
  const story = withStory(findings, events, { ...now, commandOffset: undefined });
  story.push(...escalate(findings, policy, clock.timeMs, now));
  return { state: { ...state, kind: state.kind ?? kindOf(input), findings: withBoundedVotes(findings), clock, rhythm, baseline, watched, lowTold }, out: { events: story, suppressed } };
}

/** The events, each with what explains it, and those of alerts whose explanation began or ended. `findings` changes in place. */
function withStory(findings: Record<string, FindingState>, raised: readonly Raised[], at: Pick<AlertEvent, 'atMs' | 'outcome' | 'commandOffset'>): Raised[] {
  const { given, more } = asOneStory(findings, raised.map(({ event }) => event), at);
  return [...given.map((event, i) => ({ ...raised[i], event })), ...more.map((event) => ({ event, sources: [] }))];
}

/** Findings that the policy no longer decides are forgotten, and their alerts end: nobody else would ever end them. Changed in place. */
function abandon(findings: Record<string, FindingState>, input: OutcomeInput, policy: Policy): Raised[] {
  return Object.entries(findings).flatMap(([id, { active }]) => {
    const entry = policy.entries.get(id);
    if (active === undefined && entry === undefined) delete findings[id];
    if (active === undefined || (entry !== undefined && modeOf(entry, input.outcome, policy) !== 'off')) return [];
    delete findings[id];
    const at = { atMs: endOf(input.outcome), outcome: positionOf(input), commandOffset: undefined, actor: undefined };
    return [{ event: chained({ ...active, ...at, state: 'resolved', cause: 'turned-off' }, active), sources: [] }];
  });
}

/** Alerts that nobody answered, changed in place. */
function escalate(findings: Record<string, FindingState>, policy: Policy, timeMs: number, at: Pick<AlertEvent, 'atMs' | 'outcome'>): Raised[] {
  return Object.entries(findings).flatMap(([id, finding]) => {
    const event = escalated(finding, policy.entries.get(id), timeMs, at);
    if (event === undefined) return [];
    findings[id] = { ...finding, active: event };
    return [{ event, sources: [] }];
  });
}

/** A device that fell silent, is so still, or is heard again. Its silence is the only clock that the subject has meanwhile. */
function onSilence(state: SubjectState, input: SilenceInput, policy: Policy): { state: SubjectState; out: Decided } {
  const { device, atMs, lastRecordMs } = input.silence;
  const heard = state.clock?.devices.find((one) => one.device === device) ?? state.clock;
  const timeMs = (heard?.timeMs ?? 0) + Math.max(0, atMs - lastRecordMs);
  const findings: Record<string, FindingState> = { ...state.findings };
  const event = silenceEvent(state.subject, findings[DEVICE_SILENT]?.active, input, policy);
  if (event?.state === 'resolved') delete findings[DEVICE_SILENT];
  else if (event?.state === 'updated') findings[DEVICE_SILENT] = { ...findings[DEVICE_SILENT], active: event };
  else if (event !== undefined) findings[DEVICE_SILENT] = { ...EMPTY_FINDING, active: event, raisedMs: timeMs };
  const events = [...(event === undefined ? [] : [{ event, sources: [] }]), ...escalate(findings, policy, timeMs, { atMs, outcome: positionOf(input) })];
  return { state: events.length === 0 ? state : { ...state, findings }, out: { events, suppressed: [] } };
}

/** The patient has left: alerts at the bedside are over. What waits for a reader keeps waiting. */
function onDeparture(state: SubjectState, input: DepartureInput): { state: SubjectState; out: Decided } {
  const kept = Object.entries(state.findings).filter(([, { active }]) => active?.snapshot.channel === 'worklist');
  const over = Object.values(state.findings).flatMap(({ active }) => (active === undefined || active.snapshot.channel === 'worklist' ? [] : [active]));
  const facts = { state: 'resolved', cause: 'discharge', atMs: input.departure.atMs, outcome: positionOf(input), commandOffset: undefined, actor: undefined } as const;
  const events = over.map((active) => ({ event: chained({ ...active, ...facts }, active), sources: [] }));
  return { state: { ...initial(state.subject, 'encounter'), clock: state.clock, findings: Object.fromEntries(kept) }, out: { events, suppressed: [] } };
}

/** Nothing speaks for the finding, and nothing of it lasts: what is not there means the same, and most findings are that most of the time. */
function isForgettable({ active, cooldownUntilMs, structural, firstHour, recent }: FindingState): boolean {
  return active === undefined && cooldownUntilMs === undefined && structural === undefined && firstHour === undefined && recent.every(({ vote }) => vote !== 1);
}

/** Where all speak against it, and no alert waits for its end, the votes mean what none would. */
function withoutVotesAgainst(finding: FindingState): FindingState {
  return finding.active === undefined && finding.recent.every(({ vote }) => vote === -1) ? { ...finding, recent: [] } : finding;
}

/** Commands are requests: an unknown alert or an illegal transition changes nothing and is counted. */
function onCommand(state: SubjectState, command: AlertCommand, offset: number, policy: Policy): { state: SubjectState; out: Decided } {
  const to = command.kind === 'acknowledge' ? 'acknowledged' : 'dismissed';
  const found = Object.entries(state.findings).find(([, finding]) => finding.active?.alertId === command.alertId);
  const active = found?.[1].active;
  if (found === undefined || active === undefined || !isLegal(active.state, to)) {
    return { state, out: { events: [], suppressed: [{ finding: found?.[0] ?? '', why: 'illegal-transition' }] } };
  }
  const [id, finding] = found;
  const event = chained(
    { ...active, state: to, cause: command.reason || command.kind, atMs: command.atMs, commandOffset: offset, actor: command.actor },
    active,
  );
  // Latched, it had only waited for this.
  const ended = finding.isOver && to === 'acknowledged' ? chained({ ...event, state: 'resolved', cause: 'below-threshold' }, event) : undefined;
  // Dismissed, it rests as after its end: what continues would be back with the next two segments.
  const entry = policy.entries.get(id);
  const cooldownUntilMs = entry && state.clock && cooldownFrom(state.clock.timeMs, entry);
  const after: FindingState = to === 'dismissed' || ended !== undefined ? { ...EMPTY_FINDING, structural: finding.structural, firstHour: finding.firstHour, cooldownUntilMs } : { ...finding, active: event };
  const findings = { ...state.findings, [id]: after };
  const events = [event, ...(ended === undefined ? [] : [ended])].map((one) => ({ event: one, sources: [] }));
  return { state: { ...state, findings }, out: { events: withStory(findings, events, { atMs: command.atMs, outcome: undefined, commandOffset: offset }), suppressed: [] } };
}
