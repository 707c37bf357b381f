import { type Chunk, chunkLength, isNominally, type LeadBlock, SEGMENT_SECONDS } from '../ecg/index.js';
import { countSamples, calibrationOf, cutTail, firstFrom, newBuffer, place, samplesFor } from './lead-buffer.js';
import { noteScale } from './scales.js';
import { gridOf, type Stream } from './phase.js';
import { type AssembleOptions, type EpochState, endOf, floorOf, type Run, type SampleAccount, startOf } from './state.js';

/** A run from `origin` on whose first open segment is the one that holds `sample`. */
export function newRun(origin: number, rateHz: number, sample: number, stream: Stream, options: AssembleOptions): Run {
  const run: Run = { origin, grid: gridOf(origin, rateHz, stream, options), rateHz, next: 0, openFrom: undefined, end: undefined, buffers: new Map() };
  skipTo(run, sample, options);
  return run;
}

/** Opens at the first segment that ends after `sample`. */
export function skipTo(run: Run, sample: number, options: AssembleOptions): void {
  const k = Math.max(run.next, Math.floor(((sample - run.grid) / run.rateHz - SEGMENT_SECONDS) / options.strideS) - 1);
  open(run, Math.max(k, 0));
  while (endOf(run, run.next, options) <= sample) run.next++;
}

/** The next segment to close is number k. */
export function open(run: Run, k: number): void {
  run.next = k;
  run.openFrom = undefined;
}

/** Opens at the first segment that starts at or after `sample`, up to which another grid has cut. */
export function openAfter(run: Run, sample: number, options: AssembleOptions): void {
  open(run, Math.max(Math.floor((sample - run.grid) / (options.strideS * run.rateHz)) - 1, 0));
  while (startOf(run, run.next, options) < sample) run.next++;
  if (startOf(run, run.next, options) > sample) run.openFrom = sample;
}

/** Where a chunk goes: into run `at`, into the one after it, whose beginning it moves back, or into a new one that ends run `at`. */
export interface RunChoice {
  readonly type: 'fits' | 'moves' | 'splits';
  readonly at: number;
}

/**
 * Another rate, or another origin of a lead, ends the numbering of segments where the chunk begins; chunks of the new format that
 * come out of order move that boundary back, as long as nothing beyond it was cut. Another gain ends nothing.
 */
export function chooseRun(epoch: EpochState, chunk: Chunk, options: AssembleOptions): RunChoice {
  const first = chunk.firstSample;
  const i = epoch.runs.findLastIndex((run) => run.origin <= first);
  const at = Math.max(i, 0);
  const run = epoch.runs[at];
  // What lies whole behind the closed segments is late, whatever its format: it ends no run.
  const end = first + chunkLength(chunk);
  if (fits(run, chunk) || end <= floorOf(run, options)) return { type: 'fits', at };
  const next = epoch.runs[at + 1];
  return { type: next !== undefined && next.next === 0 && fits(next, chunk) && !anyFrom(run, first) ? 'moves' : 'splits', at };
}

/** Does what was chosen; the run that takes the chunk. */
export function runFor(epoch: EpochState, { type, at }: RunChoice, chunk: Chunk, offset: number, account: SampleAccount, options: AssembleOptions): Run {
  if (type === 'fits') return epoch.runs[at];
  if (type === 'splits') return split(epoch, at, chunk, offset, account, options);
  const next = epoch.runs[at + 1];
  epoch.runs[at].end = chunk.firstSample;
  next.grid -= next.origin - chunk.firstSample;
  next.origin = chunk.firstSample;
  return next;
}

function fits(run: Run, chunk: Chunk): boolean {
  if (!isNominally(run.rateHz, chunk.rateHz)) return false;
  return chunk.blocks.every((block) => hasOriginOf(run, block));
}

const hasOriginOf = (run: Run, { lead, origin }: LeadBlock): boolean => (run.buffers.get(lead)?.calibration.origin ?? origin) === origin;

