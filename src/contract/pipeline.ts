import { z } from 'zod';

/**
 * What is done to the signal before the model, in the model's own order. A new kind of step is one more member of this
 * union; the conditioning room then fails to compile until it knows it.
 */
const positive = z.number().positive();
const whole = z.number().int().positive();
const scope = z.enum(['lead', 'record', 'crop']);
/** One value for all leads, or one a lead in the contract's order. */
const perLead = z.union([z.number(), z.array(z.number()).min(1)]);

export const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('resample'), rateHz: positive, method: z.enum(['polyphase', 'linear', 'fft', 'decimate']) }),
  z.strictObject({
    step: z.literal('butterworth'),
    kind: z.enum(['highpass', 'lowpass', 'bandpass']),
    order: whole.max(12),
    /** One corner; two for a band-pass, rising. */
    cornersHz: z.array(positive).min(1).max(2),
    phase: z.enum(['zero', 'causal']),
    scope: z.literal('lead'),
  }),
  z.strictObject({ step: z.literal('notch'), frequencyHz: positive, q: positive, phase: z.enum(['zero', 'causal']), scope: z.literal('lead') }),
  z.strictObject({ step: z.literal('fir'), taps: z.array(z.number()).min(1), phase: z.enum(['zero', 'causal']), scope: z.literal('lead') }),
  /** Running medians, one after the other; what they leave is subtracted as the baseline. */
  z.strictObject({ step: z.literal('median-baseline'), windowsS: z.array(positive).min(1), scope: z.literal('lead') }),
  /** To ±limit, or to [lower, upper] of each lead. In the unit at this point of the pipeline. */
  z.strictObject({ step: z.literal('clip'), limit: positive.optional(), lower: perLead.optional(), upper: perLead.optional() }),
  z.strictObject({ step: z.literal('quantise'), stepSize: positive }),
  /** (x − mean) / (sd + epsilon); a constant signal becomes 0. */
  z.strictObject({ step: z.literal('zscore'), scope, epsilon: z.number().nonnegative() }),
  z.strictObject({ step: z.literal('minmax'), scope, lower: z.number(), upper: z.number(), epsilon: z.number().nonnegative() }),
  /** (x − mean) / sd with numbers fixed in training. */
  z.strictObject({ step: z.literal('scale'), mean: perLead, sd: perLead }),
  /** Pieces of `samples`, each scored by itself; their outputs are merged. */
  z.strictObject({ step: z.literal('crop'), samples: whole, strideSamples: whole, merge: z.enum(['max', 'mean', 'first']) }),
  z.strictObject({ step: z.literal('pad'), samples: whole, side: z.enum(['start', 'end', 'both']) }),
]);
export type PipelineStep = Readonly<z.infer<typeof stepSchema>>;
