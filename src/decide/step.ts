import { type AlertCommand, type AlertEvent, type AlertSnapshot, type Channel, type Outcome, SEGMENT_SECONDS } from '../ecg/index.js';
import { type NotClaimed, notClaimable } from './claim.js';
import { alertId, chained, isLegal } from './event.js';
import { EMPTY_SKETCH, medianOf, withValue } from './median.js';
import type { Policy, PolicyEntry } from './policy.js';
import { RULES } from './rules/index.js';
import { EMPTY_FINDING, type FindingState, type SubjectState, type Vote } from './state.js';

export type DecideInput =
  | { readonly type: 'outcome'; readonly outcome: Outcome; readonly partition: number; readonly offset: number }
  | { readonly type: 'command'; readonly command: AlertCommand; readonly offset: number };

/** A candidate that was not followed, and why. */
export interface Suppressed {
  readonly finding: string;
  readonly why: NotClaimed | 'cool-down' | 'illegal-transition';
}

export interface Decided {
  readonly events: readonly AlertEvent[];
  readonly suppressed: readonly Suppressed[];
}

export function initial(subject: string): SubjectState {
  return { subject, findings: {} };
}

/** One outcome or command of one subject → alert events. Time is the outcome's own; no clock, no randomness. */
export function step(state: SubjectState, input: DecideInput, policy: Policy): { state: SubjectState; out: Decided } {
  return input.type === 'command' ? obey(state, input.command, input.offset) : weigh(state, input, policy);
}

type OutcomeInput = Extract<DecideInput, { type: 'outcome' }>;

function weigh(state: SubjectState, input: OutcomeInput, policy: Policy): { state: SubjectState; out: Decided } {
  const events: AlertEvent[] = [];
  const suppressed: Suppressed[] = [];
  const findings: Record<string, FindingState> = { ...state.findings };
  for (const { id, probability } of candidates(input.outcome)) {
    const entry = policy.entries.get(id);
    if (entry === undefined || entry.priority === 'none') continue;
    const why = notClaimable(entry, input.outcome);
    if (why !== undefined) {
      if (probability >= entry.threshold) suppressed.push({ finding: id, why });
      continue;
    }
    const before = findings[id] ?? EMPTY_FINDING;
    const decide = entry.kind === 'structural' ? decideStructural : decideEpisode;
    const after = decide(before, entry, probability, state.subject, input, policy, suppressed);
    if (after.event !== undefined) events.push(after.event);
    findings[id] = after.state;
  }
  return { state: { ...state, findings }, out: { events, suppressed } };
}

/** The encoder's findings, and the rules on measurements. */
function candidates(outcome: Outcome): { id: string; probability: number }[] {
  const rules = RULES.flatMap((rule) => {
    const holds = outcome.grade === 'unusable' ? undefined : rule.holds(outcome);
    return holds === undefined ? [] : [{ id: rule.id, probability: holds ? 1 : 0 }];
  });
  return [...outcome.findings, ...rules];
}

type Verdict = { readonly state: FindingState; readonly event?: AlertEvent };

/** Begins and ends: n of m segments for it raise, m against it in a row resolve, and then it rests. */
function decideEpisode(
  before: FindingState,
  entry: PolicyEntry,
  probability: number,
  subject: string,
  input: OutcomeInput,
  policy: Policy,
  suppressed: Suppressed[],
): Verdict {
  const { outcome } = input;
  const vote: Vote = {
    segment: outcome.id,
    startMs: outcome.startMs,
    vote: probability >= entry.threshold ? 1 : probability < entry.release ? -1 : 0,
  };
  const recent = [...before.recent, vote].slice(-entry.m);
  const endMs = outcome.startMs + SEGMENT_SECONDS * 1000;
  const { active } = before;
  if (active !== undefined) {
    if (recent.length < entry.m || recent.some((v) => v.vote >= 0)) return { state: { ...before, recent } };
    const event = chained({ ...active, state: 'resolved', cause: 'below-threshold', atMs: endMs, outcome: at(input), commandOffset: undefined, actor: undefined }, active);
    return { state: { recent: [], cooldownUntilMs: endMs + entry.cooldownS * 1000 }, event };
  }
  const votes = recent.filter((v) => v.vote === 1);
  if (votes.length < entry.n) return { state: { ...before, recent } };
  if (before.cooldownUntilMs !== undefined && outcome.startMs < before.cooldownUntilMs) {
    suppressed.push({ finding: entry.finding, why: 'cool-down' });
    return { state: { ...before, recent } };
  }
  const event = raise(entry, subject, input, policy, probability, votes[0], votes.map((v) => v.segment));
  return { state: { recent, active: event }, event };
}

