import type { Chunk, ClockStep, SegmentClock } from '../ecg/index.js';
import { type Anchor, ANCHORS_MAX, type ClockDrift, type DelayEnvelope, type EpochState } from './state.js';

/** A device clock that disagrees by more than this has stepped. */
const STEP_MS = 500;
/** The lower envelope looks back over one to two of these. */
const DELAY_WINDOW_MS = 60_000;
/** Over less of a device's time its milliseconds say nothing of its rate. */
const DRIFT_KNOWN_AFTER_S = 30;
/** As far as a rate may be off its nominal value. */
const DRIFT_MAX_PPM = 10_000;

/**
 * Maps device time by (anchor + samples / rate). Device clocks are claims: a disagreement over 500 ms is a step, and
 * the anchor moves there. A chunk that comes late is compared with the anchor before it, so order makes no steps.
 */
export function noteTime(epoch: EpochState, chunk: Chunk, rateHz: number): void {
  noteAnchor(epoch, chunk, rateHz);
  noteDrift(epoch, chunk, rateHz);
}

function noteAnchor(epoch: EpochState, chunk: Chunk, rateHz: number): void {
  const at = epoch.anchors.findLastIndex((anchor) => anchor.sample <= chunk.firstSample);
  const anchor = epoch.anchors[Math.max(at, 0)];
  if (anchor === undefined) {
    epoch.anchors.push({ sample: chunk.firstSample, timeMs: chunk.deviceTimeMs, stepMs: 0 });
    return;
  }
  const stepMs = chunk.deviceTimeMs - timeAt(anchor, chunk.firstSample, rateHz);
  if (Math.abs(stepMs) <= STEP_MS || anchor.sample === chunk.firstSample) return;
  const next = epoch.anchors[at + 1];
  // The next anchor was set by a chunk after this one: the step begins here instead.
  if (at >= 0 && next !== undefined && Math.abs(timeAt(next, chunk.firstSample, rateHz) - chunk.deviceTimeMs) <= STEP_MS) {
    epoch.anchors.splice(at + 1, 1);
  }
  epoch.anchors.splice(at + 1, 0, { sample: chunk.firstSample, timeMs: chunk.deviceTimeMs, stepMs });
  // Delays from before the step say nothing of the clock after it.
  epoch.delay = newDelay();
  epoch.drift = undefined;
  if (epoch.anchors.length > ANCHORS_MAX) epoch.anchors.shift();
}

/** One more point of the regression (Welford 1962). */
function noteDrift(epoch: EpochState, { firstSample, deviceTimeMs }: Chunk, rateHz: number): void {
  const drift = (epoch.drift ??= { sample: firstSample, timeMs: deviceTimeMs, chunks: 0, meanS: 0, meanMs: 0, squares: 0, products: 0 });
  const s = (firstSample - drift.sample) / rateHz;
  const ms = deviceTimeMs - drift.timeMs - 1000 * s;
  drift.chunks++;
  const fromMean = s - drift.meanS;
  drift.meanS += fromMean / drift.chunks;
  drift.meanMs += (ms - drift.meanMs) / drift.chunks;
  drift.squares += fromMean * (s - drift.meanS);
  drift.products += fromMean * (ms - drift.meanMs);
}

/** How much more samples a second of the device's clock has than the nominal rate says. */
function driftPpm(drift: ClockDrift | undefined): number | undefined {
  // Chunks at even distances over T seconds have a variance of T²/12.
  if (drift === undefined || Math.sqrt((12 * drift.squares) / drift.chunks) < DRIFT_KNOWN_AFTER_S) return undefined;
  const msPerS = drift.products / drift.squares;
  return Math.max(-DRIFT_MAX_PPM, Math.min(DRIFT_MAX_PPM, (1000 / (1000 + msPerS) - 1) * 1e6));
}

function timeAt(anchor: Anchor, sample: number, rateHz: number): number {
  return anchor.timeMs + ((sample - anchor.sample) / rateHz) * 1000;
}

/** A record can only come after its last sample: the least delay seen is the nearest to the clocks' true offset. */
export function noteDelay(epoch: EpochState, chunk: Chunk, samples: number, brokerMs: number, rateHz: number): void {
  const delayMs = brokerMs - (chunk.deviceTimeMs + (samples / rateHz) * 1000);
  const { delay } = epoch;
  if (delay.minMs !== undefined && brokerMs - delay.windowStartMs < DELAY_WINDOW_MS) {
    delay.minMs = Math.min(delay.minMs, delayMs);
    return;
  }
  epoch.delay = { windowStartMs: brokerMs, minMs: delayMs, previousMinMs: delay.minMs };
}

export function newDelay(): DelayEnvelope {
  return { windowStartMs: 0 };
}

/** Clock fields of a segment from … to. */
export function segmentClock(epoch: EpochState, from: number, to: number, rateHz: number): SegmentClock {
  const anchor = epoch.anchors.findLast((a) => a.sample <= from) ?? epoch.anchors[0];
  const steps: ClockStep[] = epoch.anchors
    .filter((a) => a.stepMs !== 0 && a.sample >= from && a.sample < to)
    .map((a) => ({ atMs: ((a.sample - from) / rateHz) * 1000, stepMs: a.stepMs }));
  const { minMs, previousMinMs } = epoch.delay;
  const brokerOffsetMs = Math.min(minMs ?? 0, previousMinMs ?? Infinity);
  const brokerUncertaintyMs = previousMinMs === undefined ? DELAY_WINDOW_MS : Math.ceil(Math.abs((minMs ?? 0) - previousMinMs));
  // The delay is measured against the latest anchor: a segment in which the clock was set right has its start by the right one too.
  const brokerStartMs = timeAt(epoch.anchors[epoch.anchors.length - 1] ?? anchor, from, rateHz) + brokerOffsetMs;
  return { startMs: timeAt(anchor, from, rateHz), steps, brokerOffsetMs, brokerUncertaintyMs, brokerStartMs, rateDriftPpm: driftPpm(epoch.drift) };
}

/** Forgets the anchors that nothing after `sample` needs. */
export function trimAnchors(epoch: EpochState, sample: number): void {
  const keep = epoch.anchors.findLastIndex((anchor) => anchor.sample <= sample);
  if (keep > 0) epoch.anchors.splice(0, keep);
}
