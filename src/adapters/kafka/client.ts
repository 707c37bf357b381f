import { type Report } from '../../log/index.js';
import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import type { Kafka, KafkaConfig, LogEntry } from 'kafkajs';
import type { Clock } from '../../ports/index.js';
import { createSocket } from './socket.js';

/*
 * The window on kafkajs. Its producers and its admin client are used as they are published. Its consumer is not: it has
 * no fixed assignment, ties heartbeats to the work on a batch, does not say how far a read-committed reader has come
 * past aborted records and transaction markers, and can hand over an aborted record where aborted transactions of
 * several producers overlap. So reading and group membership are done here, over kafkajs' connections and requests:
 * the interfaces below are the whole of what is used of its inside. The version is pinned in package.json.
 */

/** One request with its response's decoder. */
interface ProtocolExchange {
  readonly request: unknown;
  readonly response: { decode(payload: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> };
}

export interface BrokerConnection {
  readonly nodeId: number;
  readonly connectionPool: {
    send(exchange: ProtocolExchange & { logResponseError?: boolean }): Promise<unknown>;
  };
  disconnect(): Promise<void>;
  listOffsets(request: {
    replicaId: number;
    isolationLevel: number;
    topics: readonly { topic: string; partitions: readonly { partition: number; timestamp: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; errorCode: number; offset: string }[] }[] }>;
  joinGroup(request: {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    memberId: string;
    groupProtocols: readonly { name: string; metadata: Buffer }[];
  }): Promise<{ generationId: number; leaderId: string; memberId: string; members: { memberId: string; memberMetadata: Buffer }[] }>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: readonly { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

export interface ClusterConnection {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findBroker(request: { nodeId: number | string }): Promise<BrokerConnection>;
  findGroupCoordinator(request: { groupId: string }): Promise<BrokerConnection>;
  findGroupCoordinatorMetadata(request: { groupId: string; coordinatorType: number }): Promise<unknown>;
  findTopicPartitionMetadata(topic: string): readonly { partitionId: number; leader: number }[];
}

/** How old the picture of topics and leaders may become, in ms. */
const METADATA_MAX_AGE_MS = 300_000;
const READ_COMMITTED = 1;

type CreateCluster = (options: { metadataMaxAge: number; allowAutoTopicCreation: boolean; isolationLevel: number }) => ClusterConnection;

/** A Kafka of kafkajs, with what makes its connections, those of its producers too. */
function connectionsOf(kafka: Kafka): readonly [owner: Record<symbol, CreateCluster>, name: symbol] {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster');
  if (name === undefined) throw new TypeError('this version of kafkajs is not the one this adapter is made for (2.2.4)');
  return [kafka as unknown as Record<symbol, CreateCluster>, name];
}

/** A set of connections of its own: requests that wait on the broker (fetch, join) must not stand in each other's way. */
export function createCluster(kafka: Kafka): ClusterConnection {
  const [owner, name] = connectionsOf(kafka);
  return owner[name]({ metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED });
}

/** How long an answer to who coordinates a group or a transaction is used, in ms. One that has moved refuses, and is asked for again after that. */
const COORDINATOR_MAX_AGE_MS = 5_000;

/** kafkajs asks who coordinates four times in a transaction, which has five other requests. */
function rememberCoordinators(kafka: Kafka, clock: Clock): Kafka {
  const [owner, name] = connectionsOf(kafka);
  const create = owner[name];
  owner[name] = (options) => {
    const cluster = create(options);
    const find = cluster.findGroupCoordinatorMetadata.bind(cluster);
    const known = new Map<string, { readonly found: Promise<unknown>; readonly untilMs: number }>();
    cluster.findGroupCoordinatorMetadata = (request) => {
      const coordinated = `${request.coordinatorType}/${request.groupId}`;
      const before = known.get(coordinated);
      if (before !== undefined && clock.monotonicMs() < before.untilMs) return before.found;
      const found = find(request);
      known.set(coordinated, { found, untilMs: clock.monotonicMs() + COORDINATOR_MAX_AGE_MS });
      found.catch(() => known.get(coordinated)?.found === found && known.delete(coordinated));
      return found;
    };
    // What kafkajs does first when the coordinator cannot be reached.
    const refresh = cluster.refreshMetadata.bind(cluster);
    cluster.refreshMetadata = () => {
      known.clear();
      return refresh();
    };
    return cluster;
  };
  return kafka;
}

interface FetchDefinition {
  protocol(options: { version: number }): (request: object) => ProtocolExchange;
}
const { requests } = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as { requests: { Fetch: FetchDefinition } };

/** Version of the Fetch request: any broker since Kafka 2.3 has it. */
const FETCH_VERSION = 11;

export function fetchExchange(request: object): ProtocolExchange {
  return requests.Fetch.protocol({ version: FETCH_VERSION })(request);
}

// A CommonJS package: Node detects only some of its names.
const { logLevel } = kafkajs;
export const { ConfigResourceTypes, Partitioners } = kafkajs;
export const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/** What kafkajs is given, besides the addresses and credentials. */
export type Connecting = Pick<KafkaConfig, 'brokers' | 'clientId' | 'ssl' | 'sasl'>;

/** Connecting to one address, in ms. */
const CONNECTION_TIMEOUT_MS = 3_000;
/** One request, in ms. */
const REQUEST_TIMEOUT_MS = 15_000;

/** Short first waits: after each transaction the broker is busy for some ms, and kafkajs' own 300 would be most of a commit. */
export const RETRY = { initialRetryTime: 5, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 12 } as const;

export function connectKafka(connecting: Connecting, report: Report, clock: Clock, retries: number = RETRY.retries): Kafka {
  const kafka = new kafkajs.Kafka({
    ...connecting,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    socketFactory: createSocket,
    retry: { ...RETRY, retries },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => reportEntry(entry, report),
  });
  return rememberCoordinators(kafka, clock);
}

/** Fields of kafkajs' log entries that are passed on: none of them can hold a record. */
const FIELDS = ['broker', 'topic', 'partition', 'groupId', 'transactionalId', 'error', 'retryCount'] as const;

/** kafkajs calls errors what it is about to try again, several to a transaction: all of it is for debugging. What matters is reported where it is given up. */
function reportEntry({ namespace, log }: LogEntry, report: Report): void {
  const fields: Record<string, unknown> = { from: namespace };
  for (const field of FIELDS) {
    const value: unknown = log[field];
    if (typeof value === 'string' || typeof value === 'number') fields[field] = value;
  }
  report('debug', log.message, fields);
}
