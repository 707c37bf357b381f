import * as grpc from '@grpc/grpc-js';
import { type Arrival, closeSoon, type ConnectionWatch, cutOff, type GrpcLimits, serveGrpc, type Tls } from '../adapters/http/index.js';
import { type Action, clientCertificate, CursorError, type Filter, matches, may, NO_FILTER, type Principal, senseless } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import { QuestionError } from '../explain/index.js';
import { sleep } from '../ports/index.js';
import { alertMessage } from '../wire/index.js';
import {
  type AcknowledgeRequest, type AcknowledgeResponse, type AlertFilter, AlertServiceService, type DismissRequest, type DismissResponse,
  type GetRequest, type GetResponse, type ListRequest, ListResponse, type SubscribeRequest, SubscribeResponse,
} from '../wire/gen/ecg/v1/delivery.js';
import { type AskRequest, type AskResponse, ExplainServiceService, type ReportRequest, type ReportResponse } from '../wire/gen/ecg/v1/explain.js';
import type { AlertReads } from './alert-reads.js';
import type { Call } from './audit.js';
import { type CommandService, CommandError } from './command-service.js';
import { AskedError, type Drafting } from './drafting.js';
import { explainHandlers } from './explain-service.js';
import { type Gate, RefusedError } from './gate.js';
import type { AlertHub } from './hub.js';
import { BusyError } from './lane.js';
import type { Lanes } from './lanes.js';
import { type Ending, Outlet, type OutletDeps } from './outlet.js';

/** Requests are small: a filter, an id, a reason. */
const REQUEST_MAX_BYTES = 65_536;
/** Of one answer: gRPC's default at its clients. More comes by Subscribe, piece by piece. */
const LIST_MAX_BYTES = 4_194_304;
const LIMITS: GrpcLimits = { connections: 4000, connectionsOfAddress: 1000, streams: 128, firstCallMs: 15_000, idleMs: 60_000, requestMs: 10_000 };

export interface GrpcServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface GrpcDeps extends OutletDeps {
  readonly hub: AlertHub;
  readonly gate: Gate;
  readonly commands: CommandService;
  readonly reads: AlertReads;
  readonly drafting: Drafting;
  readonly lanes: Lanes;
  /** All there are; undefined: not known. */
  readonly findings?: ReadonlySet<string>;
  readonly watch?: ConnectionWatch;
}

export interface GrpcAddress {
  readonly host: string;
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls?: Tls;
  readonly connectionsOfAddress?: number;
}

/** AlertService: alerts as a stream, a list, one by one; acknowledge and dismiss. ExplainService: reports and answers. Who calls is known before a message is read. */
export async function serveAlerts(deps: GrpcDeps, { host, port, tls, connectionsOfAddress = LIMITS.connectionsOfAddress }: GrpcAddress): Promise<GrpcServer> {
  const offer = (server: grpc.Server) => {
    server.addService(shared(AlertServiceService), {
      subscribe: (call: grpc.ServerWritableStream<SubscribeRequest, Buffer>) => void subscribe(call, deps),
      list: answered<ListRequest, Buffer>(({ filter }, admitted) => list(deps, filter, admitted)),
      get: answered<GetRequest, GetResponse>(async ({ alertId }, { principal, call }) => ({ events: (await deps.reads.history(principal, alertId, call)).map(alertMessage) })),
      acknowledge: answered<AcknowledgeRequest, AcknowledgeResponse>(async ({ alertId }, { principal, call }) => {
        await deps.commands.acknowledge(principal, alertId, call);
        return {};
      }),
      dismiss: answered<DismissRequest, DismissResponse>(async ({ alertId, reason }, { principal, call }) => {
        await deps.commands.dismiss(principal, alertId, reason, call);
        return {};
      }),
    });
    const { report, ask } = explainHandlers(deps.drafting);
    server.addService(ExplainServiceService, {
      report: answered<ReportRequest, ReportResponse>((request, { principal, call }) => report(request, principal, call)),
      ask: answered<AskRequest, AskResponse>((request, { principal, call }) => ask(request, principal, call)),
    });
  };
  const limits = { ...LIMITS, connectionsOfAddress };
  const options = { 'grpc.max_receive_message_length': REQUEST_MAX_BYTES };
  const listener = await serveGrpc(offer, { host, port, tls, limits, clock: deps.clock, options, watch: deps.watch, admit: (arrival) => admit(deps.gate, arrival) });
  return { port: listener.port, close: () => Promise.resolve(listener.close()) };
}

