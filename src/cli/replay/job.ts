import { linesOf } from '../failure.js';
import { reading } from '../reading.js';
import { jsonText } from '../report.js';
import { stopSignal } from '../stop.js';
import { direct } from './direct.js';
import type { Job, Report, ToJob } from './jobs.js';

/** A process of `inJobs`: replays its share of the recordings. */
const report = (what: Report): Promise<void> => new Promise((resolve) => process.send!(what, undefined, undefined, () => resolve()));
let isStopping = false;
const stopped = Promise.race([stopSignal(), new Promise<void>((resolve) => process.on('message', ({ type }: ToJob) => type === 'stop' && resolve()))]);
void stopped.then(() => (isStopping = true));
process.once('disconnect', () => process.exit(1));
process.on('message', (message: ToJob) => void (message.type === 'job' && run(message)));

async function run({ recordings, how, options }: Job): Promise<void> {
  try {
    const notice = (device: string, content: object) => void (options.json && report({ type: 'notice', device, line: jsonText(content) }));
    const reader = reading((warning) => notice(warning.record, { type: 'warning', ...warning }));
    const bar = { done: (count = 1) => void report({ type: 'done', count }), more: (count: number) => void report({ type: 'more', count }) };
    const onFailed = (record: string, reason: string) => notice(record, { type: 'failed', record, reason });
    const { lines, ...whole } = await direct(recordings, { ...how, pace: Infinity, loop: false, reader, bar, stop: () => isStopping, onFailed }, options, stopped, () => undefined);
    // Message by message: together they may be longer than a text can be.
    for (const of of lines) await report({ type: 'lines', ...of });
    await report({ type: 'run', run: whole, exitCode: Number(process.exitCode ?? 0) });
  } catch (error) {
    await report({ type: 'failed', name: error instanceof Error ? error.name : 'Error', lines: linesOf(error) });
  }
  process.exit(0);
}
