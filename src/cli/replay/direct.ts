import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../adapters/clock.js';
import { prometheusMeter } from '../../adapters/prometheus/index.js';
import { loadConfig } from '../../config/index.js';
import { startLocal } from '../../engine/index.js';
import { sleep, TOPICS } from '../../ports/index.js';
import { bundledModels, cutFromStart, engineSettings, loadCatalogue } from '../compose.js';
import { patient } from '../patient.js';
import { hasModelLeads } from '../reading.js';
import type { Recording } from '../recordings.js';
import { alertLine, alertText, segmentLine, summarise, type Summary, unreadChunks } from '../report.js';
import { type DeviceLines, Transcript } from '../transcript.js';
import { AnnotationFiles, type WrittenFile } from './annotations.js';
import { send, type Sending } from './send.js';
import { type Unused, UnusedSegments } from './unused.js';

/** After a request to stop, what has been sent is still scored, for this long. */
const SETTLE_MAX_MS = 5_000;
/** At full speed: appended and not yet scored, at most; the log need not hold whole databases. */
const AHEAD_CHUNKS_MAX = 4096;
/** Of one call to the encoder, ms: long, because nothing here is in real time. */
const PATIENCE_MS = 300_000;

export interface DirectOptions {
  readonly json?: boolean;
  readonly config?: string;
  /** Folder of the annotations to write. */
  readonly annotations?: string;
}

/** What recordings gave. Of parts of them, each alone, it is the same. */
export interface DirectRun {
  /** Unpaced: what became of each recording. Paced, it has been printed as it came. */
  readonly lines: readonly DeviceLines[];
  readonly summary: Summary;
  readonly unused: readonly Unused[];
  readonly doubtful: readonly Unused[];
  readonly files: readonly WrittenFile[];
  /** Recordings that were read, and of these, those with leads that a model can use. */
  readonly records: number;
  readonly usable: number;
  /** Leads that the models take. */
  readonly modelLeads: readonly string[];
}

/** Straight through an engine in this process. */
export async function direct(recordings: readonly Recording[], how: Omit<Sending, 'log' | 'clock' | 'room' | 'onRead'>, options: DirectOptions, stopped: Promise<unknown>, print: (line: string) => void): Promise<DirectRun> {
  const { stop } = how;
  const clock = systemClock();
  const meter = prometheusMeter();
  const { config } = loadConfig({ file: options.config, env: process.env });
  const encoders = await bundledModels(config, clock, meter);
  const contracts = encoders.models.map(({ contract }) => contract);
  // Unpaced, results come at the end, in the order of the recordings.
  const transcript = how.pace === Infinity ? new Transcript(options.json === true) : undefined;
  const unused = new UnusedSegments(contracts);
  if (options.annotations !== undefined) await mkdir(options.annotations, { recursive: true });
  const annotations = options.annotations === undefined ? undefined : new AnnotationFiles(options.annotations);
  let alerts = 0;
  const devices = new Set<string>();
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
      while (!stop() && sent - (await meter.sum('purkinje_wire_chunks_total')) > AHEAD_CHUNKS_MAX) await sleep(clock, 5);
    };
    let usable = 0;
    const onRead: Sending['onRead'] = (record, device) => {
      usable += contracts.some((contract) => hasModelLeads(contract, record)) ? 1 : 0;
      annotations?.begin(device, record);
    };
    const { records, skippedSignals, failedRecords } = await send(recordings, { ...how, log: local.log, clock, room, onRead });
    const hasSettled = await Promise.race([local.settled().then(() => true), stopped.then(() => sleep(clock, SETTLE_MAX_MS)).then(() => false)]);
    if (transcript !== undefined) await (await local.log.follow(TOPICS.outcomes, (outcomes) => transcript.outcomes(outcomes))).close();
    return {
      lines: transcript?.lines([...new Set(recordings.map(({ device }) => device))]) ?? [],
      summary: { ...(await summarise(meter, { beds: devices.size, alerts, hasSettled, unread: await unreadChunks(local.log) })), skippedSignals, failedRecords },
      ...{ unused: unused.all(), doubtful: unused.doubtful(), files: (await annotations?.write()) ?? [], records, usable },
      modelLeads: [...new Set(contracts.flatMap(({ input }) => input.leads))],
    };
  } finally {
    await local.close();
    await encoders.close();
  }
}
