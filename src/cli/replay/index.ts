import { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { systemClock } from '../../adapters/clock.js';
import { loadConfig } from '../../config/index.js';
import { printable } from '../../ecg/index.js';
import { UsageError } from '../failure.js';
import { kafkaLogOf } from '../kafka.js';
import { chunkLengthMs, positive, positiveWhole, speed } from '../options.js';
import { progress } from '../progress.js';
import { noModelLeads, noSegments, reading } from '../reading.js';
import { type Recording, recordingsOf } from '../recordings.js';
import { jsonText, summaryText } from '../report.js';
import { stopSignal } from '../stop.js';
import type { WrittenFile } from './annotations.js';
import { direct } from './direct.js';
import { inJobs, jobsFor } from './jobs.js';
import { send, type Sending } from './send.js';
import { unusedText } from './unused.js';

interface ReplayOptions {
  readonly chunkMs: number;
  readonly speed?: number;
  readonly direct?: boolean;
  readonly loop?: boolean;
  readonly keepDates?: boolean;
  readonly gain?: number;
  readonly demo?: boolean;
  readonly annotations?: string;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly config?: string;
  readonly brokers?: string;
}

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
    .option('--jobs <n>', 'with --direct at full speed: processes that share the recordings; the output is the same (default: one for each processor)', positiveWhole(256))
    .option('--annotations <dir>', 'with --direct: WFDB annotations of each recording, RECORD.pkj: beats and their kinds, rhythms, signal quality')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  purkinje replay --direct docs/recordings/atrial-fibrillation')
    .action(async (paths: string[], options: ReplayOptions) => {
      if (options.annotations !== undefined && (options.direct !== true || options.loop === true)) throw new UsageError('--annotations writes what becomes of each recording once: use it with --direct, and without --loop');
      if (options.jobs !== undefined && (options.direct !== true || options.loop === true || (options.speed ?? Infinity) !== Infinity)) throw new UsageError('--jobs shares recordings that are not paced: use it with --direct, and without --loop and --speed');
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
  const stopped = stopSignal();
  let isStopping = false;
  void stopped.then(() => (isStopping = true));
  const isLive = how.pace !== Infinity || how.loop;
  const jobs = isLive ? 1 : jobsFor(recordings.length, options.jobs ?? availableParallelism());
  const { chunkMs, gain, demo, moveDates } = how;
  const { json, config, annotations } = options;
  const { lines, summary, unused, doubtful, files, records, usable, modelLeads } = await progress('chunks', 0, (_, bar) =>
    jobs > 1
      ? inJobs(jobs, { recordings, how: { chunkMs, gain, demo, moveDates }, options: { json, config, annotations } }, bar, stopped, print)
      : direct(recordings, { ...how, bar, stop: () => isStopping }, options, stopped, print),
  );
  for (const line of lines.flatMap((of) => of.lines)) print(line);
  print(json ? jsonText({ ...summary, unused, doubtful, ...(annotations !== undefined && { annotations: files }) }) : [summaryText(summary), ...[...unused, ...doubtful].map(unusedText), ...filesText(files)].join('\n'));
  if (annotations === undefined && records > 0 && usable === 0 && modelLeads.length > 0) throw new Error(noModelLeads(modelLeads, records));
  if (summary.beds === 0 && !isStopping) throw new Error(noSegments(records));
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
