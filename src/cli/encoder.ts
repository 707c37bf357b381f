import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { type Secured, secured } from '../adapters/access/index.js';
import { systemClock } from '../adapters/clock.js';
import { type Config, loadConfig } from '../config/index.js';
import { EncoderStartError, PROVIDERS, startEncoderServer, type EncoderServer, type Provider } from '../encoder/index.js';
import type { Clock } from '../ports/index.js';
import { modelFolder } from './compose.js';
import { lineOf } from './failure.js';
import { portNumber } from './options.js';

interface Flags {
  readonly model?: string;
  readonly config?: string;
  readonly variant?: string;
  readonly host: string;
  readonly port: number;
  readonly metricsPort?: number;
  readonly provider: Provider;
  readonly threads: number;
  readonly workers: number;
  readonly maxBatch: number;
  readonly preferred?: readonly number[];
  readonly longestWaitMs: number;
  readonly logLevel: string;
}

const PREFERRED = [8, 16, 32];

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('not a number from 0 on.');
  return value;
}

const numbers = (text: string): readonly number[] => text.split(',').map(number);

/** Runs until SIGTERM or SIGINT. What it says on stdout is one line, when it serves: a parent reads the ports there. */
async function run(flags: Flags): Promise<void> {
  const log = pino({ level: flags.logLevel, base: { program: 'encoder' } }, pino.destination({ fd: 2, sync: true }));
  // It writes its own lines about what we report in one.
  setLogVerbosity(logVerbosity.NONE);
  const { config } = loadConfig({ file: flags.config, env: process.env, flags: { 'encoder.model': flags.model } });
  const clock = systemClock();
  const preferred = flags.preferred ?? PREFERRED.filter((size) => size <= flags.maxBatch);
  const tls = await tlsOf(config.encoder, clock, (error) => log.error({ reason: lineOf(error) }, 'certificates cannot be taken up: what was read last holds'));
  let server: EncoderServer;
  try {
    server = await startEncoderServer({ ...flags, tls, model: modelFolder(config.encoder.model), preferred, clock, log });
  } catch (error) {
    if (!(error instanceof EncoderStartError)) throw error;
    process.stderr.write(`encoder: ${error.message} (${error.hint})\n`);
    process.exit(1);
  }
  const { host, metricsPort, model } = server;
  const ready = { type: 'ready', host, port: server.port, ...(metricsPort === undefined ? {} : { metricsPort }), model: `${model.name}@${model.version}` };
  log.info({ ...ready, sha256: model.sha256, provider: flags.provider, workers: flags.workers, maxBatch: flags.maxBatch }, 'serving');
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  process.send?.(ready);

  const stop = (signal: string): void => {
    log.info({ signal }, 'draining');
    tls?.close();
    void server.drain().then(() => {
      log.info({}, 'stopped');
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A parent that spawned this over IPC and is gone leaves nobody to stop it.
  process.once('disconnect', () => stop('disconnect'));
  const lost = await server.lost;
  log.fatal({ reason: lost.message }, 'an inference thread is lost: ending, to be started again');
  process.exit(1);
}

function tlsOf({ tlsCert, tlsKey, tlsClientCa, tlsClientCrl }: Config['encoder'], clock: Clock, onBroken: (error: unknown) => void): Promise<Secured | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return Promise.resolve(undefined);
  return secured({ cert: tlsCert, key: tlsKey, clientCa: tlsClientCa, clientCrl: tlsClientCrl }, clock, onBroken);
}

/** `purkinje encoder`. */
export function encoderCommand(): Command {
  return new Command('encoder')
    .description('serve an ECG encoder over gRPC (Open Inference Protocol), batching across callers')
    .option('--model <folder>', 'folder with encoder.onnx and encoder.json (default: models/purkinje-s)')
    .option('--config <file>', 'configuration (YAML): encoder.model, encoder.tlsCert, tlsKey, tlsClientCa, tlsClientCrl')
    .option('--variant <name>', 'another file of the same model: int8 takes encoder.int8.onnx')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port of gRPC; 0 takes a free one', portNumber, 8001)
    .option('--metrics-port <port>', 'port of /metrics, /health and /ready; 0 takes a free one', portNumber)
    .addOption(new Option('--provider <name>', 'where inference runs').choices([...PROVIDERS]).default('cpu'))
    .option('--threads <n>', 'threads within one inference', number, 1)
    .option('--workers <n>', 'inferences at once, each with a session of its own', number, 1)
    .option('--max-batch <n>', 'largest batch, segments', number, 32)
    .option('--preferred <sizes>', `batch sizes that leave at once (default: ${PREFERRED.join(',')} up to max-batch)`, numbers)
    .option('--longest-wait-ms <ms>', 'longest wait for a batch to fill while a thread is idle', number, 0)
    .addOption(new Option('--log-level <level>').choices(['fatal', 'error', 'warn', 'info', 'debug']).default('info'))
    .addHelpText('after', '\nExample:\n  purkinje encoder --model models/purkinje-s --port 8001 --workers 2')
    .action(run);
}
