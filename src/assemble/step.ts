import { type Chunk, chunkLength, isNominally } from '../ecg/index.js';
import { hasRoomFor, newPaceMarks } from './bounds.js';
import { newDelay, noteDelay, noteTime } from './clock.js';
import { abandon, closeAll, closeDue } from './close.js';
import { declare, declaredBy } from './declare.js';
import { countSamples, release } from './lead-buffer.js';
import { chooseRun, newRun, placeChunk, renominate, runFor } from './runs.js';
import {
  type Assembled,
  type AssembleOptions,
  type DeviceState,
  emptyAssembled,
  type EpochState,
  floorOf,
  type HeldChunk,
  JUMP_OF_END_S,
  JUMP_S,
  PAST_EPOCHS_MAX,
} from './state.js';

export type AssembleInput =
  | { readonly type: 'chunk'; readonly chunk: Chunk; readonly offset: number; readonly brokerMs: number }
  /** The partition's own time has passed the device's last record by `idleMs`. */
  | { readonly type: 'idle' };

export function initial(device: string): DeviceState {
  return { device, epoch: undefined, pastEpochs: [], held: undefined };
}

/**
 * One chunk of one device → the segments it closes, gaps, rejects, and the account of its samples. Samples are placed
 * by number within the epoch; the broker's time is used for clock fields only. `state` is changed in place.
 */
export function step(state: DeviceState, input: AssembleInput, options: AssembleOptions): { state: DeviceState; out: Assembled } {
  const out = emptyAssembled();
  if (input.type === 'idle') {
    dropHeld(state, out);
    if (state.epoch !== undefined) {
      closeAll(state, state.epoch, out, 'idle', options);
      for (const run of state.epoch.runs) for (const buffer of run.buffers.values()) release(buffer);
    }
  } else {
    admit(state, input, out, options);
  }
  return { state, out };
}

type ChunkInput = Extract<AssembleInput, { type: 'chunk' }>;

/** Decides whether a chunk belongs to the current epoch, begins something new, waits for a second one, or is refused. */
function admit(state: DeviceState, input: ChunkInput, out: Assembled, options: AssembleOptions): void {
  const { chunk, offset } = input;
  const samples = chunk.blocks.reduce((sum, block) => sum + countSamples(block.samples), 0);
  if (state.epoch === undefined) {
    out.account.read += samples;
    state.epoch = newEpoch(chunk, options);
    accept(state, state.epoch, input, samples, out, options);
    return;
  }
  if (state.pastEpochs.includes(chunk.epoch)) {
    out.account.read += samples;
    out.account.rejected += samples;
    out.rejects.push({ offset, reason: 'stale-epoch' });
    return;
  }
  if (chunk.epoch === state.epoch.epoch && !jumps(state.epoch, chunk)) {
    out.account.read += samples;
    accept(state, state.epoch, input, samples, out, options);
    if (state.held !== undefined && passedBy(state.held, state.epoch, options)) dropHeld(state, out);
    return;
  }
  const held = state.held;
  if (held !== undefined && continues(held, chunk, options)) {
    state.held = undefined;
    out.account.read += held.samples + samples;
    begin(state, held.chunk, out, options);
    const epoch = state.epoch;
    accept(state, epoch, { type: 'chunk', chunk: held.chunk, offset: held.offset, brokerMs: input.brokerMs }, held.samples, out, options);
    accept(state, epoch, input, samples, out, options);
    return;
  }
  dropHeld(state, out);
  state.held = { chunk, offset, samples, highestFirst: state.epoch.highestFirst };
}

/** The second chunk vouches for the first: a new epoch, or the same one an hour away. */
function begin(state: DeviceState, chunk: Chunk, out: Assembled, options: AssembleOptions): void {
  const old = state.epoch!;
  if (chunk.epoch !== old.epoch) {
    closeAll(state, old, out, 'end-of-epoch', options);
    state.pastEpochs = [old.epoch, ...state.pastEpochs].slice(0, PAST_EPOCHS_MAX);
    state.epoch = newEpoch(chunk, options);
    return;
  }
  if (chunk.firstSample < old.highestFirst) {
    // Nothing but one stray chunk had been seen: the numbering really is down here. What it held makes no segment, since
    // the same id will be due again when the stream comes to it.
    abandon(state, old, out, options);
    state.epoch = newEpoch(chunk, options);
  }
}

