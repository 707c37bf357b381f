import { z } from 'zod';
import type { Deep } from './deep.js';

/**
 * What is done to the signal before the model, in the model's own order. A new kind of step is one more member of this
 * union; the conditioning room then fails to compile until it knows it.
 */
const positive = z.number().positive();
const whole = z.number().int().positive();
/**
 * Over what a statistic is taken: each lead alone; all leads of the whole record (before any crop); all leads of each
 * crop (after it).
 */
const scope = z.enum(['lead', 'record', 'crop']);
/** Zero: forwards and back. Causal: forwards alone, from the state of an endless input of the first sample. */
const phase = z.enum(['zero', 'causal']);
const kind = z.enum(['highpass', 'lowpass', 'bandpass']);
/** One corner in Hz; two for a band-pass, rising. */
const corners = z.array(positive).min(1).max(2);
/** One value for all leads, or one a lead in the contract's order. */
const perLead = z.union([z.number(), z.array(z.number()).min(1)]);

export const stepSchema = z.discriminatedUnion('step', [
  /**
   * polyphase: scipy.signal.resample_poly. fft: scipy.signal.resample. linear: straight lines, first sample on first and
   * last on last. decimate: every k-th sample, no low-pass. decimate-chebyshev: scipy.signal.decimate, for whole ratios.
   */
  z.strictObject({ step: z.literal('resample'), rateHz: positive, method: z.enum(['polyphase', 'linear', 'fft', 'decimate', 'decimate-chebyshev']) }),
  /** scipy.signal.butter; zero phase as sosfiltfilt with its odd padding, causal as sosfilt from sosfilt_zi × first sample. */
  z.strictObject({ step: z.literal('butterworth'), kind, order: whole.max(12), cornersHz: corners, phase, scope: z.literal('lead') }),
  /** scipy.signal.iirnotch. A signal too slow to hold the frequency is left as it is. */
  z.strictObject({ step: z.literal('notch'), frequencyHz: positive, q: positive, phase, scope: z.literal('lead') }),
  /**
   * scipy.signal.firwin with its Hamming window; `lengthS` × rate taps, rounded down, and one more where that is even. Delay: one
   * pass, put back by half the filter, zeros beyond the ends.
   */
  z.strictObject({ step: z.literal('fir'), kind, lengthS: positive, cornersHz: corners, phase: z.enum(['zero', 'causal', 'delay']), scope: z.literal('lead') }),
  /**
   * Running medians, one after the other; what they leave is subtracted as the baseline. A window has the next odd number of
   * samples from seconds × rate on. Beyond the ends: zeros (scipy.signal.medfilt), or the signal mirrored (scipy.ndimage).
   */
  z.strictObject({ step: z.literal('median-baseline'), windowsS: z.array(positive).min(1).max(2), edges: z.enum(['zero', 'reflect']), scope: z.literal('lead') }),
  /**
   * × factor. Where a model's own code estimates a gain from whatever else is in the batch, the number is frozen here: for the
   * model, or for one kind of device (a contract serves those devices alone then).
   */
  z.strictObject({ step: z.literal('gain'), factor: positive, frozen: z.enum(['model', 'device']) }),
  /** To ±limit, or to [lower, upper] of each lead. In the unit at this point of the pipeline. */
  z.strictObject({ step: z.literal('clip'), limit: positive.optional(), lower: perLead.optional(), upper: perLead.optional() }),
  /** To whole multiples of the step: the nearest (ties to even), or towards zero. */
  z.strictObject({ step: z.literal('quantise'), stepSize: positive, rounding: z.enum(['nearest', 'truncate']).optional() }),
  /** (x − mean) / (sd + epsilon), sd over n − ddof (0 unless said); a constant signal becomes 0. */
  z.strictObject({ step: z.literal('zscore'), scope, epsilon: z.number().nonnegative(), ddof: z.literal([0, 1]).optional() }),
  /** lower + (upper − lower) · (x − least) / (most − least + epsilon); a constant signal becomes `lower`. */
  z.strictObject({ step: z.literal('minmax'), scope, lower: z.number(), upper: z.number(), epsilon: z.number().nonnegative() }),
  /** (x − mean) / sd with numbers fixed in training. */
  z.strictObject({ step: z.literal('scale'), mean: perLead, sd: perLead }),
  /**
   * Pieces of `samples`, each scored alone: at `starts`, or every `strideSamples`. A rest too short for another piece is
   * dropped, or kept with zeros behind it. A record shorter than a piece is one piece with zeros behind it.
   */
  z.strictObject({
    step: z.literal('crop'),
    samples: whole,
    starts: z.array(z.number().int().nonnegative()).min(1).optional(),
    strideSamples: whole.optional(),
    tail: z.enum(['drop', 'keep']).optional(),
  }),
  /** Zeros up to `samples`. Centre and both are one: half on each side, an odd one at the end. */
  z.strictObject({ step: z.literal('pad'), samples: whole, side: z.enum(['start', 'end', 'centre', 'both']) }),
  /** Lays the leads end to end: what follows sees one long signal. */
  z.strictObject({ step: z.literal('flatten') }),
]);

export type PipelineStep = Deep<z.infer<typeof stepSchema>>;
/** A step of one kind. */
export type StepOf<K extends PipelineStep['step']> = Extract<PipelineStep, { readonly step: K }>;

/** What of a number for all leads, or of one a lead, is the number of this lead. */
export function ofLead(value: number | readonly number[] | undefined, lead: number): number | undefined {
  return typeof value === 'object' ? value[lead] : value;
}