/** Does not come and go: one decision, at the first moment with enough segments over enough time, from their median. */
function decideStructural(before: FindingState, entry: PolicyEntry, probability: number, subject: string, input: OutcomeInput, policy: Policy): Verdict {
  const { outcome } = input;
  const { segmentsMin, spanMinS, againAfterS } = policy.structural;
  const endMs = outcome.startMs + SEGMENT_SECONDS * 1000;
  const known = before.structural;
  if (known?.decidedMs !== undefined && endMs - known.decidedMs < againAfterS * 1000) return { state: before };
  const gathered = known === undefined || known.decidedMs !== undefined ? { sketch: EMPTY_SKETCH, fromMs: outcome.startMs, firstSegment: outcome.id } : known;
  const sketch = withValue(gathered.sketch, probability);
  if (sketch.count < segmentsMin || endMs - gathered.fromMs < spanMinS * 1000) {
    return { state: { ...before, structural: { ...gathered, sketch } } };
  }
  const state: FindingState = { ...before, structural: { ...gathered, sketch: EMPTY_SKETCH, decidedMs: endMs } };
  const median = medianOf(sketch);
  if (median < entry.threshold || before.active !== undefined) return { state };
  const first: Vote = { segment: gathered.firstSegment, startMs: gathered.fromMs, vote: 1 };
  const event = raise(entry, subject, input, policy, median, first, [outcome.id]);
  return { state: { ...state, active: event }, event };
}

function raise(
  entry: PolicyEntry,
  subject: string,
  input: OutcomeInput,
  policy: Policy,
  probability: number,
  first: Vote,
  segments: readonly string[],
): AlertEvent {
  const { outcome } = input;
  const { association } = outcome;
  const snapshot: AlertSnapshot = {
    encounter: association.encounter,
    device: outcome.device,
    bed: association.bed,
    unit: association.unit,
    finding: entry.finding,
    kind: entry.kind,
    priority: entry.priority,
    channel: channelOf(entry, outcome.demo),
    probability,
    threshold: entry.threshold,
    onsetMs: first.startMs,
    segments,
    measurements: outcome.measurements,
    model: entry.evidence === 'rule' ? '' : outcome.model,
    modelHash: entry.evidence === 'rule' ? '' : outcome.modelHash,
    policyHash: policy.hash,
    evidence: entry.evidence,
    simulated: outcome.demo,
    accelerated: association.accelerated,
  };
  const id = alertId(subject, entry.finding, first.segment);
  return chained({ alertId: id, state: 'raised', snapshot, cause: 'threshold', atMs: outcome.startMs + SEGMENT_SECONDS * 1000, outcome: at(input) }, undefined);
}

/** Nothing is claimed without evidence: what only simulation or nothing supports stays in shadow, but for simulated beds. */
function channelOf(entry: PolicyEntry, demo: boolean): Channel {
  const proven = entry.evidence === 'external' || entry.evidence === 'internal' || entry.evidence === 'rule';
  if (!proven && !demo) return 'shadow';
  return entry.kind === 'structural' ? 'worklist' : 'bedside';
}

function at(input: OutcomeInput): { partition: number; offset: number } {
  return { partition: input.partition, offset: input.offset };
}

/** Commands are requests: an unknown alert or an illegal transition changes nothing and is counted. */
function obey(state: SubjectState, command: AlertCommand, offset: number): { state: SubjectState; out: Decided } {
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
  const after: FindingState = to === 'dismissed' ? { ...finding, active: undefined, recent: [] } : { ...finding, active: event };
  return { state: { ...state, findings: { ...state.findings, [id]: after } }, out: { events: [event], suppressed: [] } };
}

