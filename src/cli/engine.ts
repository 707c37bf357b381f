import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { connectionWatch, HEALTH_LIMITS, reply, serveHttp } from '../adapters/http/index.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import { loadConfig } from '../config/index.js';
import { FAILPOINTS, type Failpoint } from '../line/index.js';
import { startEngine } from '../engine/index.js';
import { connectedModels, engineSettings, loadCatalogue } from './compose.js';
import { lineOf, UsageError } from './failure.js';
import { kafkaLogOf } from './kafka.js';
import { loggerOf } from './logger.js';
import { portNumber } from './options.js';
import { stopSignal } from './stop.js';

interface EngineOptions {
  readonly config?: string;
  readonly brokers?: string;
  readonly encoder?: string;
  readonly port?: number;
  readonly step?: string;
}

/** A drain must end within this; the next owner reads again what was left. */
const DRAIN_MAX_MS = 9_000;

export function engineCommand(): Command {
  return new Command('engine')
    .description('read ecg.signal.v1 from Kafka, score and decide, write outcomes and alerts')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--encoder <list>', 'encoder servers, host:port[,host:port]; none for rules only')
    .option('--step <list>', 'score, decide or both (default: both)')
    .option('--port <port>', 'for /health, /ready and /metrics', portNumber)
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nExample:\n  purkinje engine --brokers kafka:9092 --encoder encoder:8001')
    .action(run);
}

async function run(options: EngineOptions): Promise<void> {
  const flags = {
    'kafka.brokers': options.brokers?.split(','),
    'encoder.endpoints': options.encoder === 'none' ? [] : options.encoder?.split(','),
    'engine.steps': options.step?.split(','),
    'http.port': options.port,
  };
  const { config } = loadConfig({ file: options.config, env: process.env, flags });
  const logger = loggerOf(config, 'engine');
  // From the first moment on: an engine that is asked to stop while it starts stops in order.
  const stopped = stopSignal();
  const clock = systemClock();
  const meter = prometheusMeter();
  const encoders = await connectedModels(config, clock, meter, (error) => logger.error({ reason: lineOf(error) }, 'certificates cannot be taken up: what was read last holds'));
  let onPartitionsChanged = (_topic: string): void => {};
  const log = await kafkaLogOf(config, clock, logger, (topic) => onPartitionsChanged(topic));
  const engine = await startEngine({
    log,
    models: encoders.models,
    catalogue: await loadCatalogue(),
    clock,
    meter,
    settings: engineSettings(config),
    onLost: (step, partition, error) => logger.warn({ step, partition, error: error instanceof Error ? error.name : 'unknown' }, 'partition lost'),
    onIsolated: (stage, partition, offset, error) => logger.error({ stage, partition, offset, error: error instanceof Error ? error.name : 'unknown', at: placeOf(error) }, 'isolated: it would fail again; see ecg.rejects.v1'),
    onStopped: (error) => {
      logger.fatal({ reason: lineOf(error) }, 'cannot continue correctly from here: ending');
      process.exit(1);
    },
    failpoint: signalAt(process.env.PURKINJE_FAILPOINT),
  });
  onPartitionsChanged = (topic) => engine.partitionsChanged(topic);
  const server = await serveHttp({
    ...config.http,
    limits: HEALTH_LIMITS,
    watch: connectionWatch(meter, 'health'),
    routes: {
      '/health': (_request, response) => reply(response, 200, 'application/json', JSON.stringify({ status: 'ok' })),
      '/ready': (_request, response) => {
        const partitions = engine.partitions();
        const ready = config.engine.steps.every((step) => partitions[step].length > 0);
        const body = { ready, partitions, encoder: encoders.status() };
        reply(response, ready ? 200 : 503, 'application/json', JSON.stringify(body));
      },
      '/metrics': async (_request, response) => reply(response, 200, meter.contentType, await meter.text()),
    },
  });
  logger.info({ port: server.port, policyHash: engine.policy.hash, models: encoders.models.map(({ contract }) => contract.model.name) }, 'engine runs');
  process.stdout.write(`${JSON.stringify({ type: 'ready', port: server.port })}\n`);
  logger.info({ signal: await stopped }, 'draining');
  setTimeout(() => process.exit(1), DRAIN_MAX_MS).unref();
  await engine.drain();
  await log.close();
  await encoders.close();
  await server.close();
  logger.info({}, 'stopped');
  // A connection that kafkajs still tries to make after a broker died must not keep us.
  process.exit(0);
}

/** Where in the code it was thrown: names no record. */
function placeOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack?.split('\n')[1]?.trim() : undefined;
}

/** For the faults suite: a signal to ourselves, SIGKILL unless stated, when the line comes to the named point: `point[#nth][=signal]`. */
function signalAt(setting: string | undefined): ((point: Failpoint) => void) | undefined {
  if (setting === undefined) return undefined;
  const [place, signal = 'SIGKILL'] = setting.split('=');
  const [point, nth = '1'] = place.split('#');
  if (!FAILPOINTS.includes(point as Failpoint)) throw new UsageError(`PURKINJE_FAILPOINT: unknown point '${point}'; known: ${FAILPOINTS.join(', ')}`);
  let left = Number(nth);
  return (reached) => {
    if (reached === point && --left === 0) process.kill(process.pid, signal);
  };
}
