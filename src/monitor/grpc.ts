import * as grpc from '@grpc/grpc-js';
import { CursorError, type Filter, matches, may, NO_FILTER, type Principal, senseless } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import { sleep } from '../ports/index.js';
import { alertMessage } from '../wire/index.js';
import {
  type AcknowledgeRequest, type AcknowledgeResponse, type AlertFilter, AlertServiceService, type DismissRequest, type DismissResponse,
  type GetRequest, type GetResponse, type ListRequest, type ListResponse, type SubscribeRequest, SubscribeResponse,
} from '../wire/gen/ecg/v1/delivery.js';
import type { AlertReads } from './alert-reads.js';
import { type CommandService, CommandError } from './command-service.js';
import { type Gate, RefusedError } from './gate.js';
import type { AlertHub } from './hub.js';
import { BusyError } from './lane.js';
import type { Lanes } from './lanes.js';
import { type Ending, Outlet, type OutletDeps } from './outlet.js';

/** Requests are small: a filter, an id, a reason. */
const REQUEST_MAX_BYTES = 262_144;
const HEADERS_MAX_BYTES = 16_384;
/** A peer that has died without a word is found within the sum of these. */
const KEEPALIVE = { timeMs: 10_000, timeoutMs: 5000 };

export interface GrpcServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface GrpcDeps extends OutletDeps {
  readonly hub: AlertHub;
  readonly gate: Gate;
  readonly commands: CommandService;
  readonly reads: AlertReads;
  readonly lanes: Lanes;
  /** All there are; undefined: not known. */
  readonly findings?: ReadonlySet<string>;
}

export interface GrpcAddress {
  readonly host: string;
  readonly port: number;
  readonly credentials: grpc.ServerCredentials;
}

/** AlertService: alerts as a stream, a list, one by one; acknowledge and dismiss. */
export function serveAlerts(deps: GrpcDeps, { host, port, credentials }: GrpcAddress): Promise<GrpcServer> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': REQUEST_MAX_BYTES,
    'grpc.max_metadata_size': HEADERS_MAX_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE.timeMs,
    'grpc.keepalive_timeout_ms': KEEPALIVE.timeoutMs,
  });
  server.addService(shared(AlertServiceService), {
    subscribe: (call: grpc.ServerWritableStream<SubscribeRequest, Buffer>) => void subscribe(call, deps),
    list: answered<ListRequest, ListResponse>(deps, 'List', ({ filter }, principal) => list(deps, filter, principal)),
    get: answered<GetRequest, GetResponse>(deps, 'Get', async ({ alertId }, principal) => ({ events: (await deps.reads.history(principal, alertId, 'grpc Get')).map(alertMessage) })),
    acknowledge: answered<AcknowledgeRequest, AcknowledgeResponse>(deps, 'Acknowledge', async ({ alertId }, principal) => {
      await deps.commands.acknowledge(principal, alertId, 'grpc Acknowledge');
      return {};
    }),
    dismiss: answered<DismissRequest, DismissResponse>(deps, 'Dismiss', async ({ alertId, reason }, principal) => {
      await deps.commands.dismiss(principal, alertId, reason, 'grpc Dismiss');
      return {};
    }),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
      if (error !== null) return reject(new Error(`port ${port} on ${host} cannot be used: stop what listens there, or choose another`));
      resolve({
        port: bound,
        close: () => {
          server.forceShutdown();
          return Promise.resolve();
        },
      });
    });
  });
}

/** An event goes to thousands of readers: it is made into bytes once, and here they pass as they are. */
function shared(service: typeof AlertServiceService) {
  return { ...service, subscribe: { ...service.subscribe, responseSerialize: (bytes: Buffer) => bytes } };
}

const made = new WeakMap<AlertEvent, { readonly cursor: string; readonly bytes: Buffer }>();

function eventBytes(event: AlertEvent, cursor: string): Buffer {
  const known = made.get(event);
  if (known?.cursor === cursor) return known.bytes;
  const bytes = bytesOf({ $case: 'event', value: alertMessage(event) }, cursor);
  made.set(event, { cursor, bytes });
  return bytes;
}

function bytesOf(message: SubscribeResponse['message'], cursor = ''): Buffer {
  return Buffer.from(SubscribeResponse.encode({ message, cursor }).finish());
}

