import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { type GrpcListener, HEALTH_LIMITS, type HttpServer, PortError, reply, type Routes, serveGrpc, serveHttp } from '../adapters/http/index.js';
import { GRPCInferenceServiceService } from '../wire/gen/inference/grpc_predict_v2.js';
import { type EncoderMetrics, encoderMetrics } from './metrics.js';
import { openModel } from './model.js';
import { CONCURRENT_CALLS_MAX, DRAIN_MS_MAX, EncoderStartError, MESSAGE_BYTES_MAX, QUEUED_SEGMENTS_MAX, checkOptions, type EncoderServerOptions } from './options.js';
import { requestQueue, type RequestQueue } from './queue.js';
import { inferenceService } from './service.js';
import { Statistics } from './statistics.js';

export interface EncoderServer {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string };
  /** Reports NOT_SERVING to health checks, ends the calls under way, closes. Within DRAIN_MS_MAX and a little. */
  drain(): Promise<void>;
  /** Settles when an inference thread is lost: the process must end and be started again. */
  readonly lost: Promise<Error>;
}

/** The version that ServerMetadata reports. */
const SERVER_VERSION = '0.1.0';
/** MiB that one connection may hold in memory: some messages of the largest size. */
const SESSION_MAX_MB = 512;
const HEALTH_NAMES = ['', 'inference.GRPCInferenceService'];

function listenError(error: unknown, host: string, port: number): EncoderStartError {
  const code = error instanceof PortError ? error.code : String(error);
  return code === 'EADDRINUSE'
    ? new EncoderStartError('port-taken', `port ${port} on ${host} is taken`, 'stop what listens there, or choose another port')
    : new EncoderStartError('address-unavailable', `cannot listen on ${host}:${port}: ${code}`, 'check the host and the right to listen there');
}

/** Of engines; each has a handful. */
const LIMITS = { connections: 256, connectionsOfAddress: 64, streams: CONCURRENT_CALLS_MAX, requestMs: 10_000 };

/** `/metrics`, `/health` (the process runs) and `/ready` (it takes requests). */
function healthRoutes({ registry }: EncoderMetrics, isReady: () => boolean): Routes {
  return {
    '/metrics': async (_request, response) => reply(response, 200, registry.contentType, await registry.metrics()),
    '/health': (_request, response) => reply(response, 200, 'application/json', '{"status":"ok"}\n'),
    '/ready': (_request, response) => reply(response, isReady() ? 200 : 503, 'application/json', `{"ready":${isReady()}}\n`),
  };
}

/** Serves one model over gRPC. Rejects with EncoderStartError where it cannot. */
export async function startEncoderServer(options: EncoderServerOptions): Promise<EncoderServer> {
  checkOptions(options);
  const { host, clock, log } = options;
  let tellLost = (_error: Error): void => {};
  const lost = new Promise<Error>((resolve) => (tellLost = resolve));
  const { loaded, pool, outputs } = await openModel(options, (error) => tellLost(error));
  const { contract, sha256 } = loaded;

  let draining = false;
  const statistics = new Statistics();
  let queue: RequestQueue | undefined;
  const metrics = encoderMetrics(() => queue?.depth ?? 0);
  const { maxBatch, preferred, longestWaitMs } = options;
  const batching = { preferred, maxBatch, longestWaitMs, maxInFlight: pool.size, maxQueued: QUEUED_SEGMENTS_MAX, order: 'oldest' } as const;
  queue = requestQueue(contract, pool, batching, { clock, statistics, metrics });

  const parts = { loaded, outputs, options, queue, statistics, metrics, log, version: SERVER_VERSION, draining: () => draining };
  const health = new HealthImplementation(Object.fromEntries(HEALTH_NAMES.map((name) => [name, 'SERVING'])));
  const offer = (server: Server): void => {
    server.addService(GRPCInferenceServiceService, { ...inferenceService(parts) });
    health.addToServer(server);
  };
  const sizes = { 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX, 'grpc.max_send_message_length': MESSAGE_BYTES_MAX, 'grpc-node.max_session_memory': SESSION_MAX_MB };

  let http: HttpServer | undefined;
  let grpc: GrpcListener | undefined;
  let listening = options.port;
  try {
    grpc = await serveGrpc(offer, { host, port: options.port, tls: options.tls, limits: LIMITS, clock, options: sizes, watch: metrics.connections('grpc') });
    if (options.metricsPort !== undefined) {
      listening = options.metricsPort;
      http = await serveHttp({ host, port: listening, routes: healthRoutes(metrics, () => !draining), limits: HEALTH_LIMITS, watch: metrics.connections('health') });
    }
  } catch (error) {
    grpc?.close();
    await pool.close();
    throw listenError(error, host, listening);
  }
  const { port, drain: drainCalls, close: closeGrpc } = grpc;

  function shutdown(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(DRAIN_MS_MAX, () => {
        log.warn({ waitedMs: DRAIN_MS_MAX }, 'calls under way were cut off');
        closeGrpc();
        resolve();
      });
      void drainCalls().then(() => {
        cancel();
        resolve();
      });
    });
  }

  let drained: Promise<void> | undefined;
  async function drain(): Promise<void> {
    draining = true;
    for (const name of HEALTH_NAMES) health.setStatus(name, 'NOT_SERVING');
    await shutdown();
    await pool.close();
    await http?.close();
  }

  return {
    host,
    port,
    metricsPort: http?.port,
    model: { name: contract.model.name, version: contract.model.version, sha256 },
    drain: () => (drained ??= drain()),
    lost,
  };
}
