import { z } from 'zod';
import { LEADS } from '../ecg/index.js';
import { stepSchema } from './pipeline.js';

const text = z.string().min(1);
const whole = z.number().int().positive();
const share = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const lead = z.enum(LEADS);

const interval = z.strictObject({ value: share, lower95: share, upper95: share });

/** What is known of a target with this model (not of the disease): see `claimable`. */
const evidence = z.strictObject({
  level: z.enum(['external', 'internal', 'simulated', 'none']),
  /** Name of the data it was measured on. */
  data: text.optional(),
  records: z.number().int().nonnegative().optional(),
  positives: z.number().int().nonnegative().optional(),
  auroc: interval.optional(),
  auprc: interval.optional(),
});

/** From a logit to a probability. */
const calibration = z.discriminatedUnion('method', [
  /** 1 / (1 + exp(−(a·logit + b))). */
  z.strictObject({ method: z.literal('platt'), a: z.number(), b: z.number() }),
  /** Straight lines between (logit, probability) points; flat beyond the ends. */
  z.strictObject({ method: z.literal('isotonic'), logits: z.array(z.number()).min(1), probabilities: z.array(share).min(1) }),
  z.strictObject({ method: z.literal('none') }),
]);

const target = z.strictObject({
  /** A finding of the catalogue. */
  id: text,
  /** On the calibrated probability. */
  threshold: share,
  calibration,
  evidence,
  /** Any one of these sets of measured or derived leads is enough to claim it. */
  leadSets: z.array(z.array(lead).min(1)).min(1),
  placements: z.array(z.enum(['unknown', 'standard', 'mason-likar', 'easi'])).min(1),
  /** The device's own band must reach this far: high-pass at most, low-pass at least. */
  bandHz: z.strictObject({ highpassMax: z.number().positive().optional(), lowpassMin: z.number().positive().optional() }).optional(),
});

const input = z.strictObject({
  tensor: text,
  layout: z.enum(['NCT', 'NTC', 'N1TC', 'flat']),
  wire: z.enum(['FP32', 'FP16', 'INT16']),
  /** With INT16 on the wire: tensor value = integer × wireScale. */
  wireScale: z.number().positive().optional(),
  /** In the model's order. */
  leads: z.array(lead).min(1).max(LEADS.length),
  rateHz: z.number().positive(),
  samples: whole,
  unit: z.enum(['mV', 'uV', 'counts']),
  microvoltsPerCount: z.number().positive().optional(),
  pipeline: z.array(stepSchema),
  missing: z.enum(['refuse', 'zero', 'mask', 'derive']),
  nan: z.enum(['refuse', 'zero', 'lead-mean', 'neighbours', 'interpolate']),
});

const outputs = z.strictObject({
  logits: z.strictObject({
    tensor: text,
    activation: z.enum(['sigmoid', 'softmax', 'none']),
    /** The target of each column; null: a column that nobody reads. */
    targets: z.array(text.nullable()).min(1),
  }),
  embedding: z.strictObject({ tensor: text, size: whole, joint: z.boolean() }).optional(),
});

const model = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits and ._-'),
  version: text,
  license: text,
  /** Of encoder.onnx. */
  sha256,
  opset: whole,
  trainedOn: z.array(text),
  citation: z.string(),
  /** Other files of the same model and contract, by name (`int8`): the folder's encoder.<name>.onnx. */
  variants: z.record(z.string().regex(/^[a-z0-9]+$/), z.strictObject({ sha256 })).optional(),
});

export const CONTRACT_SCHEMA_VERSION = 1;

export const contractSchema = z.strictObject({
  schemaVersion: z.literal(CONTRACT_SCHEMA_VERSION),
  model,
  input,
  outputs,
  targets: z.array(target),
});

type Deep<T> = T extends (infer U)[] ? readonly Deep<U>[] : T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;

/** Everything the engine must know of a model: `encoder.json`. */
export type Contract = Deep<z.infer<typeof contractSchema>>;
export type ContractTarget = Contract['targets'][number];
export type Calibration = ContractTarget['calibration'];
export type Evidence = ContractTarget['evidence'];
export type WireType = Contract['input']['wire'];
export type Layout = Contract['input']['layout'];
