import { Doorbell, type Report, within } from '../../log/index.js';
import type { Clock } from '../../ports/index.js';
import { assign, decodeMember, decodeShare, encodeMember, encodeShare, PROTOCOL } from './assignment.js';
import type { BrokerConnection, ClusterConnection } from './client.js';
import { protocolErrorOf } from './errors.js';
import { Reconnecting } from './reconnect.js';

/** How long the members have to join again when the group changes, in ms. They need not drain first, so they do at once. */
export const REBALANCE_TIMEOUT_MS = 10_000;
/** Longest time between two heartbeats, in ms: with it a member learns of a change. */
export const HEARTBEAT_INTERVAL_MAX_MS = 500;
/** How long leaving waits for Kafka, in ms. If it does not answer, the group learns of it when the session times out. */
const LEAVE_WAIT_MS = 2_000;
/** Heartbeats in a session timeout, at least. */
const HEARTBEATS_PER_SESSION = 4;

export interface GroupEvents {
  /** Partitions that must not be given to others yet. */
  owned(): readonly number[];
  /** The share of this round. */
  assigned(partitions: readonly number[]): void;
  /** The group has gone on without us: whatever we had may be another's by now. */
  expelled(): void;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly partitions: number;
  readonly sessionTimeoutMs: number;
}

/** The errors that say that the group knows nothing of us. */
const EXPULSIONS: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

/**
 * Membership in a consumer group: joins, keeps its session alive whatever the step is doing, joins again when the group
 * changes. The work on a partition continues meanwhile: who owns what is settled by `assign`, and made safe by fencing.
 */
export class GroupSession {
  private memberId = '';
  private generation = -1;
  private mustJoin = true;
  private leaving = false;
  private readonly bell = new Doorbell();
  private coordinator: BrokerConnection | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly cluster: ClusterConnection,
    private readonly options: GroupOptions,
    private readonly events: GroupEvents,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {}

  /** Begins to join. Keeps trying for as long as Kafka is away. */
  start(): void {
    this.running = this.run();
  }

  /** Has the group settled again: something it waited for has been given up. */
  rejoin(): void {
    this.mustJoin = true;
    this.bell.ring();
  }

  /** Rejects unless the group still has us, in its present generation. */
  async confirm(): Promise<void> {
    if (this.mustJoin) throw new Error('the group is changing');
    await this.heartbeat();
  }

  async leave(): Promise<void> {
    this.leaving = true;
    this.bell.ring();
    const { groupId } = this.options;
    const { coordinator, memberId } = this;
    await within(this.clock, LEAVE_WAIT_MS, this.running ?? Promise.resolve());
    if (memberId === '' || coordinator === undefined) return;
    await within(this.clock, LEAVE_WAIT_MS, coordinator.leaveGroup({ groupId, memberId }).catch(() => undefined));
  }

  /** Ends without a word, as a process that dies: the group learns of it when the session times out. */
  async vanish(): Promise<void> {
    this.leaving = true;
    this.bell.ring();
    await within(this.clock, LEAVE_WAIT_MS, this.running ?? Promise.resolve());
  }

  private async run(): Promise<void> {
    const reconnecting = new Reconnecting(this.cluster, this.clock, this.report, 'group');
    while (!this.leaving) {
      try {
        if (this.mustJoin) await this.join();
        else await this.heartbeat();
        reconnecting.well();
        if (!this.mustJoin) await this.pause();
      } catch (error) {
        if (this.leaving) return;
        await this.recover(error, reconnecting);
      }
    }
  }

  private async recover(error: unknown, reconnecting: Reconnecting): Promise<void> {
    const type = protocolErrorOf(error);
    this.mustJoin = true;
    if (type === 'REBALANCE_IN_PROGRESS') return;
    if (type !== undefined && EXPULSIONS.has(type)) {
      this.report('warn', 'the group has continued without this member, rejoining', { groupId: this.options.groupId });
      this.memberId = '';
      this.events.expelled();
      return;
    }
    // The coordinator may have moved, or be away; our place in the group may still be there.
    this.coordinator = undefined;
    await reconnecting.afterFailure(error);
  }

  private async join(): Promise<void> {
    this.mustJoin = false;
    const { groupId, topics, sessionTimeoutMs } = this.options;
    await this.cluster.addMultipleTargetTopics(topics);
    this.coordinator ??= await this.cluster.findGroupCoordinator({ groupId });
    const joined = await this.coordinator.joinGroup({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      memberId: this.memberId,
      groupProtocols: [{ name: PROTOCOL, metadata: encodeMember(topics, this.events.owned()) }],
    });
    this.memberId = joined.memberId;
    this.generation = joined.generationId;
    const leading = joined.leaderId === joined.memberId;
    const { memberAssignment } = await this.coordinator.syncGroup({
      groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupAssignment: leading ? this.sharesOf(joined.members) : [],
    });
    if (!this.leaving) this.events.assigned(decodeShare(topics, memberAssignment));
  }

  private sharesOf(members: readonly { memberId: string; memberMetadata: Buffer }[]): { memberId: string; memberAssignment: Buffer }[] {
    const states = members.map(({ memberId, memberMetadata }) => decodeMember(memberId, memberMetadata));
    return [...assign(this.options.partitions, states)].map(([memberId, share]) => ({
      memberId,
      memberAssignment: encodeShare(this.options.topics, share),
    }));
  }

  private async heartbeat(): Promise<void> {
    this.coordinator ??= await this.cluster.findGroupCoordinator({ groupId: this.options.groupId });
    await this.coordinator.heartbeat({ groupId: this.options.groupId, groupGenerationId: this.generation, memberId: this.memberId });
  }

  private async pause(): Promise<void> {
    const waitMs = Math.min(HEARTBEAT_INTERVAL_MAX_MS, this.options.sessionTimeoutMs / HEARTBEATS_PER_SESSION);
    const cancel = this.clock.after(waitMs, () => this.bell.ring());
    await this.bell.wait();
    cancel();
  }
}
