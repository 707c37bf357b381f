import * as grpc from '@grpc/grpc-js';
import { closeSoon, connectionWatch, serveGrpc, type Tls } from '../adapters/http/index.js';
import { clientCertificate, type Door as AccessDoor, isExpired, may, mayAnywhere, type Principal } from '../deliver/index.js';
import type { SiteMap } from '../ingest/index.js';
import { type Clock, type Meter, type NewRecord, RefusedError, TOPICS } from '../ports/index.js';
import { decodeChunk } from '../wire/index.js';
import { type IngestResponse, IngestServiceService } from '../wire/gen/ecg/v1/ingest.js';
import { SignalChunk } from '../wire/gen/ecg/v1/signal.js';
import type { Report } from './hl7.js';

/** A log that says where it has written. */
export interface PlacingLog {
  write(records: readonly NewRecord[]): Promise<readonly { readonly partition: number; readonly offset: number }[]>;
}

export interface IngestOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls?: Tls;
  /** Open connections of one address; a proxy before us is one. */
  readonly connectionsOfAddress: number;
  /** Who may ingest, and in which units. */
  readonly access: AccessDoor;
  readonly log: PlacingLog;
  readonly map: SiteMap;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly report: Report;
}

/** Chunks of one call that are under way without an answer; beyond it nothing more is read, and the sender stalls. */
export const CREDIT_CHUNKS = 64;
/** Of all calls. */
export const HELD_MAX_BYTES = 64 * 2 ** 20;
/** A record larger than this no broker takes. */
const CHUNK_MAX_BYTES = 2 ** 20;
/** A bridge may send a whole ward over one connection, a stream a bed. */
const LIMITS = { connections: 4000, streams: 4096, firstCallMs: 15_000 };
/** MiB that one connection may hold in memory: what all calls may hold, and their frames. */
const SESSION_MAX_MB = 128;
const CLOSE_MAX_MS = 8_000;
const RESULTS = ['written', 'refused', 'failed'] as const;

type Call = grpc.ServerDuplexStream<Buffer, IngestResponse>;
type Result = NonNullable<IngestResponse['result']>;
type Counts = (result: (typeof RESULTS)[number]) => void;

/** What all calls share. */
interface Shared extends IngestOptions {
  readonly held: { bytes: number };
  readonly streams: Set<IngestStream>;
  readonly unitOf: (device: string) => string | undefined;
  readonly count: Counts;
}

/** Chunks over gRPC into the signal topic, each answered with its place once the log has it. Rejects where the address cannot be used. */
export async function startIngestDoor(options: IngestOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port, tls, connectionsOfAddress, meter, clock } = options;
  const chunks = meter.counter('purkinje_gateway_chunks_total', 'Chunks over gRPC by what became of them', ['result']);
  const open = meter.gauge('purkinje_gateway_streams', 'Open streams of chunks over gRPC');
  for (const result of RESULTS) chunks.add(0, { result });
  open.set(0);
  const units = new Map(Object.entries(options.map.beds).flatMap(([bed, devices]) => devices.map((device) => [device, bed.split('/', 1)[0]] as const)));
  const shared: Shared = { ...options, held: { bytes: 0 }, streams: new Set(), unitOf: (device) => units.get(device), count: (result) => chunks.add(1, { result }) };
  // Bytes are appended as they came, what is unknown here included.
  const service = { ...IngestServiceService, ingest: { ...IngestServiceService.ingest, requestDeserialize: (bytes: Buffer) => bytes } };
  const ingest = (call: Call): void => {
    const stream = new IngestStream(call, shared);
    shared.streams.add(stream);
    open.set(shared.streams.size);
    call.once('close', () => {
      shared.streams.delete(stream);
      open.set(shared.streams.size);
    });
    void stream.open();
  };
  const offer = (server: grpc.Server): void => server.addService(service, { ingest });
  const sizes = { 'grpc.max_receive_message_length': CHUNK_MAX_BYTES, 'grpc-node.max_session_memory': SESSION_MAX_MB };
  const listener = await serveGrpc(offer, { host, port, tls, limits: { ...LIMITS, connectionsOfAddress }, clock, options: sizes, watch: connectionWatch(meter, 'grpc') });
  return {
    port: listener.port,
    async close() {
      const late = new Promise<void>((done) => void clock.after(CLOSE_MAX_MS, done));
      const ended = listener.drain();
      await Promise.race([Promise.all([...shared.streams].map((stream) => stream.drain())).then(() => ended), late]);
      listener.close();
    },
  };
}