async function subscribe(call: grpc.ServerWritableStream<SubscribeRequest, Buffer>, deps: GrpcDeps): Promise<void> {
  // What has been written goes out first; then the status.
  const fail = (error: unknown) => void call.emit('error', statusOf(error));
  try {
    const principal = await deps.gate.admit(credentialsOf(call), 'read', 'grpc Subscribe');
    const filter = filterOf(call.request, deps.findings);
    deps.gate.allowed(principal, 'read', 'grpc Subscribe');
    const after = call.request.cursor === '' ? undefined : call.request.cursor;
    let isGone = false;
    let outlet: Outlet | undefined;
    const gone = () => {
      isGone = true;
      outlet?.close();
    };
    call.on('cancelled', gone);
    call.on('close', gone);
    call.on('error', gone);
    outlet = await Outlet.open(deps, principal, { filter, after }, {
      alert: eventBytes,
      gone: (alertId, cursor) => bytesOf({ $case: 'gone', value: { alertId } }, cursor),
      missed: (why) => bytesOf({ $case: 'missed', value: { why } }),
      snapshotEnd: (active, cursor) => bytesOf({ $case: 'snapshotEnd', value: { active } }, cursor),
      heartbeat: () => bytesOf({ $case: 'heartbeat', value: heartbeatOf(deps) }),
      write: (bytes, taken) => void call.write(bytes, (error: Error | null | undefined) => error ?? taken()),
      // A client that has stopped answers no ping, and one that takes nothing leaves its window shut.
      isConfirmed: false,
      end: (why) => fail(ENDINGS[why]),
    });
    if (isGone) outlet.close();
  } catch (error) {
    fail(error);
  }
}

function heartbeatOf({ clock, health }: GrpcDeps) {
  return { atMs: Math.round(clock.nowMs()), oldestUnprocessedMs: health.oldestUnprocessedMs, alarms: [...health.alarms] };
}

function list({ hub, gate, clock, lanes, findings }: GrpcDeps, asked: AlertFilter | undefined, principal: Principal): Promise<ListResponse> {
  const filter = filterOf(asked, findings);
  return lanes.views.run(principal.who, async () => {
    // What else has come has its turn first.
    await sleep(clock, 0);
    gate.allowed(principal, 'read', 'grpc List');
    const alerts = [...hub.alerts()].filter((event) => matches(filter, event) && may(principal, 'read', event.snapshot.unit));
    return { alerts: alerts.map(alertMessage) };
  });
}

function answered<Request, Response>(deps: GrpcDeps, name: string, answer: (request: Request, principal: Principal) => Response | Promise<Response>) {
  const action = name === 'Acknowledge' ? 'acknowledge' : name === 'Dismiss' ? 'dismiss' : 'read';
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    deps.gate
      .admit(credentialsOf(call), action, `grpc ${name}`)
      .then((principal) => answer(call.request, principal))
      .then((response) => callback(null, response), (error: unknown) => callback(statusOf(error)));
  };
}

function credentialsOf(call: { readonly metadata: grpc.Metadata; getAuthContext(): { readonly sslPeerCertificate?: { readonly subject?: { readonly CN?: string | string[] } } } }) {
  const [authorization] = call.metadata.get('authorization');
  const name = call.getAuthContext().sslPeerCertificate?.subject?.CN;
  return { authorization: authorization?.toString(), certificate: typeof name === 'string' ? name : undefined };
}

class FilterError extends Error {
  override readonly name = 'FilterError';
}

function filterOf(filter: AlertFilter | undefined, findings: ReadonlySet<string> | undefined): Filter {
  const wrong = filter && senseless(filter, findings);
  if (wrong !== undefined) throw new FilterError(wrong);
  return filter ?? NO_FILTER;
}

type Status = Pick<grpc.ServiceError, 'code' | 'details'>;

const ENDINGS: Readonly<Record<Ending, Status>> = {
  expired: { code: grpc.status.UNAUTHENTICATED, details: 'your credentials have run out: come back with new ones and the cursor of the last event' },
  slow: { code: grpc.status.RESOURCE_EXHAUSTED, details: 'nothing was read for 30 s: come back with the cursor of the last event' },
  lost: { code: grpc.status.UNAVAILABLE, details: 'the log could not be read: come back with the cursor of the last event' },
};

const BUSY_CODES = { own: grpc.status.RESOURCE_EXHAUSTED, all: grpc.status.UNAVAILABLE } as const;

const COMMAND_CODES: Readonly<Record<CommandError['kind'], grpc.status>> = {
  unknown: grpc.status.NOT_FOUND,
  over: grpc.status.FAILED_PRECONDITION,
  already: grpc.status.ALREADY_EXISTS,
  'bad-reason': grpc.status.INVALID_ARGUMENT,
  'log-refuses': grpc.status.UNAVAILABLE,
};

function statusOf(error: unknown): Status {
  if (error instanceof RefusedError) return { code: error.kind === 'denied' ? grpc.status.PERMISSION_DENIED : grpc.status.UNAUTHENTICATED, details: error.message };
  if (error instanceof CommandError) return { code: COMMAND_CODES[error.kind], details: error.message };
  if (error instanceof BusyError) return { code: BUSY_CODES[error.whose], details: error.message };
  if (error instanceof CursorError || error instanceof FilterError) return { code: grpc.status.INVALID_ARGUMENT, details: error.message };
  if (isStatus(error)) return error;
  return { code: grpc.status.INTERNAL, details: 'failed' };
}

function isStatus(error: unknown): error is Status {
  return typeof error === 'object' && error !== null && 'code' in error && 'details' in error;
}
