import { type AlertCommand, type AlertEvent, type AlertSnapshot, BEATS_DISPUTED, type Channel, type Outcome, SEGMENT_SECONDS } from '../ecg/index.js';
import { type NotClaimed, notClaimable } from './claim.js';
import { alertId, chained, isLegal } from './event.js';
import { EMPTY_SKETCH, medianOf, withValue } from './median.js';
import type { Policy, PolicyEntry } from './policy.js';
import { type Baseline, baselineAfter } from './baseline.js';
import { beatsAfter, type BeatRun } from './rhythm.js';
import { BEAT_RULES, SEGMENT_RULES } from './rules/index.js';
import { EMPTY_FINDING, type FindingState, passed, type StructuralState, type SubjectState, type Vote } from './state.js';

export type DecideInput =
  | { readonly type: 'outcome'; readonly outcome: Outcome; readonly partition: number; readonly offset: number }
  | { readonly type: 'command'; readonly command: AlertCommand; readonly offset: number };

/** A candidate that was not followed, and why. */
export interface Suppressed {
  readonly finding: string;
  readonly why: NotClaimed | 'cool-down' | 'illegal-transition';
}

/** A segment that decided, and where its samples lie in the signal. */
export interface DecidingSegment {
  readonly segment: string;
  readonly source: Outcome['source'];
}

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

/** One outcome or command of one subject → alert events. Time is the outcome's own; no clock, no randomness. */
export function step(state: SubjectState, input: DecideInput, policy: Policy): { state: SubjectState; out: Decided } {
  return input.type === 'command' ? obey(state, input.command, input.offset, policy) : weigh(state, input, policy);
}

type OutcomeInput = Extract<DecideInput, { type: 'outcome' }>;

function weigh(state: SubjectState, input: OutcomeInput, policy: Policy): { state: SubjectState; out: Decided } {
  const events: Raised[] = [];
  const suppressed: Suppressed[] = [];
  const findings: Record<string, FindingState> = { ...state.findings };
  const clock = passed(state.clock, input.outcome);
  const rhythm = beatsAfter(state.rhythm ?? [], input.outcome);
  const baseline = baselineAfter(state.baseline, input.outcome, clock.timeMs);
  const run = rhythm.find(({ device }) => device === input.outcome.device);
  for (const { id, probability, beginsMs } of candidates(input.outcome, run, baseline?.own)) {
    const entry = policy.entries.get(id);
    if (entry === undefined || entry.priority === 'none') continue;
    const why = notClaimable(entry, input.outcome);
    if (why !== undefined) {
      if (probability >= entry.threshold) suppressed.push({ finding: id, why });
      continue;
    }
    const at: Moment = { ...input, subject: state.subject, timeMs: clock.timeMs, policy, suppressed };
    const before = findings[id] ?? EMPTY_FINDING;
    const after = entry.kind === 'structural' ? decideStructural(before, entry, probability, at) : decideEpisode(before, entry, probability, at, beginsMs);
    if (after.event !== undefined) events.push({ event: after.event, sources: after.sources ?? [] });
    if (isForgettable(after.state)) delete findings[id];
    else findings[id] = after.state;
  }
  return { state: { ...state, findings, clock, rhythm, baseline }, out: { events, suppressed } };
}

/** Nothing speaks for the finding, and nothing of it lasts: what is not there means the same, and most findings are that most of the time. */
function isForgettable({ active, cooldownUntilMs, structural, recent }: FindingState): boolean {
  return active === undefined && cooldownUntilMs === undefined && structural === undefined && recent.every(({ vote }) => vote !== 1);
}

interface Candidate {
  readonly id: string;
  readonly probability: number;
  /** As the device claims; undefined: with the segment. */
  readonly beginsMs?: number;
}

/** The encoder's findings, and the rules on measurements and on beats. */
function candidates(outcome: Outcome, run: BeatRun | undefined, own: Baseline | undefined): readonly Candidate[] {
  const isMeasured = outcome.grade !== 'unusable' && !outcome.reasons.includes(BEATS_DISPUTED);
  const bySegment = SEGMENT_RULES.flatMap((rule): Candidate[] => {
    const holds = isMeasured ? rule.holds(outcome, own) : undefined;
    return holds === undefined ? [] : [{ id: rule.id, probability: holds ? 1 : 0 }];
  });
  const byBeats = BEAT_RULES.flatMap((rule): Candidate[] => {
    if (run === undefined) return [];
    const beginsS = rule.begins(run);
    if (beginsS === undefined) return [{ id: rule.id, probability: 0 }];
    return [{ id: rule.id, probability: 1, beginsMs: outcome.startMs + (beginsS - outcome.firstSample / outcome.rateHz) * 1000 }];
  });
  return [...outcome.findings, ...bySegment, ...byBeats];
}

/** What every verdict on one outcome sees. */
interface Moment extends OutcomeInput {
  readonly subject: string;
  /** The subject's own time. */
  readonly timeMs: number;
  readonly policy: Policy;
  readonly suppressed: Suppressed[];
}

type Verdict = { readonly state: FindingState; readonly event?: AlertEvent; readonly sources?: readonly DecidingSegment[] };