function newEpoch(chunk: Chunk, options: AssembleOptions): EpochState {
  return {
    epoch: chunk.epoch,
    runs: [newRun(0, chunk.rateHz, earliestAt(chunk, options), chunk, options)],
    highestFirst: chunk.firstSample,
    highestEnd: chunk.firstSample,
    chunks: 0,
    start: chunk.firstSample,
    anchors: [],
    delay: newDelay(),
    drift: undefined,
    spans: [],
    leadsOff: [],
    paceMarks: [],
    gap: undefined,
    voids: [],
    sources: [],
  };
}

/** A chunk before this one may still come, out of order. */
const earliestAt = (chunk: Chunk, options: AssembleOptions): number => Math.max(0, chunk.firstSample - Math.ceil(options.horizonS * chunk.rateHz));

/**
 * Far ahead; or far back while a single chunk is all there is. Anything else behind is late. The end of a stream has no
 * chunk after it that could vouch for it: within an hour it counts at once.
 */
function jumps(epoch: EpochState, chunk: Chunk): boolean {
  const distance = chunk.firstSample - epoch.highestEnd;
  const ahead = (chunk.endOfStream ? JUMP_OF_END_S : JUMP_S) * chunk.rateHz;
  return distance > ahead || (epoch.chunks === 1 && distance < -JUMP_S * chunk.rateHz);
}

function continues(held: HeldChunk, chunk: Chunk, options: AssembleOptions): boolean {
  if (held.chunk.epoch !== chunk.epoch || !isNominally(held.chunk.rateHz, chunk.rateHz)) return false;
  if (held.chunk.sequence === chunk.sequence && held.chunk.firstSample === chunk.firstSample) return false;
  const slack = options.horizonS * chunk.rateHz;
  const heldEnd = held.chunk.firstSample + chunkLength(held.chunk);
  const end = chunk.firstSample + chunkLength(chunk);
  return chunk.firstSample <= heldEnd + slack && end >= held.chunk.firstSample - slack;
}

/** The epoch went on without it for longer than chunks may be out of order. */
function passedBy(held: HeldChunk, epoch: EpochState, options: AssembleOptions): boolean {
  return epoch.highestFirst > held.highestFirst + options.horizonS * epoch.runs[0].rateHz;
}

function dropHeld(state: DeviceState, out: Assembled): void {
  if (state.held === undefined) return;
  out.account.read += state.held.samples;
  out.account.rejected += state.held.samples;
  out.rejects.push({ offset: state.held.offset, reason: 'jump' });
  state.held = undefined;
}

function accept(state: DeviceState, epoch: EpochState, input: ChunkInput, samples: number, out: Assembled, options: AssembleOptions): void {
  const { chunk, offset, brokerMs } = input;
  const length = chunkLength(chunk);
  const end = chunk.firstSample + length;
  // What this chunk shows to be overdue closes before there is room for it, so that a jump costs no memory.
  renominate(epoch, chunk, earliestAt(chunk, options), options);
  epoch.highestFirst = Math.max(epoch.highestFirst, chunk.firstSample);
  closeDue(state, epoch, out, options);
  const choice = chooseRun(epoch, chunk, options);
  const declaration = declaredBy(chunk);
  if (!hasRoomFor(epoch, choice, chunk, declaration.signature, end, options)) {
    out.account.rejected += samples;
    out.rejects.push({ offset, reason: 'too-fragmented' });
    if (chunk.endOfStream) closeAll(state, epoch, out, 'end-of-stream', options);
    return;
  }
  const run = runFor(epoch, choice, chunk, offset, out.account, options);
  epoch.start = Math.min(epoch.start, chunk.firstSample);
  epoch.highestEnd = Math.max(epoch.highestEnd, end);
  epoch.chunks++;
  noteTime(epoch, chunk, run.rateHz);
  noteDelay(epoch, chunk, length, brokerMs, run.rateHz);
  declare(epoch, chunk, declaration, end);
  const marks = newPaceMarks(epoch, chunk);
  if (marks.length > 0) epoch.paceMarks = [...epoch.paceMarks, ...marks].sort((a, b) => a - b);
  const { placed } = out.account;
  const from = Math.max(chunk.firstSample, floorOf(run, options));
  if (placeChunk(run, epoch.runs[epoch.runs.indexOf(run) + 1], chunk, samples, out.account, options)) out.rejects.push({ offset, reason: 'late' });
  // A chunk that only repeats is no source: a device that says the same for ever costs no memory.
  if (out.account.placed > placed) epoch.sources.push({ offset, from, to: end });
  closeDue(state, epoch, out, options);
  if (chunk.endOfStream) closeAll(state, epoch, out, 'end-of-stream', options);
}
