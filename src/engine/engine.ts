import { ASSEMBLE_DEFAULTS, type AssembleOptions } from '../assemble/index.js';
import { type Catalogue, ensembleTargets } from '../contract/index.js';
import { type Policy, POLICY_DEFAULTS, policyOf, type PolicySettings, type WatchClaim } from '../decide/index.js';
import type { AlertEvent, Outcome } from '../ecg/index.js';
import { AssociationTable, clockScheduler, Credits, type Load, type Failpoint, type DecideDeps, decide, Encoders, focusOf, engineGauges, forget, lineMeters, type Model, PartitionsChangedError, score, Turns } from '../line/index.js';
import { type Clock, type Follower, type Log, type Membership, type Meter, type Owner, type StepName, TOPICS } from '../ports/index.js';

export interface EngineSettings {
  readonly assemble: AssembleOptions;
  readonly policy: PolicySettings;
  /** Between assemble and publish, at most. */
  readonly waitingMax: Load;
  /** A segment waits at most this long for its scores; Infinity: for ever, and nothing is shed. */
  readonly maxAgeS: number;
  readonly silentAfterS: number;
  readonly steps: readonly StepName[];
}

export const ENGINE_DEFAULTS: EngineSettings = {
  assemble: ASSEMBLE_DEFAULTS,
  policy: POLICY_DEFAULTS,
  waitingMax: { segments: Infinity, bytes: 256 * 2 ** 20 },
  maxAgeS: 10,
  silentAfterS: 30,
  steps: ['score', 'decide'],
};

/** Batches to the encoder: at most this many segments, out at most this many at once. */
const BATCH_MAX = 32;
const BATCHES_IN_FLIGHT_MAX = 4;
const BATCH_WAIT_MS = 10;
const CALL_DEADLINE_MS = 10_000;

export interface EngineWorld {
  readonly log: Log;
  /** None: rules only. */
  readonly models: readonly Model[];
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly settings: EngineSettings;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly onAlert?: (event: AlertEvent) => void;
  readonly onLost?: (step: StepName, partition: number, error: unknown) => void;
  /** Something that would fail again was isolated: a dead letter names it. */
  readonly onIsolated?: (stage: string, partition: number, offset: number, error: unknown) => void;
  /** It cannot continue correctly: who is on which device cannot be read any more, or the partitions are others than those of the states. */
  readonly onStopped?: (error: unknown) => void;
  /** The faults suite kills the process here. */
  readonly failpoint?: (point: Failpoint) => void;
}

export interface Engine {
  readonly policy: Policy;
  /** Partitions owned, by step. */
  partitions(): Readonly<Record<StepName, readonly number[]>>;
  /** Segments between assembling and publishing. */
  waiting(): number;
  /** The number of a topic's partitions has changed: what is in new ones is not watched. */
  partitionsChanged(topic: string): void;
  /** Publishes what is ready, gives the partitions back. */
  drain(): Promise<void>;
}

/** Composes the line over its ports: both steps in one process, as two groups. */
export async function startEngine(world: EngineWorld): Promise<Engine> {
  const { log, clock, settings, models } = world;
  const meters = lineMeters(world.meter);
  const policy = enginePolicy(models, world.catalogue, settings.policy);
  const associations = new AssociationTable((reason) => meters.contextsRefused.add(1, { reason }));
  const contexts: Follower = await log.follow(TOPICS.context, (records) => associations.take(records), {
    onStopped: world.onStopped,
    onSkipped: (range) => {
      meters.skipped.add(range.to - range.from, { topic: range.topic, reason: range.reason });
      associations.skip(range);
    },
  });
  const credits = new Credits(settings.waitingMax, { segments: meters.waiting, bytes: meters.waitingBytes });
  meters.waitingBytesMax.set(settings.waitingMax.bytes);
  const batch = {
    preferred: [BATCH_MAX],
    maxBatch: BATCH_MAX,
    longestWaitMs: BATCH_WAIT_MS,
    maxInFlight: BATCHES_IN_FLIGHT_MAX,
    // What waits is bounded before it comes here, by its bytes and its age.
    maxQueued: Infinity,
    order: 'newest',
  } as const;
  const encoders = new Encoders(models, clock, meters, { batch, maxAgeMs: settings.maxAgeS * 1000, deadlineMs: CALL_DEADLINE_MS });
  const step = { clock, turns: new Turns(clockScheduler(clock)), meters, gauges: engineGauges(meters), failpoint: world.failpoint ?? (() => {}), onIsolated: world.onIsolated ?? (() => {}) };
  const memberships = new Map<StepName, Membership>();
  const changedTopics = new Set<string>();
  const ownerOf = (name: StepName, inputs: Owner['inputs'], run: Owner['run']): Owner => ({
    step: name,
    inputs,
    run,
    onFailed(partition, error) {
      meters.assignmentsLost.add(1, { step: name });
      if (error instanceof PartitionsChangedError) world.onStopped?.(error);
      else world.onLost?.(name, partition, error);
    },
    onReleased: (partition) => forget(step.gauges, `${name}/${partition}`),
  });
  if (settings.steps.includes('score')) {
    const deps = {
      ...step,
      partitions: await log.partitionCount(TOPICS.signal),
      assemble: settings.assemble,
      encoders,
      credits,
      mayShed: Number.isFinite(settings.maxAgeS),
      associations,
      silentAfterMs: settings.silentAfterS * 1000,
      onOutcome: world.onOutcome,
    };
    memberships.set('score', await log.join(ownerOf('score', [TOPICS.signal], (assignment) => score(assignment, deps))));
  }
  if (settings.steps.includes('decide')) {
    const again = { assemble: settings.assemble, associations, encoders };
    const deps: DecideDeps = { ...step, log, policy, onAlert: world.onAlert, focus: (kept, finding) => focusOf(kept, finding, models, again) };
    memberships.set('decide', await log.join(ownerOf('decide', [TOPICS.outcomes, TOPICS.commands], (assignment) => decide(assignment, deps))));
  }
  return {
    policy,
    partitions: () => ({ score: memberships.get('score')?.partitions() ?? [], decide: memberships.get('decide')?.partitions() ?? [] }),
    waiting: () => credits.inUse,
    partitionsChanged: (topic) => meters.partitionsChanged.set(changedTopics.add(topic).size),
    async drain() {
      // Score first, so that what it publishes is still decided.
      await memberships.get('score')?.leave();
      await memberships.get('decide')?.leave();
      await contexts.close();
      encoders.close();
    },
  };
}

/** The table that an engine with these models decides by. Throws PolicyError. */
export function enginePolicy(models: readonly Pick<Model, 'contract' | 'watch'>[], catalogue: Catalogue, settings: PolicySettings): Policy {
  return policyOf(catalogue, ensembleTargets(models.map(({ contract }) => contract)), settings, watchClaims(models));
}

/** A phrase that several models watch for needs the leads of all of them. */
function watchClaims(models: readonly Pick<Model, 'contract' | 'watch'>[]): readonly WatchClaim[] {
  const ids = new Set(models.flatMap(({ watch = [] }) => watch.map(({ id }) => id)));
  return [...ids].map((id) => {
    const own = models.filter(({ watch = [] }) => watch.some((phrase) => phrase.id === id));
    return { id, leads: [...new Set(own.flatMap(({ contract }) => contract.input.leads))] };
  });
}
