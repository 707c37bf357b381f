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
  /** Highest minus lowest. */
  readonly span: Float64Array;
  readonly level: Float64Array;
  /** Mean absolute second difference at about 250 Hz. */
  readonly bend: Float64Array;
  /** Of the whole lead. */
  readonly low: number;
  readonly high: number;
  /** How often the lead is exactly at its lowest and its highest, as a share of its samples. */
  readonly atLow: number;
  readonly atHigh: number;
  /** Share of samples that are numbers, 0 to 1. */
  readonly presence: number;
}

/** One pass over a lead: mV at `rateHz`, NaN in holes. What is not finite counts as a hole. */
export function windowsOf(mv: Float32Array, rateHz: number): Windows {
  const stride = Math.max(1, Math.floor(rateHz / RATE_MAX_HZ));
  const samples = Math.floor(mv.length / stride);
  const width = Math.max(1, Math.round((WINDOW_S * rateHz) / stride));
  const count = Math.max(Math.min(1, samples), Math.floor(samples / width));
  const span = new Float64Array(count);
  const level = new Float64Array(count);
  const bend = new Float64Array(count);
  const scale = 1 / stride;
  let [low, high] = [Infinity, -Infinity];
  let [atLow, atHigh, present] = [0, 0, 0];
  let [before, beforeThat] = [NaN, NaN];
  for (let window = 0; window < count; window++) {
    const first = window * width;
    // The rest that fills no window belongs to the last.
    const last = window === count - 1 ? samples : first + width;
    let [min, max, sum, bends, there, bent] = [Infinity, -Infinity, 0, 0, 0, 0];
    for (let i = first; i < last; i++) {
      const at = i * stride;
      let value = mv[at];
      for (let j = 1; j < stride; j++) value += mv[at + j];
      value *= scale;
      const second = Math.abs(value - 2 * before + beforeThat);
      beforeThat = before;
      before = value;
      // False for NaN and for ±Infinity.
      if (value - value !== 0) continue;
      there++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      if (value < low) {
        low = value;
        atLow = 1;
      } else if (value === low) atLow++;
      if (value > high) {
        high = value;
        atHigh = 1;
      } else if (value === high) atHigh++;
      if (second - second === 0) {
        bends += second;
        bent++;
      }
    }
    present += there;
    const told = there > 0 && there >= PRESENCE_MIN * (last - first);
    span[window] = told ? max - min : NaN;
    level[window] = told ? sum / there : NaN;
    bend[window] = told && bent > 0 ? bends / bent : NaN;
  }
  const share = (n: number) => (present === 0 ? 0 : n / present);
  return { count, windowS: (width * stride) / rateHz, span, level, bend, low, high, atLow: share(atLow), atHigh: share(atHigh), presence: samples === 0 ? 0 : present / samples };
}