/** Begins and ends: n of m segments for it raise, m against it in a row resolve, and then it rests. */
function decideEpisode(before: FindingState, entry: PolicyEntry, probability: number, at: Moment, beginsMs = at.outcome.startMs): Verdict {
  const { outcome, timeMs } = at;
  const verdict = probability >= entry.threshold ? 1 : probability < entry.release ? -1 : 0;
  const vote: Vote = { segment: outcome.id, startMs: beginsMs, timeMs, vote: verdict, ...(verdict === 1 && { source: outcome.source }) };
  // Votes from before a long silence say nothing of now.
  const oldestMs = timeMs - 2 * entry.m * SEGMENT_SECONDS * 1000;
  const recent = [...before.recent.filter((one) => one.timeMs >= oldestMs), vote].slice(-entry.m);
  const { active } = before;
  if (active !== undefined) {
    if (recent.length < entry.m || recent.some((one) => one.vote >= 0)) return { state: { ...before, recent } };
    const event = chained(
      { ...active, state: 'resolved', cause: 'below-threshold', atMs: endOf(outcome), outcome: positionOf(at), commandOffset: undefined, actor: undefined },
      active,
    );
    return { state: { recent: [], cooldownUntilMs: cooldownFrom(timeMs, entry) }, event };
  }
  const resting = before.cooldownUntilMs !== undefined && timeMs < before.cooldownUntilMs;
  const state: FindingState = { ...before, recent, cooldownUntilMs: resting ? before.cooldownUntilMs : undefined };
  const votes = recent.filter((one) => one.vote === 1);
  if (votes.length < entry.n) return { state };
  if (resting) {
    at.suppressed.push({ finding: entry.finding, why: 'cool-down' });
    return { state };
  }
  const event = raise(entry, probability, votes, at);
  return { state: { recent, active: event }, event, sources: votes.flatMap(({ segment, source }) => (source === undefined ? [] : { segment, source })) };
}

const cooldownFrom = (timeMs: number, entry: PolicyEntry): number => timeMs + (SEGMENT_SECONDS + entry.cooldownS) * 1000;
const endOf = (outcome: Outcome): number => outcome.startMs + SEGMENT_SECONDS * 1000;

/** Does not come and go: one decision, at the first moment with enough segments over enough time, from their median. */
function decideStructural(before: FindingState, entry: PolicyEntry, probability: number, at: Moment): Verdict {
  const { outcome, timeMs, policy } = at;
  const { segmentsMin, spanMinS, againAfterS } = policy.structural;
  const known = before.structural;
  if (known?.decidedMs !== undefined && timeMs - known.decidedMs < againAfterS * 1000) return { state: before };
  const fresh: StructuralState = { sketch: EMPTY_SKETCH, first: { segment: outcome.id, startMs: outcome.startMs, timeMs } };
  const gathered = known === undefined || known.decidedMs !== undefined ? fresh : known;
  const sketch = withValue(gathered.sketch, probability);
  const spanMs = timeMs + SEGMENT_SECONDS * 1000 - gathered.first.timeMs;
  if (sketch.count < segmentsMin || spanMs < spanMinS * 1000) return { state: { ...before, structural: { ...gathered, sketch } } };
  const state: FindingState = { ...before, structural: { ...gathered, sketch: EMPTY_SKETCH, decidedMs: timeMs } };
  const median = medianOf(sketch);
  if (median < entry.threshold || before.active !== undefined) return { state };
  const event = raise(entry, median, [{ ...gathered.first, vote: 1 }], at, [outcome.id]);
  // Its many segments lie in the log by the offsets of their outcomes; the last one stands for them in the evidence.
  return { state: { ...state, active: event }, event, sources: [{ segment: outcome.id, source: outcome.source }] };
}

function raise(entry: PolicyEntry, probability: number, votes: readonly Vote[], at: Moment, segments = votes.map(({ segment }) => segment)): AlertEvent {
  const { outcome, subject, policy } = at;
  const { association } = outcome;
  const [first] = votes;
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
    reasons: outcome.reasons,
    score: outcome.score,
    model: entry.evidence === 'rule' ? '' : outcome.model,
    modelHash: entry.evidence === 'rule' ? '' : outcome.modelHash,
    policyHash: policy.hash,
    evidence: entry.evidence,
    simulated: outcome.demo,
    accelerated: association.accelerated,
  };
  const id = alertId(subject, entry.finding, first.segment);
  return chained({ alertId: id, state: 'raised', snapshot, cause: 'threshold', atMs: endOf(outcome), outcome: positionOf(at) }, undefined);
}

/** Nothing is claimed without evidence: what only simulation or nothing supports stays in shadow, but for simulated beds. */
function channelOf(entry: PolicyEntry, demo: boolean): Channel {
  const proven = entry.evidence === 'external' || entry.evidence === 'internal' || entry.evidence === 'rule';
  if (!proven && !demo) return 'shadow';
  return entry.kind === 'structural' ? 'worklist' : 'bedside';
}

const positionOf = ({ partition, offset }: OutcomeInput): { partition: number; offset: number } => ({ partition, offset });

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
  // Dismissed, it rests as after its end: what goes on would be back with the next two segments.
  const entry = policy.entries.get(id);
  const cooldownUntilMs = entry && state.clock && cooldownFrom(state.clock.timeMs, entry);
  const after: FindingState = to === 'dismissed' ? { ...finding, active: undefined, recent: [], cooldownUntilMs } : { ...finding, active: event };
  return { state: { ...state, findings: { ...state.findings, [id]: after } }, out: { events: [{ event, sources: [] }], suppressed: [] } };
}

