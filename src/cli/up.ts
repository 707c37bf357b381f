import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { watchDiskSpace } from '../adapters/disk-space.js';
import { connectionWatch, type Handler, reply, serveHttp } from '../adapters/http/index.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import { loadConfig } from '../config/index.js';
import { ensembleIdentity } from '../contract/index.js';
import { printable } from '../ecg/index.js';
import { startLocal } from '../engine/index.js';
import { openTargets, startMonitor } from '../monitor/index.js';
import { sleep } from '../ports/index.js';
import { PROFILE_FILE, readProfile } from '../simulate/index.js';
import { mostOfAddress, openAccess, pageOf } from './access.js';
import { bundledModels, engineSettings, loadCatalogue, openToSimulated, type OpenModels } from './compose.js';
import { lineOf } from './failure.js';
import { languageModelOf } from './explain/rephrase.js';
import { auditOf, loggerOf } from './logger.js';
import { comparingOf } from './neighbours.js';
import { bedsHere, duration, portNumber, positive, whole } from './options.js';
import { alertLine, alertText, segmentLine, summarise, summaryText, unreadChunks } from './report.js';
import { stopSignal } from './stop.js';
import { recordedBeds, simulatedBeds, startWard } from './ward.js';

/** At the end, what has been sent is still scored, for this long. */
const SETTLE_MAX_MS = 5000;
/** From here on it takes seconds before anything is seen. */
const MANY_BEDS = 100;

interface UpOptions {
  readonly beds: number;
  readonly speed: number;
  readonly duration?: number;
  readonly port?: number;
  readonly data?: string[];
  readonly seed: number;
  readonly profile?: string;
  readonly json?: boolean;
  readonly config?: string;
}

export function upCommand(): Command {
  return new Command('up')
    .description('a ward of simulated beds, the engine, the bundled encoder, alerts here and on a page: no Kafka, no GPU')
    .option('--beds <n>', 'simulated beds, 1 to 1000', bedsHere, 12)
    .option('--speed <x>', 'stream time passes x times faster', positive, 1)
    .option('--duration <time>', 'of wall time, from the first sample on: 30s, 5m (default: until Ctrl-C)', duration)
    .option('--port <port>', 'of the page, /health, /ready and /metrics (default: 8080)', portNumber)
    .option('--data <record...>', 'recordings in place of simulated beds; with --json it ends with the last of them')
    .option('--seed <n>', 'the same seed makes the same patients', whole, 1)
    .option('--profile <file>', 'distributions that patients are drawn from')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  purkinje up --beds 4 --duration 90s')
    .action(run);
}

