import { systemClock } from '../../../adapters/clock.js';
import { prometheusMeter } from '../../../adapters/prometheus/index.js';
import type { Config } from '../../../config/index.js';
import type { Catalogue, Contract } from '../../../contract/index.js';
import { initial, notClaimable, type Policy, step, type SubjectState, withThresholdsMoved } from '../../../decide/index.js';
import type { AlertEvent, Outcome } from '../../../ecg/index.js';
import { startLocal } from '../../../engine/index.js';
import { deliveredIn, judged, type OperatingPoint, sensitivityOf, type Stay } from '../../../evaluate/index.js';
import { type NewRecord, sleep, TOPICS } from '../../../ports/index.js';
import { contextKey, encodeChunk, encodeContext } from '../../../wire/index.js';
import { bundledModels, cutFromStart, engineSettings, openToSimulated } from '../../compose.js';
import { patient } from '../../patient.js';
import type { Bed } from './beds.js';

/** Beds that send at the same time: enough that the encoder's batches are full. */
const BEDS_AT_ONCE = 32;
/** Segments appended and not yet scored, at most. */
const AHEAD_MAX = 1024;
/** Nothing here is read again but what decides, and that within seconds. */
const SIGNAL_RETENTION_MS = 60_000;
/** How long the encoder is waited for. */
const PATIENCE_MS = 300_000;
/** Operating points of the curve, in logits from the policy's own. */
const SHIFTS = [-3, -2, -1, 0, 1, 2, 3];

export interface Watched {
  readonly beds: readonly { readonly bed: Bed; readonly stay: Stay }[];
  readonly policy: Policy;
  readonly contracts: readonly Contract[];
  readonly ungated: number;
  readonly curve: readonly OperatingPoint[];
}

interface Seen {
  readonly bed: Bed;
  readonly events: AlertEvent[];
  readonly segments: { good: number; limited: number; unusable: number };
  unscored: number;
  /** One a point of the curve: what deciding remembers, and what it has reported. */
  readonly states: SubjectState[];
  readonly decided: AlertEvent[][];
}

/** Beds through the whole engine, the bundled encoder behind it: as fast as it goes, nothing shed. */
export async function watched(beds: AsyncIterable<Bed> | Iterable<Bed>, config: Config, catalogue: Catalogue, onDone: () => void): Promise<Watched> {
  const clock = systemClock();
  const meter = prometheusMeter();
  const encoders = await bundledModels(config, clock, meter);
  const seen = new Map<string, Seen>();
  let [appended, outcomes, ungated] = [0, 0, 0];
  let points: readonly Policy[] = [];
  const settings = cutFromStart(openToSimulated(engineSettings(config)));
  const local = await startLocal({
    models: patient(encoders.models, clock, PATIENCE_MS), catalogue, clock, meter,
    // Figures must not depend on what beds are called.
    settings: { ...settings, maxAgeS: Infinity, silentAfterS: Infinity },
    onOutcome: (outcome) => {
      outcomes++;
      const one = seen.get(outcome.device);
      if (one === undefined) return;
      one.segments[outcome.grade]++;
      if (outcome.status === 'unscored' || outcome.status === 'shed') one.unscored++;
      ungated += ungatedOf(outcome, local.engine.policy);
      points.forEach((policy, k) => follow(one, k, outcome, policy));
    },
    onAlert: (event) => seen.get(event.snapshot.device)?.events.push(event),
  }, SIGNAL_RETENTION_MS);
  points = SHIFTS.map((shift) => withThresholdsMoved(local.engine.policy, shift));
  const send = async (bed: Bed): Promise<void> => {
    seen.set(bed.bed, { bed, events: [], segments: { good: 0, limited: 0, unusable: 0 }, unscored: 0, states: SHIFTS.map(() => initial(bed.bed)), decided: SHIFTS.map(() => []) });
    await local.log.append([contextOf(bed)]);
    for (const chunk of bed.chunks()) {
      while (appended - outcomes > AHEAD_MAX) await sleep(clock, 5);
      await local.log.append([{ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) }]);
      appended++;
    }
    onDone();
  };
  try {
    const waiting = iteratorOf(beds);
    await Promise.all(Array.from({ length: BEDS_AT_ONCE }, async () => {
      for (let next = await waiting.next(); next.done !== true; next = await waiting.next()) await send(next.value);
    }));
    await local.settled();
  } finally {
    await local.close();
    await encoders.close();
  }
  const done = [...seen.values()].map((one) => ({ bed: one.bed, stay: stayOf(one, one.events) }));
  return { beds: done, policy: local.engine.policy, contracts: encoders.models.map(({ contract }) => contract), ungated, curve: SHIFTS.map((shift, k) => pointOf(shift, [...seen.values()].map((one) => stayOf(one, one.decided[k])), local.engine.policy)) };
}

/** How a finding shows in the policy; undefined: it would reach nobody, for lack of evidence or urgency. */
export function kindIn(policy: Policy): (id: string) => 'episodic' | 'sustained' | 'structural' | undefined {
  return (id) => {
    const entry = policy.entries.get(id);
    return entry === undefined || entry.priority === 'none' || entry.evidence === 'none' ? undefined : entry.kind;
  };
}

function stayOf({ bed, segments, unscored }: Seen, events: readonly AlertEvent[]): Stay {
  const { startMs, durationMs, truth } = bed;
  return { bed: bed.bed, startMs, durationMs, truth, events, segments, unscored };
}

function pointOf(shiftLogits: number, stays: readonly Stay[], policy: Policy): OperatingPoint {
  const days = stays.reduce((sum, { durationMs }) => sum + durationMs, 0) / 86_400_000;
  const episodes = stays.flatMap((stay) => judged(stay, kindIn(policy)).episodes);
  return { shiftLogits, sensitivity: sensitivityOf(episodes), perBedDay: stays.flatMap(deliveredIn).length / days };
}

function follow(one: Seen, k: number, outcome: Outcome, policy: Policy): void {
  const { state, out } = step(one.states[k], { type: 'outcome', outcome, partition: 0, offset: 0 }, policy);
  one.states[k] = state;
  one.decided[k].push(...out.events.map(({ event }) => event));
}

/** Findings that are at their threshold in a segment, and may be claimed of it. */
function ungatedOf(outcome: Outcome, { entries }: Policy): number {
  return outcome.findings.filter(({ id, probability }) => {
    const entry = entries.get(id);
    return entry !== undefined && entry.priority !== 'none' && probability >= entry.threshold && notClaimable(entry, outcome) === undefined;
  }).length;
}

function contextOf({ bed, simulated, known }: Bed): NewRecord {
  const context = { ...known, device: bed, sinceMs: 0, encounter: bed, bed, unit: simulated ? 'simulated' : 'recorded', knownConditions: [] };
  return { topic: TOPICS.context, key: contextKey(context), value: encodeContext(context) };
}

function iteratorOf<T>(items: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}
