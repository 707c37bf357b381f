import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../progress.js';
import type { Recording } from '../recordings.js';
import type { Summary } from '../report.js';
import type { DeviceLines } from '../transcript.js';
import type { DirectOptions, DirectRun } from './direct.js';
import type { Sending } from './send.js';
import { inOrder, type Unused } from './unused.js';

/** Fewer recordings than this are not worth another process, which first loads an engine and an encoder. */
const RECORDINGS_OF_A_JOB = 8;

/** What a job is asked for. */
export interface Job {
  readonly recordings: readonly Recording[];
  /** Always at full speed. */
  readonly how: Pick<Sending, 'chunkMs' | 'gain' | 'demo' | 'moveDates'>;
  readonly options: DirectOptions;
}

/** What a job is sent: its share, and at most once that it is to stop. */
export type ToJob = ({ readonly type: 'job' } & Job) | { readonly type: 'stop' };

/** What a job reports: how far it is, notices on a recording (JSON), what each gave, and at last the whole, or why there is nothing. */
export type Report =
  | { readonly type: 'done' | 'more'; readonly count: number }
  | { readonly type: 'notice'; readonly device: string; readonly line: string }
  | ({ readonly type: 'lines' } & DeviceLines)
  | { readonly type: 'run'; readonly run: Omit<DirectRun, 'lines'>; readonly exitCode: number }
  | { readonly type: 'failed'; readonly name: string; readonly lines: readonly string[] };

export const jobsFor = (recordings: number, asked: number): number => Math.max(1, Math.min(asked, Math.floor(recordings / RECORDINGS_OF_A_JOB)));

/**
 * The recordings shared among so many processes, each with an engine and an encoder. What they gave is put together in the order of the
 * recordings: the same, byte for byte, as from one.
 */
export async function inJobs(jobs: number, { recordings, how, options }: Job, bar: Progress, stopped: Promise<unknown>, onNotice: (line: string) => void): Promise<DirectRun> {
  const children: ChildProcess[] = [];
  // As a message: a signal would end one that is still loading.
  void stopped.then(() => children.forEach((child) => child.connected && child.send({ type: 'stop' } satisfies ToJob)));
  const notices: DeviceLines[] = [];
  try {
    const shares = Array.from({ length: jobs }, (_, job) => recordings.filter((_recording, i) => i % jobs === job));
    const runs = await Promise.all(shares.map((share) => runJob({ recordings: share, how, options }, children, bar, (device, line) => notices.push({ device, lines: [line] }))));
    for (const { lines } of inTheirOrder(notices, ({ device }) => device, recordings)) lines.forEach(onNotice);
    return together(runs, recordings);
  } finally {
    for (const child of children) child.kill();
  }
}

function runJob(job: Job, children: ChildProcess[], bar: Progress, onNotice: (device: string, line: string) => void): Promise<DirectRun> {
  // Ctrl-C in a terminal reaches us alone: we end it in order. If we are killed, the channel closes and it ends too.
  const child = fork(fileURLToPath(new URL('./job.js', import.meta.url)), { detached: true });
  children.push(child);
  const lines: DeviceLines[] = [];
  return new Promise((resolve, reject) => {
    child.on('message', (report: Report) => {
      switch (report.type) {
        case 'done':
          return bar.done(report.count);
        case 'more':
          return bar.more(report.count);
        case 'notice':
          return onNotice(report.device, report.line);
        case 'lines':
          return void lines.push({ device: report.device, lines: report.lines });
        case 'run':
          process.exitCode ||= report.exitCode;
          return resolve({ ...report.run, lines });
        case 'failed':
          return reject(asFailed(report));
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`a job of ${job.recordings.length} recordings ended with ${signal ?? code}: try --jobs 1`)));
    child.send({ type: 'job', ...job } satisfies ToJob, (error) => error !== null && reject(error));
  });
}

/** With its name and all of its lines, as if it had been thrown here. */
function asFailed({ name, lines: [line, ...further] }: Extract<Report, { readonly type: 'failed' }>): Error {
  return Object.assign(new Error(line), { name, further });
}

/** Parts of recordings, in the order of the recordings; those of one stay as they come. */
function inTheirOrder<Part>(parts: readonly Part[], deviceOf: (part: Part) => string, recordings: readonly Recording[]): Part[] {
  const place = new Map(recordings.map(({ device }, i) => [device, i]));
  return [...parts].sort((a, b) => place.get(deviceOf(a))! - place.get(deviceOf(b))!);
}

/** One run of several, of other recordings each. */
function together(runs: readonly DirectRun[], recordings: readonly Recording[]): DirectRun {
  return {
    lines: inTheirOrder(runs.flatMap(({ lines }) => lines), ({ device }) => device, recordings),
    summary: summed(runs.map(({ summary }) => summary)),
    unused: counted(runs.flatMap(({ unused }) => unused)),
    doubtful: counted(runs.flatMap(({ doubtful }) => doubtful)),
    files: inTheirOrder(runs.flatMap(({ files }) => files), ({ record }) => record, recordings),
    records: runs.reduce((sum, { records }) => sum + records, 0),
    usable: runs.reduce((sum, { usable }) => sum + usable, 0),
    modelLeads: runs[0].modelLeads,
  };
}

/** Every number of it is a count. */
function summed(summaries: readonly Summary[]): Summary {
  const add = (values: readonly unknown[]): unknown => {
    const [first] = values;
    if (typeof first === 'number') return values.reduce<number>((sum, value) => sum + (value as number), 0);
    if (typeof first !== 'object' || first === null) return first;
    return Object.fromEntries(Object.keys(first).map((key) => [key, add(values.map((value) => (value as Record<string, unknown>)[key]))]));
  };
  return add(summaries) as Summary;
}

function counted(parts: readonly Unused[]): readonly Unused[] {
  const counts = new Map<string, number>();
  for (const { segments, why } of parts) counts.set(why, (counts.get(why) ?? 0) + segments);
  return inOrder(counts);
}
