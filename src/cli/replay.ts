import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { kafkaLogOf } from './kafka.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import { loadConfig } from '../config/index.js';
import { type Chunk, chunkLength, printable } from '../ecg/index.js';
import { startLocal } from '../engine/index.js';
import { type Clock, type Log, sleep, TOPICS } from '../ports/index.js';
import { chunksOf, readRecord, RecordError } from '../records/index.js';
import { encodeChunk } from '../wire/index.js';
import { bundledModels, engineSettings, loadCatalogue } from './compose.js';
import { lineOf } from './failure.js';
import { chunkLengthMs, positive, speed } from './options.js';
import { type Recording, recordingsOf } from './recordings.js';
import { patient } from './patient.js';
import { alertLine, alertText, segmentLine, summarise, summaryText, type Summary, unreadChunks } from './report.js';
import { stopSignal } from './stop.js';
import { Transcript } from './transcript.js';

interface ReplayOptions {
  readonly chunkMs: number;
  readonly speed?: number;
  readonly direct?: boolean;
  readonly gain?: number;
  readonly demo?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly brokers?: string;
}

/** Chunks appended at once when nothing is paced. */
const APPEND_CHUNKS = 64;
/** After a request to stop, what has been sent is still scored, for this long. */
const SETTLE_MAX_MS = 5_000;
/** With --direct at full speed: appended and not yet scored, at most; the log need not hold whole databases. */
const AHEAD_CHUNKS_MAX = 4096;
/** Of one call to the encoder, ms: long, because nothing here is in real time. */
const PATIENCE_MS = 300_000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('publish WFDB recordings as a monitor would: to Kafka, or straight through the engine')
    .argument('<record...>', 'a record (path without extension) or a folder of records')
    .option('--chunk-ms <ms>', 'length of a chunk, at most a minute', chunkLengthMs, 500)
    .option('--speed <x>', 'times real time, or max (default: 1, or max with --direct)', speed)
    .option('--direct', 'through an engine in this process, with the bundled encoder, instead of to Kafka')
    .option('--gain <adu-per-mv>', 'overrides the gain of the headers', positive)
    .option('--demo', 'nobody\'s ECG: every alert says SIMULATED (records of purkinje simulate say so themselves)')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  purkinje replay --direct --json recordings/100')
    .action(async (paths: string[], options: ReplayOptions) => {
      const recordings = await recordingsOf(paths);
      await (options.direct ? replayDirect(recordings, options) : replayToKafka(recordings, options));
    });
}

/** What happened to the recordings on the way out. */
interface Sent {
  chunks: number;
  skippedSignals: number;
  failedRecords: number;
}

/** Reads each recording and appends its chunks, paced if asked. A record that cannot be read is reported and skipped. */
async function send(recordings: readonly Recording[], options: ReplayOptions, log: Log, clock: Clock, pace: number, room: (sent: number) => Promise<void>, stop: () => boolean): Promise<Sent> {
  const sent: Sent = { chunks: 0, skippedSignals: 0, failedRecords: 0 };
  for (const { path, device } of recordings) {
    if (stop()) break;
    let chunks: Generator<Chunk>;
    try {
      const record = await readRecord(path, { gainAduPerMv: options.gain });
      sent.skippedSignals += record.skipped.length;
      for (const warning of record.warnings) process.stderr.write(`${printable(`${warning.where}: ${warning.what}`)}\n`);
      chunks = chunksOf(record, { device, epoch: 1, chunkMs: options.chunkMs, demo: options.demo });
    } catch (error) {
      if (!(error instanceof RecordError) && !(error instanceof RangeError)) throw error;
      sent.failedRecords++;
      process.stderr.write(`${printable(path)}: ${lineOf(error)}\n`);
      continue;
    }
    const startMs = clock.monotonicMs();
    let batch: Chunk[] = [];
    const flush = async () => {
      await log.append(batch.map((chunk) => ({ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) })));
      sent.chunks += batch.length;
      batch = [];
      await room(sent.chunks);
    };
    for (const chunk of chunks) {
      if (stop()) break;
      batch.push(chunk);
      if (pace !== Infinity) {
        const endMs = ((chunk.firstSample + chunkLength(chunk)) / chunk.rateHz) * 1000;
        const waitMs = startMs + endMs / pace - clock.monotonicMs();
        if (waitMs > 0) await sleep(clock, waitMs);
        await flush();
      } else if (batch.length >= APPEND_CHUNKS) await flush();
    }
    await flush();
  }
  return sent;
}

