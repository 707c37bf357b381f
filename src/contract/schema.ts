import { z } from 'zod';
import { LEADS } from '../ecg/index.js';
import type { Deep } from './deep.js';
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

/** (value − mean) / sd. */
const feature = z.strictObject({
  /** Of the patient (sex: male 1, female 0), or measured by the engine. */
  name: z.enum(['ageYears', 'sex', 'heartRateBpm', 'atrialRateBpm', 'prMs', 'qrsMs', 'qtMs', 'qtcMs', 'axisDeg']),
  mean: z.number().optional(),
  sd: z.number().positive().optional(),
  /** refuse: no answer without it. raw: this value instead, scaled as any other. scaled: this one as it is. */
  missing: z.union([z.literal('refuse'), z.strictObject({ raw: z.number() }), z.strictObject({ scaled: z.number() })]),
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
  /** Of one lead. */
  samples: whole,
  /** What the first step gets. Scale-free: the pipeline's own normalisation makes the unit vanish. */
  unit: z.enum(['mV', 'uV', 'counts', 'scale-free']),
  microvoltsPerCount: z.number().positive().optional(),
  /** III, aVR, aVL and aVF: as they came (the default), or recomputed from I and II. */
  derivedLeads: z.enum(['as-given', 'recompute']).optional(),
  pipeline: z.array(stepSchema),
  /**
   * A lead that is not there. zero: goes in as zeros and counts in every statistic. mask: zeros in the tensor, left out of every
   * statistic, and marked in `mask`. derive: a limb lead is made from two others; what cannot be made is refused.
   */
  missing: z.enum(['refuse', 'zero', 'mask', 'derive']),
  /**
   * Samples that are not there, before any step. neighbours: mean of those within six samples, where there are none that of the
   * lead. interpolate: a straight line, level at the ends. record-mean: of all leads.
   */
  nan: z.enum(['refuse', 'zero', 'lead-mean', 'record-mean', 'neighbours', 'interpolate']),
  /** With missing = mask: a further input [leads], 1 where the lead is there, 0 where not. */
  mask: z.strictObject({ tensor: text }).optional(),
  /** A further input [features], float32. */
  tabular: z.strictObject({ tensor: text, features: z.array(feature).min(1) }).optional(),
});

/** How the answers of several crops become one: after the activation. */
const merge = z.enum(['max', 'mean', 'first']);

const outputs = z.strictObject({
  /** Undefined: a model that embeds alone. */
  logits: z.strictObject({
    tensor: text,
    activation: z.enum(['sigmoid', 'softmax', 'none']),
    /** The target of each column; null: a column that nobody reads. */
    targets: z.array(text.nullable()).min(1),
    /** The model's own name of each column. */
    labels: z.array(text).optional(),
    /** Columns (from 0) that compare with an earlier tracing: masked, for a segment has none. */
    needPrevious: z.array(z.number().int().nonnegative()).optional(),
    /** Where a segment becomes several crops: for all columns, or for each. */
    merge: z.union([merge, z.array(merge)]).optional(),
  }).optional(),
  embedding: z.strictObject({ tensor: text, size: whole, joint: z.boolean(), unitLength: z.boolean().optional() }).optional(),
  /** What spoke for each target, over time: [targets, steps], a row for each column that has one, in their order. */
  saliency: z.strictObject({ tensor: text, steps: whole }).optional(),
});

/** The text side of a joint embedding. */
const textSide = z.strictObject({ encoder: text, size: whole, tokensMax: whole.optional(), casing: z.enum(['lower', 'as-written']) });

const model = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits and ._-'),
  version: text,
  license: text,
  /** Of encoder.onnx; undefined: a contract without weights. */
  sha256: sha256.optional(),
  opset: whole.optional(),
  /** Without weights: where they come from, under which licence, and what to do with them. */
  weights: text.optional(),
  trainedOn: z.array(text),
  citation: z.string().optional(),
  /** Other files of the same model and contract, by name (`int8`): the folder's encoder.<name>.onnx. */
  variants: z.record(z.string().regex(/^[a-z0-9]+$/), z.strictObject({ sha256 })).optional(),
});

export const CONTRACT_SCHEMA_VERSION = 1;

export const contractSchema = z.strictObject({
  schemaVersion: z.literal(CONTRACT_SCHEMA_VERSION),
  model,
  input,
  outputs,
  text: textSide.optional(),
  targets: z.array(target),
  /** What a reader must know: facts that nobody verified, choices made. */
  notes: z.array(text).optional(),
});

/** Everything the engine must know of a model: `encoder.json`. */
export type Contract = Deep<z.infer<typeof contractSchema>>;
export type ContractTarget = Contract['targets'][number];
export type Calibration = ContractTarget['calibration'];
export type Evidence = ContractTarget['evidence'];
export type Merge = z.infer<typeof merge>;
export type Feature = NonNullable<Contract['input']['tabular']>['features'][number];
export type WireType = Contract['input']['wire'];
export type Layout = Contract['input']['layout'];