async function run(options: UpOptions): Promise<void> {
  const { config } = loadConfig({ file: options.config, env: process.env, flags: { 'http.port': options.port } });
  const clock = systemClock();
  const meter = prometheusMeter();
  const simulated = options.data === undefined;
  if (simulated && options.beds > MANY_BEDS) process.stderr.write(`drawing ${options.beds} simulated patients; what this machine cannot carry is shed, and counted at the end\n`);
  const beds = simulated ? simulatedBeds(options.beds, options.seed, await readProfile(options.profile ?? PROFILE_FILE), clock.nowMs()) : await recordedBeds(options.data);
  const catalogue = await loadCatalogue();
  const stopped = stopSignal();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {});
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const report = (line: string) => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);

  // The port first: if it is taken, nothing else has been started.
  let encoders: OpenModels | undefined;
  let ready = false;
  const routes: Record<string, Handler> = {
    '/health': (_request, response) => reply(response, 200, 'application/json', JSON.stringify({ status: 'ok' })),
    '/ready': (_request, response) => reply(response, ready ? 200 : 503, 'application/json', JSON.stringify({ ready, encoder: encoders?.status() ?? 'away' })),
    '/metrics': async (_request, response) => reply(response, 200, meter.contentType, await meter.text()),
  };
  const access = await openAccess({ ...config.monitor, host: config.http.host }, clock, (error) => report(`certificates or keys cannot be taken up: ${lineOf(error)}; what was read last holds`));
  const server = await serveHttp({ ...config.http, routes, tls: access.tls, limits: { connectionsOfAddress: mostOfAddress(config.monitor.connectionsPerAddress, 1000, config.monitor) }, watch: connectionWatch(meter, 'http') });
  const bundled = (encoders = await bundledModels(config, clock, meter));
  let alerts = 0;
  const local = await startLocal({
    models: encoders.models,
    catalogue,
    clock,
    meter,
    settings: openToSimulated(engineSettings(config)),
    report: (level, message, { reason = '' }) => void ((level === 'error' || level === 'warn') && report(`the log: ${message}${reason === '' ? '' : `: ${printable(String(reason))}`}`)),
    onStopped: fail,
    onIsolated: (stage, _partition, offset) => report(`isolated in ${stage}: the engine fails on record ${offset}, and would again; everything else continues`),
    onOutcome: (outcome) => {
      if (options.json) print(segmentLine(outcome));
    },
    onAlert: (event) => {
      if (event.snapshot.channel === 'shadow') return;
      if (event.state === 'raised') alerts++;
      print(options.json ? alertLine(event) : alertText(event));
    },
  });
  const space = watchDiskSpace(local.folder, clock);
  const monitor = await startMonitor({
    ...{ log: local.log, clock, meter, policy: local.engine.policy, modelHash: ensembleIdentity(encoders.models.map(({ contract }) => contract)).modelHash, catalogue, onStopped: fail },
    assemble: engineSettings(config).assemble,
    perReaderDay: config.monitor.perReaderDay,
    language: languageModelOf(config, (reason) => report(`the language model gave no text, the draft stands: ${printable(reason)}`)),
    comparing: await comparingOf(bundled.models, () => Promise.resolve(bundled), (reason) => report(`segments cannot be compared with labelled recordings: ${reason}`)),
    targets: await openTargets(config.monitor.targets, { clock, catalogue }),
    chance: Math.random,
    door: access.door,
    sessions: access.sessions,
    audit: auditOf(loggerOf(config, 'up'), 'debug'),
    grpc: { host: config.http.host, port: 0, tls: access.tls },
    lookouts: [() => (space.lowBytes === undefined ? [] : [{ alarm: 'disk-full', about: `the disk under the log has ${Math.floor(space.lowBytes / 2 ** 20)} MiB left: alerts will be lost when it is full` }])],
  });
  Object.assign(routes, monitor.routes);
  ready = true;

  report('Purkinje: advisory, for research. Not a medical device.');
  report(`${beds.length} ${simulated ? 'simulated beds' : 'recordings'}; alerts over gRPC on port ${monitor.grpcPort}, with the token of the page`);
  report(`page ${pageOf(access, config.http.host, server.port)}`);
  for (const bed of beds) report(printable(`  ${bed.name.padEnd(8)} ${bed.about}`));
  const ward = await startWard(beds, local.log, clock, options.speed, simulated);
  const over = options.duration === undefined ? new Promise<void>(() => {}) : sleep(clock, options.duration);
  // A page that ends with its last sample cannot be read.
  const ended = options.json === true && !simulated ? ward.ended : new Promise<void>(() => {});
  if (!simulated && options.json !== true) void ward.ended.then(() => report(`every recording is over; the page stays until ${options.duration === undefined ? 'Ctrl-C' : 'the time given is over'}`));
  await Promise.race([stopped, over, failed, ended]);
  ward.stop();
  const hasSettled = await Promise.race([local.settled().then(() => true), sleep(clock, SETTLE_MAX_MS).then(() => false)]);
  const summary = await summarise(meter, { beds: beds.length, alerts, hasSettled, unread: await unreadChunks(local.log) });
  access.tls?.close();
  space.close();
  await server.close();
  await monitor.close();
  await local.close();
  await encoders.close();
  print(options.json ? JSON.stringify(summary) : summaryText(summary));
  process.exit(0);
}
