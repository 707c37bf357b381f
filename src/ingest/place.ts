import { isNominally, sha256 } from '../ecg/index.js';
import { expectedAt } from './pace.js';
import type { Placed, Stream } from './stream.js';

export interface Arrival {
  readonly device: string;
  readonly rateHz: number;
  readonly samples: number;
  /** The message's time of the first sample; undefined: it has none. */
  readonly startMs: number | undefined;
  readonly arrivalMs: number;
  readonly message: string;
}

/**
 * first: nothing of the device is known. continued: time and count agree within half a sample and the rounding of times, as the device's clock runs. jitter: they do not. gap: at least
 * one message is missing. repeated: a known message again. late: into a gap. step: over a second between time and count, or a rate that differs by more than a hundredth.
 */
export type Continuity = 'first' | 'continued' | 'jitter' | 'gap' | 'repeated' | 'late' | 'step';
export const CONTINUITIES: readonly Continuity[] = ['first', 'continued', 'jitter', 'gap', 'repeated', 'late', 'step'];

const RECENT_MAX = 64;
/** Beyond it a disagreement of time and count is a step of the device's clock. */
const STEP_MS = 1000;
/** Times are written to the millisecond: half of it is rounding. */
const RESOLUTION_MS = 1;
/** Of each disagreement of arrival and count so much is taken as the clock's: arrivals jitter, and a clock that is off is followed. */
const FOLLOWED = 1 / 64;

/**
 * The place of some samples: by their time, as the clock runs by which the device sends. An epoch's first sample is counted from 1970, so
 * that it has the same number in every run; an epoch ends where its numbering would have to move.
 */
export function place(stream: Stream | undefined, arrival: Arrival): { readonly stream: Stream; readonly at: Placed; readonly continuity: Continuity } {
  const known = stream?.recent.findLast((one) => isSame(one, arrival));
  if (stream !== undefined && known !== undefined) return { stream, at: known, continuity: 'repeated' };
  if (stream === undefined) return begun(arrival, [], 'first');
  if (!isNominally(stream.rateHz, arrival.rateHz)) return begun(arrival, stream.recent, 'step');
  if (arrival.startMs === undefined) {
    // Arrival says when, to a second; the count says where.
    const [begunMs, dueMs] = [arrival.arrivalMs - (arrival.samples * 1000) / arrival.rateHz, dueOf(stream)];
    const startMs = dueMs + (begunMs - dueMs) * FOLLOWED;
    return Math.abs(begunMs - dueMs) <= STEP_MS ? continued(stream, { ...arrival, startMs }, stream.next, 'continued') : begun(arrival, stream.recent, 'step');
  }
  const timed = { ...arrival, startMs: arrival.startMs };
  const { any, best } = expectedAt(stream, arrival.startMs);
  const tolerance = 0.5 + (stream.rateHz * RESOLUTION_MS) / 2000;
  if (any.some((exact) => Math.abs(exact - stream.next) <= tolerance)) return continued(stream, timed, stream.next, 'continued');
  const firstSample = Math.round(best);
  if (isInGap(stream, firstSample, firstSample + arrival.samples)) return continued(stream, timed, firstSample, 'late');
  if (!isNear(stream, arrival.startMs)) {
    const before = beforeStray(stream, arrival.device, arrival.startMs);
    return before === undefined ? begun(arrival, stream.recent, 'step') : place(before, arrival);
  }
  return continued(stream, timed, firstSample, best - stream.next >= arrival.samples - tolerance ? 'gap' : 'jitter');
}

/** Is a time within a second of the sample that is expected next? */
function isNear(stream: Stream, startMs: number): boolean {
  return Math.abs(expectedAt(stream, startMs).best - stream.next) <= (STEP_MS * stream.rateHz) / 1000;
}

/** Of what may not change within an epoch: the device, its rate and where its grid is. */
export function epochOf(device: string, rateHz: number, anchorMs: number): number {
  // 52 bits: a whole number everywhere.
  return Number.parseInt(sha256(`${device} ${rateHz} ${anchorMs}`).slice(0, 13), 16);
}

/** The stream as it was after some of its samples, read from the log. */
export function recalled(stream: Stream | undefined, at: Placed): Stream {
  const recent = remembered(stream?.recent ?? [], at);
  return { epoch: at.epoch, anchorMs: at.anchorMs, rateHz: at.rateHz, next: endOf(recent, at.epoch), recent };
}

/** The stream without its latest message, where that stood alone at a time of its own and this one continues what was before: one wild time ends no epoch. */
function beforeStray({ epoch, recent }: Stream, device: string, startMs: number): Stream | undefined {
  const last = recent.findLast((one) => one.epoch !== epoch);
  if (last === undefined || last.epoch !== epochOf(device, last.rateHz, last.anchorMs) || recent.filter((one) => one.epoch === epoch).length > 1) return undefined;
  const before: Stream = { epoch: last.epoch, anchorMs: last.anchorMs, rateHz: last.rateHz, next: endOf(recent, last.epoch), recent };
  return isNear(before, startMs) ? before : undefined;
}

const endOf = (recent: readonly Placed[], epoch: number): number => Math.max(...recent.filter((one) => one.epoch === epoch).map(({ firstSample, samples }) => firstSample + samples));

function isSame(one: Placed, { startMs, samples, message }: Arrival): boolean {
  return one.samples === samples && (startMs === undefined ? one.message !== '' && one.message === message : one.startMs === startMs);
}

function begun(arrival: Arrival, recent: readonly Placed[], continuity: Continuity) {
  const { device, rateHz, samples } = arrival;
  const anchorMs = arrival.startMs ?? arrival.arrivalMs - (samples * 1000) / rateHz;
  const empty: Stream = { epoch: epochOf(device, rateHz, anchorMs), anchorMs, rateHz, next: 0, recent };
  return continued(empty, { ...arrival, startMs: anchorMs }, baseOf(empty), continuity);
}

function continued(stream: Stream, { samples, startMs, message }: Omit<Arrival, 'startMs'> & { readonly startMs: number }, firstSample: number, continuity: Continuity) {
  const { epoch, anchorMs, rateHz } = stream;
  const at: Placed = { epoch, anchorMs, rateHz, firstSample, samples, startMs, message };
  return { stream: { ...stream, next: Math.max(stream.next, firstSample + samples), recent: remembered(stream.recent, at) }, at, continuity };
}

const remembered = (recent: readonly Placed[], at: Placed): readonly Placed[] => [...recent.slice(1 - RECENT_MAX), at];

const baseOf = ({ anchorMs, rateHz }: Pick<Stream, 'anchorMs' | 'rateHz'>): number => Math.round((anchorMs * rateHz) / 1000);

/** When the next message begins, by the one before. */
function dueOf({ epoch, next, rateHz, recent }: Stream): number {
  const last = recent.findLast((one) => one.epoch === epoch)!;
  return last.startMs + ((next - last.firstSample) * 1000) / rateHz;
}

/** Wholly behind what came last, after the earliest that is remembered of this epoch, and on nothing that is there. */
function isInGap({ epoch, next, recent }: Stream, from: number, to: number): boolean {
  const own = recent.filter((one) => one.epoch === epoch);
  if (own.length === 0 || to > next || from < own[0].firstSample) return false;
  return own.every((one) => to <= one.firstSample || from >= one.firstSample + one.samples);
}