async function replayDirect(recordings: readonly Recording[], options: ReplayOptions): Promise<void> {
  const clock = systemClock();
  const meter = prometheusMeter();
  const { config } = loadConfig({ file: options.config, env: process.env });
  const encoders = await bundledModels(config, clock, meter);
  // What is not paced is printed at the end, in the order of the recordings.
  const transcript = options.speed === undefined || options.speed === Infinity ? new Transcript(options.json === true) : undefined;
  let alerts = 0;
  const devices = new Set<string>();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const stopped = stopSignal();
  let stop = false;
  void stopped.then(() => (stop = true));
  const local = await startLocal({
    models: patient(encoders.models, clock, PATIENCE_MS),
    catalogue: await loadCatalogue(),
    clock,
    meter,
    // Nothing is shed for age: a replay is not live.
    settings: { ...engineSettings(config), maxAgeS: Infinity, silentAfterS: Infinity },
    report: (level, message) => void (level === 'error' && process.stderr.write(`the log: ${message}\n`)),
    onIsolated: (stage, _partition, offset) => void process.stderr.write(`isolated in ${stage}: the engine fails on record ${offset}, and would again; everything else continues\n`),
    onOutcome: (outcome) => {
      devices.add(outcome.device);
      if (transcript === undefined && options.json) print(segmentLine(outcome));
    },
    onAlert: (event) => {
      if (event.state === 'raised') alerts++;
      if (transcript !== undefined) transcript.alert(event);
      else if (event.snapshot.channel !== 'shadow' || options.json) print(options.json ? alertLine(event) : alertText(event));
    },
  });
  try {
    const room = async (sent: number) => {
      while (!stop && sent - (await meter.sum('purkinje_wire_chunks_total')) > AHEAD_CHUNKS_MAX) await sleep(clock, 5);
    };
    const sent = await send(recordings, options, local.log, clock, options.speed ?? Infinity, room, () => stop);
    const hasSettled = await Promise.race([local.settled().then(() => true), stopped.then(() => sleep(clock, SETTLE_MAX_MS)).then(() => false)]);
    if (transcript !== undefined) await (await local.log.follow(TOPICS.outcomes, (records) => transcript.outcomes(records))).close();
    for (const line of transcript?.lines([...new Set(recordings.map(({ device }) => device))]) ?? []) print(line);
    finish({ ...(await summarise(meter, { beds: devices.size, alerts, hasSettled, unread: await unreadChunks(local.log) })), skippedSignals: sent.skippedSignals, failedRecords: sent.failedRecords }, options);
  } finally {
    await local.close();
    await encoders.close();
  }
}

async function replayToKafka(recordings: readonly Recording[], options: ReplayOptions): Promise<void> {
  const clock = systemClock();
  const { config } = loadConfig({ file: options.config, env: process.env, flags: { 'kafka.brokers': options.brokers?.split(',') } });
  const log = await kafkaLogOf(config, clock);
  let stop = false;
  void stopSignal().then(() => (stop = true));
  try {
    const sent = await send(recordings, options, log, clock, options.speed ?? 1, () => Promise.resolve(), () => stop);
    // What becomes of them is the engine's to say, wherever it runs: null is "not known here".
    const unknown = { segments: { total: null, good: null, limited: null, unusable: null }, alerts: null, rejected: null, shed: null, unscored: null, late: null, lost: null, unfinished: null };
    const summary = { type: 'summary', beds: recordings.length - sent.failedRecords, ...unknown, ...sent };
    process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : `${sent.chunks} chunks of ${summary.beds} recordings published, ${sent.skippedSignals} signals skipped\n`);
    if (sent.failedRecords > 0) process.exitCode = 1;
  } finally {
    await log.close();
  }
}

function finish(summary: Summary, options: ReplayOptions): void {
  process.stdout.write(`${options.json ? JSON.stringify(summary) : summaryText(summary)}\n`);
  if ((summary.failedRecords ?? 0) > 0) process.exitCode = 1;
}
