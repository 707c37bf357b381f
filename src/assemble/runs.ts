import { type Chunk, chunkLength } from '../ecg/index.js';
import { countSamples, cutTail, firstFrom, newLane, place, sameCalibration } from './lane.js';
import { type AssembleOptions, type EpochState, endOf, floorOf, type Run, type SampleAccount } from './state.js';

/** A run whose first open segment is the one that holds `sample`, counted from `origin`. */
export function newRun(origin: number, rateHz: number, sample: number, options: AssembleOptions): Run {
  const run: Run = { origin, rateHz, next: 0, end: undefined, lanes: new Map() };
  skipTo(run, sample, options);
  return run;
}

/** Opens at the first segment that ends after `sample`. */
export function skipTo(run: Run, sample: number, options: AssembleOptions): void {
  const k = Math.max(run.next, Math.floor(((sample - run.origin) / run.rateHz - 10) / options.strideS) - 1);
  run.next = Math.max(k, 0);
  while (endOf(run, run.next, options) <= sample) run.next++;
}

/**
 * The run that takes a chunk. Another rate or gain ends the numbering of segments where the chunk begins; chunks of the
 * new format that come out of order move that boundary back, as long as nothing beyond it was cut.
 */
export function runFor(epoch: EpochState, chunk: Chunk, offset: number, account: SampleAccount, options: AssembleOptions): Run {
  const first = chunk.firstSample;
  let i = epoch.runs.findLastIndex((run) => run.origin <= first);
  if (i < 0) i = 0;
  const run = epoch.runs[i];
  // What lies whole behind the closed segments is late, whatever its format: it ends no run.
  const end = first + chunkLength(chunk);
  if (fits(run, chunk) || end <= floorOf(run, options)) return run;
  const next = epoch.runs[i + 1];
  if (next !== undefined && next.next === 0 && fits(next, chunk) && !anyFrom(run, first)) {
    run.end = first;
    next.origin = first;
    return next;
  }
  return split(epoch, i, chunk, offset, account, options);
}

function fits(run: Run, chunk: Chunk): boolean {
  if (run.rateHz !== chunk.rateHz) return false;
  return chunk.blocks.every((block) => {
    const lane = run.lanes.get(block.lead);
    return lane === undefined || sameCalibration(lane, block);
  });
}

function anyFrom(run: Run, sample: number): boolean {
  return [...run.lanes.values()].some((lane) => firstFrom(lane, sample) < Infinity);
}

/** Ends run i where the chunk begins. What it holds beyond goes along, or, in another format, conflicts. */
function split(epoch: EpochState, i: number, chunk: Chunk, offset: number, account: SampleAccount, options: AssembleOptions): Run {
  const old = epoch.runs[i];
  // What of the chunk lies behind the closed segments is late; the new run begins where they end, so no id comes twice.
  const first = Math.max(chunk.firstSample, floorOf(old, options));
  const run = newRun(first, chunk.rateHz, first, options);
  run.end = old.end;
  old.end = first;
  for (const [lead, lane] of old.lanes) {
    const tail = cutTail(lane, first);
    if (tail.count === 0) continue;
    const { origin, aduPerMv, offsetAdu } = lane;
    const block = { lead, origin, aduPerMv, offsetAdu, samples: tail.samples, leadOff: false };
    const rival = chunk.blocks.find((b) => b.lead === lead);
    if (old.rateHz === chunk.rateHz && (rival === undefined || sameCalibration(lane, rival))) {
      const moved = newLane(block, first);
      place(moved, tail.samples, first, first, first + tail.samples.length, { placed: 0, repeated: 0, conflicting: 0 });
      run.lanes.set(lead, moved);
    } else {
      account.placed -= tail.count;
      account.conflicting += tail.count;
      const { format } = lane;
      epoch.voids.push({ lead, origin, aduPerMv, offsetAdu, format, rateHz: old.rateHz, from: first, to: first + tail.samples.length, before: offset });
    }
  }
  epoch.runs.splice(i + 1, 0, run);
  return run;
}

/** Places a chunk's samples (so many that are no holes) in a run, and accounts for each of them. Says whether any was late. */
export function placeChunk(run: Run, chunk: Chunk, samples: number, account: SampleAccount, options: AssembleOptions): boolean {
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
    if (to < end) account.conflicting += countSamples(block.samples.subarray(to - first));
    if (from >= to) continue;
    let lane = run.lanes.get(block.lead);
    if (lane === undefined) run.lanes.set(block.lead, (lane = newLane(block, floor)));
    place(lane, block.samples, first, from, to, account, intact);
  }
  return late;
}