/** One call: chunks are answered in their order; who is owed too many answers is not read. */
class IngestStream {
  private principal: Principal | undefined;
  private received = 0;
  private unanswered = 0;
  private isChoked = false;
  private isOver = false;
  private last: Promise<void> = Promise.resolve();
  private readonly reported = new Set<string>();

  constructor(
    private readonly call: Call,
    private readonly shared: Shared,
  ) {}

  async open(): Promise<void> {
    const { call, shared } = this;
    call.on('error', () => (this.isOver = true)).on('cancelled', () => (this.isOver = true));
    const admission = await shared.access.admit(credentialsOf(call));
    if (!admission.ok) return this.fail(grpc.status.UNAUTHENTICATED, `not signed in (${admission.why}): send a bearer token, or a client certificate that is listed`);
    if (!mayAnywhere(admission.principal, 'ingest')) return this.fail(grpc.status.PERMISSION_DENIED, 'not allowed: this takes a scope such as ingest:UNIT');
    this.principal = admission.principal;
    call.on('drain', () => {
      this.isChoked = false;
      this.read();
    });
    call.on('end', () => void this.last.then(() => call.end()));
    this.answer(0, undefined);
    call.on('data', (bytes: Buffer) => this.take(bytes));
  }

  /** Nothing more is read; resolves when what was read is answered, and the call ends for the sender to go elsewhere. */
  async drain(): Promise<void> {
    this.call.pause();
    await this.last;
    this.fail(grpc.status.UNAVAILABLE, 'this gateway ends: send what has not been answered again');
  }

  read(): void {
    if (!this.isOver && !this.isChoked && this.unanswered < CREDIT_CHUNKS && this.shared.held.bytes < HELD_MAX_BYTES) this.call.resume();
  }

  private take(bytes: Buffer): void {
    const { held, streams, clock, count, report } = this.shared;
    if (this.isOver) return;
    if (isExpired(this.principal!, clock.nowMs())) return this.fail(grpc.status.UNAUTHENTICATED, 'your credentials have run out: come back with new ones');
    const chunk = this.received++;
    this.unanswered++;
    held.bytes += bytes.length;
    if (this.unanswered >= CREDIT_CHUNKS || held.bytes >= HELD_MAX_BYTES) this.call.pause();
    const result = this.written(bytes);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.last = this.last.then(async () => {
      await settled;
      this.unanswered--;
      held.bytes -= bytes.length;
      for (const stream of streams) stream.read();
      try {
        const found = await result;
        count(found.$case);
        if (found.$case === 'refused') this.reportRefused(found.value.reason);
        this.answer(chunk, found);
      } catch (error) {
        count('failed');
        report('error', { error: error instanceof Error ? error.name : 'unknown' }, 'a chunk could not be kept: it may be sent again');
        this.fail(grpc.status.UNAVAILABLE, 'not kept: send what has not been answered again');
      }
    });
  }

  private async written(bytes: Buffer): Promise<Result> {
    const device = deviceIn(bytes);
    const decoded = decodeChunk(bytes, device);
    if (!decoded.ok) return refused(decoded.reject.reason);
    if (!may(this.principal!, 'ingest', this.shared.unitOf(decoded.chunk.device))) return refused('not-allowed');
    try {
      const [place] = await this.shared.log.write([{ topic: TOPICS.signal, key: device, value: bytes }]);
      return { $case: 'written', value: place };
    } catch (error) {
      if (error instanceof RefusedError) return refused('log-refuses');
      throw error;
    }
  }

  /** Once a call: who sends a chunk that is refused sends many. */
  private reportRefused(reason: string): void {
    if (this.reported.has(reason)) return;
    this.reported.add(reason);
    this.shared.report('warn', { reason }, 'a chunk is refused; others of its call for the same reason are not reported');
  }

  private answer(chunk: number, result: Result | undefined): void {
    if (this.isOver) return;
    this.isChoked = !this.call.write({ chunk, result, credit: CREDIT_CHUNKS });
    if (this.isChoked) this.call.pause();
  }

  private fail(code: grpc.status, details: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.call.emit('error', { code, details });
    closeSoon(this.call, this.shared.clock);
  }
}

const refused = (reason: string): Result => ({ $case: 'refused', value: { reason } });

function deviceIn(bytes: Buffer): string | undefined {
  try {
    return SignalChunk.decode(bytes).device;
  } catch {
    return undefined;
  }
}

function credentialsOf(call: Call) {
  const [authorization] = call.metadata.get('authorization');
  return { authorization: authorization?.toString(), certificate: clientCertificate(call.getAuthContext().sslPeerCertificate) };
}
