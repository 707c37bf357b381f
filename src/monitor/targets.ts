import type { Answer, Complaint, Filter, TargetState } from '../deliver/index.js';
import type { Clock, Log, Meter } from '../ports/index.js';
import { DeliveryWorker, type Receiver } from './delivery-worker.js';
import type { Feed } from './feed.js';
import { Positions } from './positions.js';
import type { Pushed } from './audience.js';
import type { Trouble } from './health.js';

/** Where alerts are pushed to. */
export interface Target {
  readonly name: string;
  readonly kind: 'webhook' | 'hl7';
  /** Host and port: the rest of an address may be secret. */
  readonly to: string;
  readonly filter: Filter;
  readonly receiver: Receiver;
}

export interface TargetsWorld {
  readonly feed: Feed;
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly targets: readonly Target[];
  /** From 0 to 1, exclusive: waits are spread by it. */
  readonly chance: () => number;
  readonly onStopped: (error: unknown) => void;
}

/** For people; no secret, and of patients only what a receiver itself says when it refuses an event. */
export interface TargetStatus {
  readonly name: string;
  readonly kind: Target['kind'];
  readonly to: string;
  /** No more attempts until somebody resumes it. */
  readonly parked: boolean;
  readonly parkedSinceMs?: number;
  readonly failingSinceMs?: number;
  readonly nextAttemptMs?: number;
  /** Age of the oldest event that waits; 0: none waits. */
  readonly behindMs: number;
  /** Since the start, and in all. */
  readonly delivered: number;
  readonly refused: number;
  readonly lastFailure?: Complaint;
  readonly lastRefusal?: Complaint;
  readonly lastMissed?: Complaint;
}

const GAUGE_EVERY_MS = 5000;
/** A refusal is an alarm for so long. */
const REFUSAL_SHOWN_MS = 3_600_000;
/** What fails for longer is an alarm. */
const FAILING_SHOWN_MS = 60_000;

/** Alerts to every target: each in its order, at its own speed, at least once and never less. */
export class Targets {
  private readonly workers = new Map<string, { readonly target: Target; readonly worker: DeliveryWorker }>();
  /** Since when each target fails, monotonic. */
  private readonly failing = new Map<string, number>();
  private cancel = () => {};

  private constructor(
    private readonly world: TargetsWorld,
    private readonly positions: Positions,
  ) {
    const { meter, clock } = world;
    const delivered = meter.counter('purkinje_deliver_target_delivered_total', 'Events that a target has accepted', ['target']);
    const failures = meter.counter('purkinje_deliver_target_failures_total', 'Attempts on a target that came to nothing', ['target', 'why']);
    const refused = meter.counter('purkinje_deliver_target_refused_total', 'Events that a target would not have: set aside', ['target']);
    const parked = meter.gauge('purkinje_deliver_target_parked', '1: the target failed for a day, and waits for a person to resume it', ['target']);
    const behind = meter.gauge('purkinje_deliver_target_behind_seconds', 'Age of the oldest event that waits for a target; 0: none waits', ['target']);
    const onStep = (name: string, state: TargetState, answer: Answer | undefined): void => {
      if (answer?.type === 'accepted') delivered.add(1, { target: name });
      if (answer?.type === 'refused') refused.add(1, { target: name });
      if (answer?.type === 'failed') failures.add(1, { target: name, why: answer.why });
      parked.set(state.parkedSinceMs === undefined ? 0 : 1, { target: name });
      if (state.failingSinceMs === undefined) this.failing.delete(name);
      else if (!this.failing.has(name)) this.failing.set(name, clock.monotonicMs() - Math.max(0, clock.nowMs() - state.failingSinceMs));
    };
    for (const target of world.targets) {
      const { name, filter, receiver } = target;
      const position = positions.of(name);
      const worker = new DeliveryWorker({ ...world, who: `target ${name}`, filter, receiver, position, onStep: (state, answer) => onStep(name, state, answer), onPosition: (kept) => positions.keep(name, kept) });
      this.workers.set(name, { target, worker });
      onStep(name, worker.state, undefined);
      delivered.add(0, { target: name });
      refused.add(0, { target: name });
    }
    const updateGauges = (): void => {
      for (const [name, { worker }] of this.workers) behind.set(worker.behindMs / 1000, { target: name });
      this.cancel = clock.after(GAUGE_EVERY_MS, updateGauges);
    };
    updateGauges();
  }

  /** Resolves once it is known how far each of them was. */
  static async start(world: TargetsWorld): Promise<Targets> {
    return new Targets(world, await Positions.read(world.log, world.clock, world.onStopped));
  }

  status(): readonly TargetStatus[] {
    return [...this.workers.values()].map(({ target: { name, kind, to }, worker }) => {
      const { parkedSinceMs, failingSinceMs, nextAtMs, delivered, refused, lastFailure, lastRefusal, lastMissed } = worker.state;
      const parked = parkedSinceMs !== undefined;
      return { name, kind, to, parked, parkedSinceMs, failingSinceMs, nextAttemptMs: parked ? undefined : nextAtMs, behindMs: worker.behindMs, delivered, refused, lastFailure, lastRefusal, lastMissed };
    });
  }

  /** What each gets, and whether it can be reached. */
  pushed(): readonly Pushed[] {
    return [...this.workers].map(([name, { target: { filter }, worker }]) => ({ filter, isReached: worker.state.parkedSinceMs === undefined && !this.failing.has(name) }));
  }

  /** Tries it again now, parked or not. False: there is none of that name. */
  resume(name: string): boolean {
    const found = this.workers.get(name);
    found?.worker.resume();
    return found !== undefined;
  }

  /** What stands between alerts and those who are to get them. */
  troubles(): readonly Trouble[] {
    const nowMs = this.world.clock.nowMs();
    const failingMs = (name: string) => this.world.clock.monotonicMs() - (this.failing.get(name) ?? Infinity);
    return this.status().flatMap(({ name, parked, lastRefusal }): Trouble[] => [
      ...(parked ? [{ alarm: 'target-parked' as const, about: `${name} failed for a day: its alerts wait until somebody resumes it` }] : []),
      ...(!parked && failingMs(name) > FAILING_SHOWN_MS ? [{ alarm: 'target-failing' as const, about: `${name} cannot be reached: its alerts wait` }] : []),
      ...(lastRefusal !== undefined && nowMs - lastRefusal.atMs < REFUSAL_SHOWN_MS ? [{ alarm: 'target-refuses' as const, about: `${name} would not have an alert within the last hour: it is set aside` }] : []),
    ]);
  }

  /** What is on its way is broken off: it is delivered again at the next start. */
  async close(): Promise<void> {
    this.cancel();
    await Promise.all([...this.workers.values()].map(({ worker }) => worker.close()));
    await this.positions.close();
  }
}
