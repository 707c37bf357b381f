import type { AlertCommand, AlertEvent } from '../ecg/index.js';
import { baselineAfter } from './baseline.js';
import { candidates } from './candidates.js';
import { modeOf } from './channel.js';
import { notClaimable } from './claim.js';
import { decideEpisode, escalated } from './episode.js';
import { chained, isLegal } from './event.js';
import { cooldownFrom, type DecidingSegment, type Moment, type OutcomeInput, type Suppressed } from './moment.js';
import type { Policy } from './policy.js';
import { beatsAfter } from './rhythm.js';
import { DEVICE_SILENT } from './rules/technical.js';
import { EMPTY_FINDING, type FindingState, passed, type SubjectState } from './state.js';
import { decideStructural } from './structural.js';
import { silenceEvent, type SilenceInput, technicalCandidates } from './technical.js';

const DAY_MS = 86_400_000;

export type DecideInput =
  | OutcomeInput
  | SilenceInput
  | { readonly type: 'command'; readonly command: AlertCommand; readonly offset: number };

/** An event, and with one that raises an alert the segments whose samples are its evidence. */
export interface Raised {
  readonly event: AlertEvent;
  readonly sources: readonly DecidingSegment[];
}

export interface Decided {
  readonly events: readonly Raised[];
  readonly suppressed: readonly Suppressed[];
}

export function initial(subject: string): SubjectState {
  return { subject, findings: {} };
}

/** One outcome, silence or command of one subject → alert events. Time is the outcome's own; no clock, no randomness. */
export function step(state: SubjectState, input: DecideInput, policy: Policy): { state: SubjectState; out: Decided } {
  switch (input.type) {
    case 'outcome':
      return weigh(state, input, policy);
    case 'silence':
      return hear(state, input, policy);
    case 'command':
      return obey(state, input.command, input.offset, policy);
  }
}

function weigh(state: SubjectState, input: OutcomeInput, policy: Policy): { state: SubjectState; out: Decided } {
  const events: Raised[] = [];
  const suppressed: Suppressed[] = [];
  const findings: Record<string, FindingState> = { ...state.findings };
  const clock = passed(state.clock, input.outcome);
  const rhythm = beatsAfter(state.rhythm ?? [], input.outcome);
  const baseline = baselineAfter(state.baseline, input.outcome, clock.timeMs);
  const lowTold = (state.lowTold ?? []).filter((ms) => clock.timeMs - ms < DAY_MS);
  const run = rhythm.find(({ device }) => device === input.outcome.device);
  for (const { id, probability, beginsMs } of [...candidates(input.outcome, run, baseline?.own), ...technicalCandidates(input.outcome)]) {
    const entry = policy.entries.get(id);
    if (entry === undefined || entry.priority === 'none') continue;
    const why = modeOf(entry, input.outcome, policy) === 'off' ? 'off' : notClaimable(entry, input.outcome);
    if (why !== undefined) {
      if (probability >= entry.threshold) suppressed.push({ finding: id, why });
      continue;
    }
    const at: Moment = { ...input, subject: state.subject, timeMs: clock.timeMs, policy, suppressed, lowTold };
    const before = findings[id] ?? EMPTY_FINDING;
    const after = entry.kind === 'structural' ? decideStructural(before, entry, probability, at) : decideEpisode(before, entry, probability, at, beginsMs);
    if (after.event !== undefined) events.push({ event: after.event, sources: after.sources ?? [] });
    if (isForgettable(after.state)) delete findings[id];
    else findings[id] = after.state;
  }
  for (const [id, finding] of Object.entries(findings)) {
    const event = escalated(finding, policy.entries.get(id), clock.timeMs, input);
    if (event === undefined) continue;
    findings[id] = { ...finding, active: event };
    events.push({ event, sources: [] });
  }
  return { state: { ...state, findings, clock, rhythm, baseline, lowTold }, out: { events, suppressed } };
}

/** A device that fell silent, or is heard again. */
function hear(state: SubjectState, input: SilenceInput, policy: Policy): { state: SubjectState; out: Decided } {
  const event = silenceEvent(state.subject, state.findings[DEVICE_SILENT]?.active, input, policy);
  if (event === undefined) return { state, out: { events: [], suppressed: [] } };
  const { [DEVICE_SILENT]: _ended, ...others } = state.findings;
  const findings = event.state === 'resolved' ? others : { ...others, [DEVICE_SILENT]: { ...EMPTY_FINDING, active: event } };
  return { state: { ...state, findings }, out: { events: [{ event, sources: [] }], suppressed: [] } };
}

/** Nothing speaks for the finding, and nothing of it lasts: what is not there means the same, and most findings are that most of the time. */
function isForgettable({ active, cooldownUntilMs, structural, recent }: FindingState): boolean {
  return active === undefined && cooldownUntilMs === undefined && structural === undefined && recent.every(({ vote }) => vote !== 1);
}

/** Commands are requests: an unknown alert or an illegal transition changes nothing and is counted. */
function obey(state: SubjectState, command: AlertCommand, offset: number, policy: Policy): { state: SubjectState; out: Decided } {
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
  // Dismissed, it rests as after its end: what goes on would be back with the next two segments.
  const entry = policy.entries.get(id);
  const cooldownUntilMs = entry && state.clock && cooldownFrom(state.clock.timeMs, entry);
  const after: FindingState = to === 'dismissed' || ended !== undefined ? { ...EMPTY_FINDING, structural: finding.structural, cooldownUntilMs } : { ...finding, active: event };
  const events = [event, ...(ended === undefined ? [] : [ended])].map((one) => ({ event: one, sources: [] }));
  return { state: { ...state, findings: { ...state.findings, [id]: after } }, out: { events, suppressed: [] } };
}
