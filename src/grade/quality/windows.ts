import { type WindowRows, windows } from '../../dsp/index.js';

/** Long enough for a QRS complex, short enough to lie between two. */
const WINDOW_S = 0.2;
/** Above this rate neighbours are averaged first: what lies higher says nothing more of quality. */
const RATE_MAX_HZ = 250;
/** A window with fewer of its samples says nothing. */
const PRESENCE_MIN = 0.5;

/** A lead in windows of 0.2 s; mV. Windows with too few samples hold NaN. */
export interface Windows extends WindowRows {
  readonly count: number;
  readonly windowS: number;
  /** Share of samples that are numbers, 0 to 1. */
  readonly presence: number;
}

/** Fewer samples have no second difference to speak of: they are gone through one by one. */
const WIDTH_MIN = 4;

/** One pass over a lead: mV at `rateHz`, NaN in holes. What is not finite counts as a hole. */
export function windowsOf(mv: Float32Array, rateHz: number): Windows {
  const stride = Math.max(1, Math.floor(rateHz / RATE_MAX_HZ));
  const samples = Math.floor(mv.length / stride);
  const width = Math.max(1, Math.round((WINDOW_S * rateHz) / stride));
  const count = Math.max(Math.min(1, samples), Math.floor(samples / width));
  const rows = { low: new Float64Array(count), high: new Float64Array(count), level: new Float64Array(count), bend: new Float64Array(count) };
  let present = 0;
  const fill = (from: number, to: number, length: number): void => {
    const part = mv.subarray(from * width * stride);
    const found = length < WIDTH_MIN ? undefined : windows(part, stride, length, to - from);
    for (let window = from; window < to; window++) {
      const level = found?.level[window - from];
      if (found !== undefined && level! - level! === 0) {
        rows.low[window] = found.low[window - from];
        rows.high[window] = found.high[window - from];
        rows.level[window] = level!;
        rows.bend[window] = found.bend[window - from];
        present += length;
      } else present += withHoles(part, (window - from) * length * stride, stride, length, window, rows);
    }
  };
  // The rest that fills no window belongs to the last.
  if (count > 1) fill(0, count - 1, width);
  if (count > 0) fill(count - 1, count, samples - (count - 1) * width);
  return { count, windowS: (width * stride) / rateHz, ...rows, presence: samples === 0 ? 0 : present / samples };
}

/** One with holes, or a very short one; returns how many samples are there. */
function withHoles(mv: Float32Array, first: number, stride: number, length: number, window: number, { low, high, level, bend }: WindowRows): number {
  low[window] = high[window] = level[window] = bend[window] = NaN;
  let there = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let bends = 0;
  let bent = 0;
  let before = NaN;
  let earlier = NaN;
  for (let i = 0, at = first; i < length; i++) {
    let value = 0;
    for (let j = 0; j < stride; j++) value += mv[at++];
    value /= stride;
    const second = Math.abs(value - 2 * before + earlier);
    earlier = before;
    before = value;
    // False for NaN and for ±Infinity.
    if (value - value !== 0) continue;
    there++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (second - second !== 0) continue;
    bends += second;
    bent++;
  }
  if (there === 0 || there < PRESENCE_MIN * length) return there;
  low[window] = min;
  high[window] = max;
  level[window] = sum / there;
  if (bent > 0) bend[window] = bends / bent;
  return there;
}
