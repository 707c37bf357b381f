/** Long enough for a QRS complex, short enough to lie between two. */
export const WINDOW_S = 0.2;
/** Above this rate neighbours are averaged first: what lies higher says nothing more of quality. */
const RATE_MAX_HZ = 250;
/** A window with fewer of its samples tells nothing. */
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
  const low = new Float64Array(count).fill(NaN);
  const high = new Float64Array(count).fill(NaN);
  const level = new Float64Array(count).fill(NaN);
  const bend = new Float64Array(count).fill(NaN);
  // The rest that fills no window belongs to the last.
  const recent = new Float64Array(Math.min(samples, 2 * width));
  let present = 0;
  for (let window = 0; window < count; window++) {
    const first = window * width;
    const length = (window === count - 1 ? samples : first + width) - first;
    const sum = thin(mv, first, length, stride, recent);
    // The sum is finite if every sample is: the rule, and the fast path.
    const there = sum - sum === 0 ? length : holesOut(recent, length);
    present += there;
    if (there === 0 || there < PRESENCE_MIN * length) continue;
    let [min, max, total, bends, bent] = [Infinity, -Infinity, 0, 0, 0];
    if (there === length) {
      total = sum;
      let before = recent[0];
      let slope = recent[1] - before;
      bent = length - 2;
      for (let i = 0; i < length; i++) {
        const value = recent[i];
        const next = value - before;
        bends += Math.abs(next - slope);
        if (value < min) min = value;
        if (value > max) max = value;
        slope = next;
        before = value;
      }
      // Before the first sample there is no slope.
      bends -= 2 * Math.abs(recent[1] - recent[0]);
    } else {
      for (let i = 0; i < length; i++) {
        const value = recent[i];
        if (value !== value) continue;
        if (value < min) min = value;
        if (value > max) max = value;
        total += value;
        const second = Math.abs(value - 2 * recent[i - 1] + recent[i - 2]);
        if (i < 2 || second !== second) continue;
        bends += second;
        bent++;
      }
    }
    low[window] = min;
    high[window] = max;
    level[window] = total / there;
    if (bent > 0) bend[window] = bends / bent;
  }
  return { count, windowS: (width * stride) / rateHz, low, high, level, bend, presence: samples === 0 ? 0 : present / samples };
}

/** Means of `stride` neighbours, into `out`; returns their sum. */
function thin(mv: Float32Array, first: number, length: number, stride: number, out: Float64Array): number {
  let sum = 0;
  if (stride === 2) {
    for (let i = 0, at = 2 * first; i < length; i++, at += 2) {
      const value = 0.5 * (mv[at] + mv[at + 1]);
      out[i] = value;
      sum += value;
    }
    return sum;
  }
  for (let i = 0; i < length; i++) {
    let value = 0;
    for (let j = 0, at = (first + i) * stride; j < stride; j++) value += mv[at + j];
    value /= stride;
    out[i] = value;
    sum += value;
  }
  return sum;
}

/** Makes every sample that is not finite NaN; how many are left. */
function holesOut(recent: Float64Array, length: number): number {
  let there = 0;
  for (let i = 0; i < length; i++) {
    if (recent[i] - recent[i] === 0) there++;
    else recent[i] = NaN;
  }
  return there;
}