interface Admitted {
  readonly principal: Principal;
  readonly call: Call;
}

/** Who makes each call, by its metadata. */
const admitted = new WeakMap<grpc.Metadata, Admitted>();
const ACTIONS: Readonly<Record<string, Action>> = { Acknowledge: 'acknowledge', Dismiss: 'dismiss' };

async function admit(gate: Gate, { path, metadata, peer, auth }: Arrival): Promise<Status | undefined> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const [authorization] = metadata.get('authorization');
  const [given] = metadata.get('x-request-id');
  const call = gate.call(`grpc ${name}`, peer.replace(/:\d+$/, ''), given?.toString());
  try {
    const principal = await gate.admit({ authorization: authorization?.toString(), certificate: clientCertificate(auth.sslPeerCertificate) }, ACTIONS[name] ?? 'read', call);
    admitted.set(metadata, { principal, call });
    return undefined;
  } catch (error) {
    return statusOf(error);
  }
}

/** An event goes to thousands of readers: it is made into bytes once, and here they pass as they are. A list is measured before it is sent. */
function shared(service: typeof AlertServiceService) {
  const responseSerialize = (bytes: Buffer) => bytes;
  return { ...service, subscribe: { ...service.subscribe, responseSerialize }, list: { ...service.list, responseSerialize } };
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
    const { principal, call: audited } = admitted.get(call.metadata)!;
    const filter = filterOf(call.request, deps.findings);
    deps.gate.allowed(principal, 'read', audited);
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
      // A status waits behind what was not taken.
      end: (why) => {
        if (why === 'slow' || why === 'unread') return cutOff(call);
        fail(ENDINGS[why]);
        closeSoon(call, deps.clock);
      },
    });
    if (isGone) outlet.close();
  } catch (error) {
    fail(error);
  }
}

function heartbeatOf({ clock, health }: GrpcDeps) {
  return { atMs: Math.round(clock.nowMs()), oldestUnprocessedMs: health.oldestUnprocessedMs, alarms: [...health.alarms] };
}

function list({ hub, gate, clock, lanes, findings }: GrpcDeps, asked: AlertFilter | undefined, { principal, call }: Admitted): Promise<Buffer> {
  const filter = filterOf(asked, findings);
  return lanes.views.run(principal.who, async () => {
    // What else has come has its turn first.
    await sleep(clock, 0);
    gate.allowed(principal, 'read', call);
    const alerts = [...hub.alerts()].filter((event) => matches(filter, event) && may(principal, 'read', event.snapshot.unit));
    const bytes = Buffer.from(ListResponse.encode({ alerts: alerts.map(alertMessage) }).finish());
    if (bytes.length > LIST_MAX_BYTES) throw new TooManyError(alerts.length);
    return bytes;
  });
}

class TooManyError extends Error {
  override readonly name = 'TooManyError';
  constructor(alerts: number) {
    super(`${alerts} alerts are more than one answer of ${LIST_MAX_BYTES / 2 ** 20} MiB holds: narrow the filter, or subscribe`);
  }
}

function answered<Request, Response>(answer: (request: Request, admitted: Admitted) => Response | Promise<Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => answer(call.request, admitted.get(call.metadata)!))
      .then((response) => callback(null, response), (error: unknown) => callback(statusOf(error)));
  };
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

const ENDINGS: Readonly<Record<Exclude<Ending, 'slow' | 'unread'>, Status>> = {
  expired: { code: grpc.status.UNAUTHENTICATED, details: 'your credentials have run out: come back with new ones and the cursor of the last event' },
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
  if (error instanceof TooManyError) return { code: grpc.status.RESOURCE_EXHAUSTED, details: error.message };
  if (error instanceof BusyError) return { code: BUSY_CODES[error.whose], details: error.message };
  if (error instanceof QuestionError) return { code: grpc.status.INVALID_ARGUMENT, details: `${error.message}: ${error.hint}` };
  if (error instanceof CursorError || error instanceof FilterError || error instanceof AskedError) return { code: grpc.status.INVALID_ARGUMENT, details: error.message };
  if (isStatus(error)) return error;
  return { code: grpc.status.INTERNAL, details: 'failed' };
}

function isStatus(error: unknown): error is Status {
  return typeof error === 'object' && error !== null && 'code' in error && 'details' in error;
}
