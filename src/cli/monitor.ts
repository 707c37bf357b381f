import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { connectionWatch, type Handler, HEALTH_LIMITS, reply, serveHttp } from '../adapters/http/index.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import { loadConfig } from '../config/index.js';
import { ensembleIdentity } from '../contract/index.js';
import { enginePolicy } from '../engine/index.js';
import { type HEALTH, openTargets, startMonitor } from '../monitor/index.js';
import { connectedModels, engineSettings, loadCatalogue, loadModels } from './compose.js';
import { mostOfAddress, openAccess, pageOf } from './access.js';
import { lineOf } from './failure.js';
import { kafkaLogOf } from './kafka.js';
import { languageModelOf } from './explain/rephrase.js';
import { auditOf, loggerOf } from './logger.js';
import { comparingOf } from './neighbours.js';
import { portNumber } from './options.js';
import { stopSignal } from './stop.js';

interface MonitorOptions {
  readonly config?: string;
  readonly brokers?: string;
  readonly host?: string;
  readonly port?: number;
  readonly grpcPort?: number;
  readonly healthPort?: number;
}

export function monitorCommand(): Command {
  return new Command('monitor')
    .description('alerts from Kafka to people: a page, server-sent events, gRPC')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'of the page and /alerts (default: 8081)', portNumber)
    .option('--grpc-port <port>', 'of AlertService (default: 8082)', portNumber)
    .option('--health-port <port>', 'of /health, /ready and /metrics (default: 8085)', portNumber)
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nExample:\n  purkinje monitor --brokers kafka:9092 --port 8081')
    .action(run);
}

async function run(options: MonitorOptions): Promise<void> {
  const flags = {
    'kafka.brokers': options.brokers?.split(','),
    'monitor.host': options.host,
    'monitor.port': options.port,
    'monitor.grpcPort': options.grpcPort,
    'monitor.healthPort': options.healthPort,
  };
  const { config } = loadConfig({ file: options.config, env: process.env, flags });
  const logger = loggerOf(config, 'monitor');
  const clock = systemClock();
  const meter = prometheusMeter();
  const { host, port, grpcPort, healthPort } = config.monitor;
  const connectionsOfAddress = mostOfAddress(config.monitor.connectionsPerAddress, 1000, config.monitor);
  const onBroken = (error: unknown) => logger.error({ reason: lineOf(error) }, 'certificates or keys cannot be taken up: what was read last holds');
  const access = await openAccess(config.monitor, clock, onBroken);
  let onPartitionsChanged = (_topic: string, _before: number, _now: number): void => {};
  const log = await kafkaLogOf(config, clock, logger, (topic, before, now) => onPartitionsChanged(topic, before, now));
  const stopped = stopSignal();
  const catalogue = await loadCatalogue();
  const models = await loadModels(config);
  const monitor = await startMonitor({
    log,
    clock,
    meter,
    policy: enginePolicy(models, catalogue, engineSettings(config).policy),
    modelHash: ensembleIdentity(models.map(({ contract }) => contract)).modelHash,
    catalogue,
    assemble: engineSettings(config).assemble,
    perReaderDay: config.monitor.perReaderDay,
    language: languageModelOf(config, (reason) => logger.warn({ reason }, 'the language model gave no text: the draft stands')),
    comparing: config.encoder.endpoints.length === 0 ? undefined : await comparingOf(models, (model) => connectedModels(config, clock, prometheusMeter(), onBroken, ({ folder }) => folder === model.folder), (reason) => logger.warn({ reason }, 'segments cannot be compared with labelled recordings now')),
    targets: await openTargets(config.monitor.targets, { clock, catalogue }),
    chance: Math.random,
    door: access.door,
    sessions: access.sessions,
    audit: auditOf(logger),
    grpc: { host, port: grpcPort, tls: access.tls, connectionsOfAddress },
    // A page that is stale must not look alive: started again, it says what it cannot read.
    onStopped: (error) => {
      logger.fatal({ reason: lineOf(error) }, 'the log cannot be read on: ending, to be started again');
      process.exit(1);
    },
  });
  onPartitionsChanged = (topic, before, now) => monitor.partitionsChanged(topic, before, now);
  const ok = JSON.stringify({ status: 'ok' });
  const server = await serveHttp({ host, port, tls: access.tls, routes: monitor.routes, limits: { connectionsOfAddress }, watch: connectionWatch(meter, 'http') });
  // A server of its own: whatever clients do to the others, it can be seen whether the monitor runs.
  const health = await serveHttp({
    host,
    port: healthPort,
    limits: HEALTH_LIMITS,
    watch: connectionWatch(meter, 'health'),
    routes: {
      '/health': (_request, response) => reply(response, 200, 'application/json', ok),
      // Everything that the topic held when it started has been folded in by now.
      '/ready': (_request, response) => reply(response, 200, 'application/json', JSON.stringify({ ready: true })),
      '/metrics': async (_request, response) => reply(response, 200, meter.contentType, await meter.text()),
    } satisfies Readonly<Record<keyof typeof HEALTH, Handler>>,
  });
  process.stdout.write(`${JSON.stringify({ type: 'ready', port: server.port, grpcPort: monitor.grpcPort, healthPort: health.port, token: access.token, page: pageOf(access, host, server.port) })}\n`);
  logger.info({ port: server.port, grpcPort: monitor.grpcPort, healthPort: health.port }, 'monitor runs');
  logger.info({ signal: await stopped }, 'stopping');
  access.tls?.close();
  await server.close();
  await monitor.close();
  await health.close();
  await log.close();
  process.exit(0);
}
