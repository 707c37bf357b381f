/** What the kernels do. There are two kinds: WebAssembly SIMD and plain TypeScript. */
import type { Polyphase } from './polyphase.js';
import type { Section } from './sections.js';

/** The counts that stand for "no sample". */
export const NO_INT16 = -(2 ** 15);
export const NO_INT32 = -(2 ** 31);

export interface Moments {
  readonly mean: number;
  /** Of the population: Σ (x − mean)² / n. */
  readonly variance: number;
  readonly min: number;
  readonly max: number;
}

/** Of each window: least, most, mean, and mean absolute second difference. */
export interface WindowRows {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly level: Float64Array;
  readonly bend: Float64Array;
}

/** Activations of a network in whole numbers stay within ±ACTIVATION_MAX, so that no sum of products leaves 32 bits. */
export const ACTIVATION_MAX = 8191;

/** Of the values in a row that is multiplied with another: 128 · 8191 · DOTS_MAX is within 32 bits. */
export const DOTS_MAX = 2048;

/**
 * One layer of a network: a convolution over time in whole numbers: exact, hence the same on every machine.
 * out[t][o] = clamp((bias[o] + Σ input[t·stride + j − pad][i] · weights[j][i][o] + half) >> shift), zeros beyond the edges; then, where asked
 * for, clamp(out + input).
 */
export interface Layer {
  readonly inputs: number;
  /** A multiple of four. */
  readonly outputs: number;
  /** Odd; the padding is its half. */
  readonly width: number;
  readonly stride: number;
  /** [width][inputs][outputs], within ±1023. */
  readonly weights: Int16Array;
  readonly bias: Int32Array;
  /** 1 or more. */
  readonly shift: number;
  /** Negative results become 0. */
  readonly rectified: boolean;
  /** Negative inputs count as 0. */
  readonly rectifiesInput: boolean;
  /** The input, as it came, is added to the result; stride 1, as many outputs as inputs. */
  readonly addsInput: boolean;
}

/** Steps that a layer makes of its input. */
export const stepsOf = ({ inputs, stride }: Layer, input: Int16Array): number => Math.ceil(input.length / inputs / stride);

/**
 * Rows given together are of one length, and no row's result depends on the others. Both kinds of kernel do the same
 * operations in the same order, so their results are the same bits.
 */
export interface Kernels {
  /** Rows of x, zeros before and after → rows of `length` outputs. Arithmetic in the rows' own precision. */
  polyphase<T extends Float64Array | Float32Array>(filter: Polyphase, rows: readonly T[], length: number): T[];
  /** float32 rows, in float32 arithmetic → `length` outputs times `factor` as float64. */
  polyphaseWide(filter: Polyphase, rows: readonly Float32Array[], length: number, factor: number): Float64Array[];
  /** Sections one after the other, in place, each row from the state of an endless input of its start. */
  causal(sections: readonly Section[], rows: readonly Float64Array[], starts: readonly number[]): void;
  /** Forwards and back over rows padded oddly by `pad` samples on both sides; into the rows of `into`. */
  zeroPhase(sections: readonly Section[], rows: readonly Float64Array[], pad: number, into: readonly Float64Array[]): void;
  /** Is any of them the format's "no sample" (−32768 in int16, −2³¹ in int32, NaN in float32)? */
  hasHole(counts: Int16Array | Int32Array | Float32Array): boolean;
  /** float32 → float64, times `factor`. */
  widen(row: Float32Array, factor: number): Float64Array;
  /** Is every |x| at most `limit`, taken as float32? NaN is not. */
  within(row: Float32Array, limit: number): boolean;
  /** Mean, variance in two passes, least and most; NaN makes all of them NaN. */
  moments(row: Float64Array): Moments;
  /** (x − offset) / divisor in place. */
  normalise(row: Float64Array, offset: number, divisor: number): void;
  /** min(max(x, lower), upper) in place; NaN stays. */
  clip(row: Float64Array, lower: number, upper: number): void;
  /** (count − offset) / gain in float64, rounded to float32; the format's "no sample" and NaN become NaN. */
  millivolts(counts: Int16Array | Int32Array | Float32Array, aduPerMv: number, offsetAdu: number, into: Float32Array): void;
  /** Σ weight·row in float64, rounded to float32. */
  weighted(rows: readonly Float32Array[], weights: readonly number[]): Float32Array;
  /** Means of the 2·half + 1 samples around each, of fewer at the edges. */
  movingAverage(row: Float64Array, half: number): Float64Array;
  /**
   * `count` windows of `width` (four or more) means of `stride` neighbours each, one after the other; samples behind them do not count. A level
   * that is no finite number says that a sample of the window is none: the window's other numbers mean nothing then.
   */
  windows(row: Float32Array, stride: number, width: number, count: number): WindowRows;
  /** @param input time × inputs; @param into where the result goes, as long as it is; @returns ceil(time / stride) × outputs */
  layer(layer: Layer, input: Int16Array, into?: Int16Array): Int16Array;
  /** Of rows of time × channels without negative values: time × 2·channels, the mean (rounded) and the maximum of each channel; channels a multiple of eight. */
  pooled(rows: readonly Int16Array[], channels: number, into?: Int16Array): Int16Array;
  /** Σ row·query of each row of int8, one after the other, each as long as `query`: a multiple of 16, at most DOTS_MAX, of values within ±ACTIVATION_MAX; so that no sum leaves 32 bits. */
  dots(rows: Int8Array, query: Int16Array): Int32Array;
}
