import { type Secured, secured } from '../../adapters/access/index.js';
import { systemClock } from '../../adapters/clock.js';
import { connectionWatch, HEALTH_LIMITS, reply, serveHttp } from '../../adapters/http/index.js';
import type { KafkaLog } from '../../adapters/kafka/index.js';
import { prometheusMeter } from '../../adapters/prometheus/index.js';
import { type Config, loadConfig } from '../../config/index.js';
import type { Door, DoorOptions } from '../../gateway/index.js';
import type { Clock } from '../../ports/index.js';
import { isLoopback } from '../access.js';
import { lineOf, UsageError } from '../failure.js';
import { kafkaLogOf } from '../kafka.js';
import { loggerOf } from '../logger.js';
import { stopSignal } from '../stop.js';

export interface GatewayFlags {
  readonly config?: string;
  readonly brokers?: string;
  readonly host?: string;
  readonly port?: number;
  readonly httpPort?: number;
  readonly map?: string;
}

/** `token`: made for this run, it must be shown to the person at the machine. */
type Started = Door & { readonly token?: string };
/** What the configuration lacks is said before anything is connected to. */
type Prepare = (config: Config) => (options: DoorOptions, log: KafkaLog) => Promise<Started>;

/** Runs one door until SIGTERM or SIGINT. Its one line on stdout says the ports. */
export async function runDoor(name: string, portKey: 'hl7Port' | 'adtPort' | 'grpcPort', flags: GatewayFlags, prepare: Prepare): Promise<void> {
  const { config } = loadConfig({
    file: flags.config,
    env: process.env,
    flags: { 'kafka.brokers': flags.brokers?.split(','), 'gateway.host': flags.host, [`gateway.${portKey}`]: flags.port, 'gateway.httpPort': flags.httpPort, 'gateway.map': flags.map },
  });
  const start = prepare(config);
  const { host, allow, httpPort } = config.gateway;
  const logger = loggerOf(config, `gateway-${name}`);
  const clock = systemClock();
  const meter = prometheusMeter();
  // Over gRPC each call shows who it is of.
  const tls = portKey === 'grpcPort' ? undefined : await tlsOf(config.gateway, clock, (error) => logger.error({ reason: lineOf(error) }, 'certificates or keys cannot be taken up: what was read last holds'));
  const stopped = stopSignal();
  const log = await kafkaLogOf(config, clock, logger, (topic, before, now) => logger.error({ topic, before, now }, 'partitions changed: see docs/operations.md'));
  const door = await start({ host, port: config.gateway[portKey], tls, allow, clock, meter, report: (level, fields, text) => logger[level](fields, text) }, log);
  const ok = JSON.stringify({ status: 'ok' });
  const http = await serveHttp({
    host,
    port: httpPort,
    limits: HEALTH_LIMITS,
    watch: connectionWatch(meter, 'health'),
    routes: {
      '/health': (_request, response) => reply(response, 200, 'application/json', ok),
      '/ready': (_request, response) => reply(response, 200, 'application/json', JSON.stringify({ ready: true })),
      '/metrics': async (_request, response) => reply(response, 200, meter.contentType, await meter.text()),
    },
  });
  process.stdout.write(`${JSON.stringify({ type: 'ready', port: door.port, httpPort: http.port, token: door.token })}\n`);
  logger.info({ port: door.port, httpPort: http.port }, 'gateway runs');
  logger.info({ signal: await stopped }, 'stopping');
  tls?.close();
  await door.close();
  await http.close();
  await log.close();
  process.exit(0);
}

/** Messages name patients: who may send, and who could listen in, is decided before the first comes. */
function tlsOf({ host, allow, tlsCert, tlsKey, tlsClientCa, tlsClientCrl }: Config['gateway'], clock: Clock, onBroken: (error: unknown) => void): Promise<Secured | undefined> {
  if (!isLoopback(host) && allow.length === 0 && tlsClientCa === undefined) {
    throw new UsageError(`anybody could send to ${host}: set gateway.allow to the addresses of the senders, or gateway.tlsClientCa, or listen on 127.0.0.1`);
  }
  return tlsCert === undefined || tlsKey === undefined ? Promise.resolve(undefined) : secured({ cert: tlsCert, key: tlsKey, clientCa: tlsClientCa, clientCrl: tlsClientCrl }, clock, onBroken);
}
