/** Long enough for a QRS complex, short enough to lie between two. */
const WINDOW_S = 0.2;
/** Above this rate neighbours are averaged first: what lies higher says nothing more of quality. */
const RATE_MAX_HZ = 250;
/** A window with fewer of its samples says nothing. */
const PRESENCE_MIN = 0.5;

/** A lead in windows of 0.2 s; mV. Windows with too few samples hold NaN. */
export interface Windows {
  readonly count: number;
  readonly windowS: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly level: Float64Array;
  /** Mean absolute second difference at about 250 Hz. */
  readonly bend: Float64Array;
  /** Share of samples that are numbers, 0 to 1. */
  readonly presence: number;
}

/** One pass over a lead: mV at `rateHz`, NaN in holes. What is not finite counts as a hole. */
export function windowsOf(mv: Float32Array, rateHz: number): Windows {
  const stride = Math.max(1, Math.floor(rateHz / RATE_MAX_HZ));
  const samples = Math.floor(mv.length / stride);
  const width = Math.max(1, Math.round((WINDOW_S * rateHz) / stride));
  const count = Math.max(Math.min(1, samples), Math.floor(samples / width));
  const windows = {
    low: new Float64Array(count).fill(NaN),
    high: new Float64Array(count).fill(NaN),
    level: new Float64Array(count).fill(NaN),
    bend: new Float64Array(count).fill(NaN),
  };
  // The rest that fills no window belongs to the last.
  const thinned = new Float64Array(Math.min(samples, 2 * width));
  let present = 0;
  for (let window = 0; window < count; window++) {
    const first = window * width;
    const length = (window === count - 1 ? samples : first + width) - first;
    thin(mv, first, length, stride, thinned);
    present += isWhole(thinned, length, window, windows) ? length : withHoles(thinned, length, window, windows);
  }
  return { count, windowS: (width * stride) / rateHz, ...windows, presence: samples === 0 ? 0 : present / samples };
}

type Rows = Pick<Windows, 'low' | 'high' | 'level' | 'bend'>;

/** Means of `stride` neighbours. */
function thin(mv: Float32Array, first: number, length: number, stride: number, out: Float64Array): void {
  let at = first * stride;
  if (stride === 2) {
    for (let i = 0; i < length; i++, at += 2) out[i] = 0.5 * (mv[at] + mv[at + 1]);
    return;
  }
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += mv[at++];
    out[i] = sum / stride;
  }
}

/** Fills in a window without holes; false where it has one. Two samples a turn, so that no sum waits for the one before. */
function isWhole(x: Float64Array, length: number, window: number, { low, high, level, bend }: Rows): boolean {
  if (length < 4) return false;
  // Plain variables here and below: taking arrays apart costs more than a window does.
  let p = x[0];
  let q = x[1];
  let evens = p;
  let odds = q;
  let evenBends = 0;
  let oddBends = 0;
  let min = p < q ? p : q;
  let max = p < q ? q : p;
  const even = length & ~1;
  for (let i = 2; i < even; i += 2) {
    const u = x[i];
    const v = x[i + 1];
    evens += u;
    odds += v;
    evenBends += Math.abs(u - q - q + p);
    oddBends += Math.abs(v - u - u + q);
    if (u < v) {
      if (u < min) min = u;
      if (v > max) max = v;
    } else {
      if (v < min) min = v;
      if (u > max) max = u;
    }
    p = u;
    q = v;
  }
  if (even < length) {
    const u = x[even];
    evens += u;
    evenBends += Math.abs(u - q - q + p);
    if (u < min) min = u;
    if (u > max) max = u;
  }
  const sum = evens + odds;
  // Finite if every sample is.
  if (sum - sum !== 0) return false;
  low[window] = min;
  high[window] = max;
  level[window] = sum / length;
  bend[window] = (evenBends + oddBends) / (length - 2);
  return true;
}

/** The same with holes, and for very short ones; returns how many samples are there. */
function withHoles(x: Float64Array, length: number, window: number, { low, high, level, bend }: Rows): number {
  let there = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let bends = 0;
  let bent = 0;
  for (let i = 0; i < length; i++) {
    const value = x[i];
    // False for NaN and for ±Infinity.
    if (value - value !== 0) continue;
    there++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    const second = i < 2 ? NaN : Math.abs(value - 2 * x[i - 1] + x[i - 2]);
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