/** Of the first chunks, which may be out of order, the earliest says what the nominal rate is. Nothing has been cut yet. */
export function renominate(epoch: EpochState, chunk: Chunk, earliest: number, options: AssembleOptions): void {
  const [run] = epoch.runs;
  if (epoch.runs.length > 1 || run.rateHz === chunk.rateHz || chunk.firstSample >= epoch.start || !isNominally(run.rateHz, chunk.rateHz)) return;
  if (chunk.firstSample < floorOf(run, options) || epoch.highestFirst >= epoch.start + Math.ceil(options.horizonS * run.rateHz)) return;
  epoch.runs[0] = { ...newRun(run.origin, chunk.rateHz, earliest, chunk, options), buffers: run.buffers };
}

function anyFrom(run: Run, sample: number): boolean {
  return [...run.buffers.values()].some((buffer) => firstFrom(buffer, sample) < Infinity);
}

/** Ends run i where the chunk begins. What it holds beyond goes along, or, in another format, conflicts. */
function split(epoch: EpochState, i: number, chunk: Chunk, offset: number, account: SampleAccount, options: AssembleOptions): Run {
  const old = epoch.runs[i];
  // What of the chunk lies behind the closed segments is late; the new run begins where they end, so no id comes twice.
  const first = Math.max(chunk.firstSample, floorOf(old, options));
  const run = newRun(first, chunk.rateHz, first, chunk, options);
  run.end = old.end;
  old.end = first;
  for (const [lead, buffer] of old.buffers) {
    const tail = cutTail(buffer, first);
    if (tail.count === 0) continue;
    const { calibration } = buffer;
    const rival = chunk.blocks.find((b) => b.lead === lead);
    if (isNominally(old.rateHz, chunk.rateHz) && (rival === undefined || calibration.origin === rival.origin)) {
      const moved = newBuffer(calibration, first, [...buffer.scales]);
      place(moved, tail.samples, first, first, first + tail.samples.length, { placed: 0, repeated: 0, conflicting: 0 });
      run.buffers.set(lead, moved);
    } else {
      account.placed -= tail.count;
      account.conflicting += tail.count;
      epoch.voids.push({ lead, ...calibration, isMixed: buffer.scales.length > 0, rateHz: old.rateHz, from: first, to: first + tail.samples.length, before: offset });
    }
  }
  epoch.runs.splice(i + 1, 0, run);
  return run;
}

/**
 * Places a chunk's samples (so many that are not missing) in a run, and what lies beyond its end in the next one, if it may stand
 * there; accounts for each of them. Says whether any was late.
 */
export function placeChunk(run: Run, next: Run | undefined, chunk: Chunk, samples: number, account: SampleAccount, options: AssembleOptions): boolean {
  const floor = Math.max(floorOf(run, options), run.origin);
  const intact = samples === chunk.blocks.length * chunkLength(chunk);
  let late = false;
  for (const block of chunk.blocks) {
    const first = chunk.firstSample;
    const end = first + block.samples.length;
    const from = Math.min(Math.max(first, floor), end);
    const to = Math.max(Math.min(end, run.end ?? end), from);
    if (from > first) {
      const before = countSamples(block.samples.subarray(0, from - first));
      account.late += before;
      late ||= before > 0;
    }
    if (from < to) placeBlock(run, block, first, from, to, floor, account, intact);
    if (to === end) continue;
    const continues = next !== undefined && isNominally(next.rateHz, chunk.rateHz) && hasOriginOf(next, block);
    const beyond = continues ? Math.max(to, Math.min(end, next.end ?? end)) : to;
    if (continues && to < beyond) placeBlock(next, block, first, to, beyond, next.origin, account, intact);
    account.conflicting += countSamples(block.samples.subarray(beyond - first));
  }
  return late;
}

function placeBlock(run: Run, block: LeadBlock, first: number, from: number, to: number, floor: number, account: SampleAccount, intact: boolean): void {
  let buffer = run.buffers.get(block.lead);
  if (buffer === undefined) run.buffers.set(block.lead, (buffer = newBuffer(calibrationOf(block), floor)));
  const samples = samplesFor(buffer, block);
  if (buffer.scales.length > 0) buffer.scales = noteScale(buffer.scales, from, to, block);
  place(buffer, samples, first, from, to, account, intact);
}
