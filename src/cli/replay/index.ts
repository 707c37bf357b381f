import { Command } from 'commander';
import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../adapters/clock.js';
import { prometheusMeter } from '../../adapters/prometheus/index.js';
import { loadConfig } from '../../config/index.js';
import { printable } from '../../ecg/index.js';
import { startLocal } from '../../engine/index.js';
import { sleep, TOPICS } from '../../ports/index.js';
import { bundledModels, cutFromStart, engineSettings, loadCatalogue } from '../compose.js';
import { UsageError } from '../failure.js';
import { kafkaLogOf } from '../kafka.js';
import { chunkLengthMs, positive, speed } from '../options.js';
import { patient } from '../patient.js';
import { progress } from '../progress.js';
import { hasModelLeads, noModelLeads, noSegments, reading } from '../reading.js';
import { type Recording, recordingsOf } from '../recordings.js';
import { alertLine, alertText, jsonText, segmentLine, summarise, summaryText, unreadChunks } from '../report.js';
import { stopSignal } from '../stop.js';
import { Transcript } from '../transcript.js';
import { AnnotationFiles, type WrittenFile } from './annotations.js';
import { send, type Sending } from './send.js';
import { UnusedSegments, unusedText } from './unused.js';

interface ReplayOptions {
  readonly chunkMs: number;
  readonly speed?: number;
  readonly direct?: boolean;
  readonly loop?: boolean;
  readonly keepDates?: boolean;
  readonly gain?: number;
  readonly demo?: boolean;
  readonly annotations?: string;
  readonly json?: boolean;
  readonly config?: string;
  readonly brokers?: string;
}

/** After a request to stop, what has been sent is still scored, for this long. */
const SETTLE_MAX_MS = 5_000;
/** With --direct at full speed: appended and not yet scored, at most; the log need not hold whole databases. */
const AHEAD_CHUNKS_MAX = 4096;
/** Of one call to the encoder, ms: long, because nothing here is in real time. */
const PATIENCE_MS = 300_000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('publish recordings as a ward of monitors would, all at once: to Kafka, or straight through the engine')
    .argument('<record...>', 'a recording (a file; of WFDB the path without extension) or a folder of recordings')
    .option('--chunk-ms <ms>', 'length of a chunk, at most a minute', chunkLengthMs, 500)
    .option('--speed <x>', 'times real time, or max: one recording after the other (default: 1, or max with --direct)', speed)
    .option('--direct', 'through an engine in this process, with the encoder of the configuration (default: the bundled one), instead of to Kafka')
    .option('--loop', 'each recording again and again, until Ctrl-C; in real time unless --speed says otherwise')
    .option('--keep-dates', 'the dates of the files (default: moved to now; --direct at full speed keeps them, so that each run gives the same)')
    .option('--gain <adu-per-mv>', 'overrides the gain of the files', positive)
    .option('--demo', 'nobody\'s ECG: every alert says SIMULATED (records of purkinje simulate say so themselves)')
    .option('--annotations <dir>', 'with --direct: WFDB annotations of each recording, RECORD.pkj: beats and their kinds, rhythms, signal quality')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  purkinje replay --direct docs/recordings/atrial-fibrillation')
    .action(async (paths: string[], options: ReplayOptions) => {
      if (options.annotations !== undefined && (options.direct !== true || options.loop === true)) throw new UsageError('--annotations writes what becomes of each recording once: use it with --direct, and without --loop');
      if (options.annotations !== undefined) await mkdir(options.annotations, { recursive: true });
      const how = common(options);
      const recordings = await recordingsOf(paths, how.reader);
      await (options.direct ? replayDirect : replayToKafka)(recordings, how, options);
    });
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

type Common = Pick<Sending, 'reader' | 'chunkMs' | 'pace' | 'gain' | 'demo' | 'loop' | 'moveDates' | 'onFailed'>;

/** What both ways have in common. */
function common({ json, chunkMs, speed: asked, direct, gain, demo, loop = false, keepDates = false }: ReplayOptions): Common {
  const pace = asked ?? (direct === true && !loop ? Infinity : 1);
  return {
    reader: reading((warning) => json && print(jsonText({ type: 'warning', ...warning }))),
    ...{ chunkMs, pace, gain, demo, loop },
    moveDates: !keepDates && !(direct === true && pace === Infinity),
    onFailed: (record, reason) => json && print(jsonText({ type: 'failed', record, reason })),
  };
}

async function replayDirect(recordings: readonly Recording[], how: Common, options: ReplayOptions): Promise<void> {
  const clock = systemClock();
  const meter = prometheusMeter();
  const { config } = loadConfig({ file: options.config, env: process.env });
  const encoders = await bundledModels(config, clock, meter);
  const contracts = encoders.models.map(({ contract }) => contract);
  // Unpaced, results are printed at the end, in the order of the recordings.
  const transcript = how.pace === Infinity ? new Transcript(options.json === true) : undefined;
  const unused = new UnusedSegments(contracts);
  const annotations = options.annotations === undefined ? undefined : new AnnotationFiles(options.annotations);
  let alerts = 0;
  const devices = new Set<string>();
  const stopped = stopSignal();
  let stop = false;
  void stopped.then(() => (stop = true));
  const local = await startLocal({
    models: patient(encoders.models, clock, PATIENCE_MS),
    catalogue: await loadCatalogue(),
    clock,
    meter,
    // Nothing is shed for age: a replay is not live.
    settings: { ...cutFromStart(engineSettings(config)), maxAgeS: Infinity, silentAfterS: Infinity },
    report: (level, message) => void (level === 'error' && process.stderr.write(`the log: ${message}\n`)),
    onIsolated: (stage, _partition, offset) => void process.stderr.write(`isolated in ${stage}: the engine fails on record ${offset}, and would again; everything else continues\n`),
    onOutcome: (outcome) => {
      devices.add(outcome.device);
      unused.count(outcome);
      annotations?.take(outcome);
      if (transcript === undefined && options.json) print(segmentLine(outcome));
    },
    onAlert: (event) => {
      if (event.state === 'raised' && event.snapshot.channel !== 'shadow') alerts++;
      if (transcript !== undefined) transcript.alert(event);
      else if (event.snapshot.channel !== 'shadow' || options.json) print(options.json ? alertLine(event) : alertText(event));
    },
  });
  try {
    const room = async (sent: number) => {
      while (!stop && sent - (await meter.sum('purkinje_wire_chunks_total')) > AHEAD_CHUNKS_MAX) await sleep(clock, 5);
    };
    let usable = 0;
    const onRead: Sending['onRead'] = (record, device) => {
      usable += contracts.some((contract) => hasModelLeads(contract, record)) ? 1 : 0;
      annotations?.begin(device, record);
    };
    const sent = await progress('chunks', 0, (_, bar) => send(recordings, { ...how, log: local.log, clock, bar, room, stop: () => stop, onRead }));
    const hasSettled = await Promise.race([local.settled().then(() => true), stopped.then(() => sleep(clock, SETTLE_MAX_MS)).then(() => false)]);
    if (transcript !== undefined) await (await local.log.follow(TOPICS.outcomes, (records) => transcript.outcomes(records))).close();
    for (const line of transcript?.lines([...new Set(recordings.map(({ device }) => device))]) ?? []) print(line);
    const files = (await annotations?.write()) ?? [];
    const summary = { ...(await summarise(meter, { beds: devices.size, alerts, hasSettled, unread: await unreadChunks(local.log) })), skippedSignals: sent.skippedSignals, failedRecords: sent.failedRecords };
    print(options.json ? jsonText({ ...summary, unused: unused.all(), doubtful: unused.doubtful(), ...(annotations && { annotations: files }) }) : [summaryText(summary), ...[...unused.all(), ...unused.doubtful()].map(unusedText), ...filesText(files)].join('\n'));
    if (annotations === undefined && sent.records > 0 && usable === 0 && contracts.length > 0) throw new Error(noModelLeads(contracts, sent.records));
    if (devices.size === 0 && !stop) throw new Error(noSegments(sent.records));
  } finally {
    await local.close();
    await encoders.close();
  }
}

function filesText(files: readonly WrittenFile[]): string[] {
  return files.map(({ file, beats }) => `${printable(file)}: ${beats === 0 ? 'no beat was found' : `${beats} beats`}`);
}

async function replayToKafka(recordings: readonly Recording[], how: Common, options: ReplayOptions): Promise<void> {
  const clock = systemClock();
  const { config } = loadConfig({ file: options.config, env: process.env, flags: { 'kafka.brokers': options.brokers?.split(',') } });
  const log = await kafkaLogOf(config, clock);
  let stop = false;
  void stopSignal().then(() => (stop = true));
  try {
    let withLeads = 0;
    const onRead: Sending['onRead'] = ({ leads }) => void (withLeads += leads.length > 0 ? 1 : 0);
    const { records, ...sent } = await progress('chunks', 0, (_, bar) => send(recordings, { ...how, log, clock, bar, room: () => Promise.resolve(), stop: () => stop, onRead }));
    // What becomes of them is the engine's to say, wherever it runs: null is "not known here".
    const unknown = { segments: { total: null, good: null, limited: null, unusable: null }, alerts: null, rejected: null, shed: null, unscored: null, late: null, rest: null, lost: null, unfinished: null };
    const summary = { type: 'summary', beds: recordings.length - sent.failedRecords, ...unknown, ...sent };
    print(options.json ? JSON.stringify(summary) : `${sent.chunks} chunks of ${summary.beds} recordings published, ${sent.skippedSignals} signals skipped`);
    if (records > 0 && withLeads === 0) throw new Error(`none of ${records} recordings has an ECG lead: nothing was published`);
  } finally {
    await log.close();
  }
}
