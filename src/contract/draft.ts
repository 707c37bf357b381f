import { INDEPENDENT, LEADS, SEGMENT_SECONDS } from '../ecg/index.js';
import { CONTRACT_SCHEMA_VERSION, type Contract, type Layout } from './schema.js';

/** Of a lead: a second at the slowest rate that a model was ever taught at. */
const SAMPLES_MIN = 50;

/** A tensor of a model's file: −1 is any size, the first is the batch. */
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a model's file says of itself. */
export interface ModelFile {
  readonly name: string;
  readonly sha256: string;
  readonly opset: number;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** A layout, and the numbers of leads and samples, as the sizes behind the batch show them. */
interface Read {
  readonly layout: Layout;
  readonly leads: number;
  readonly samples: number;
}

/** Leads that models take, by how many there are: all, the independent eight, one. */
const LEADS_BY_COUNT: Readonly<Record<number, readonly (typeof LEADS)[number][]>> = { 12: LEADS, 8: INDEPENDENT, 1: ['II'] };

/**
 * A first contract for a model: what its file says is filled in, and each thing that no file says is in `notes` as TO DO, beside a guess. It is
 * valid and claims nothing: no column is mapped to a finding. Undefined: no input is a signal of one to twelve leads of a second or more, or no output is [batch, columns].
 */
export function draftContract({ name, sha256, opset, inputs, outputs }: ModelFile): Contract | undefined {
  const signals = inputs.flatMap(({ name: tensor, shape }) => {
    const read = readShape(shape.slice(1));
    return read === undefined ? [] : [{ tensor, batch: shape[0], ...read }];
  });
  const signal = signals.sort((a, b) => b.leads * b.samples - a.leads * a.samples)[0];
  const flat = outputs.filter(({ shape }) => shape.length === 2 && shape[1] > 0);
  if (signal === undefined || flat.length === 0) return undefined;
  const { tensor, layout, samples } = signal;
  const leads = LEADS_BY_COUNT[signal.leads] ?? LEADS.slice(0, signal.leads);
  const rateHz = samples / SEGMENT_SECONDS;
  const embedding = flat.find((output) => /emb|feature|hidden|repr|pool|latent/i.test(output.name));
  const heads = flat.filter((output) => output !== embedding);
  const logits = heads.find((output) => /logit|prob|score|class|pred/i.test(output.name)) ?? heads[0];
  const further = inputs.filter((input) => input.name !== tensor).map((input) => input.name);
  const beyond = outputs.filter((output) => output !== logits && output !== embedding).map((output) => output.name);
  return {
    schemaVersion: CONTRACT_SCHEMA_VERSION,
    model: { name: name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 64) || 'model', version: '1', license: 'TO DO', sha256, opset, trainedOn: [] },
    input: { tensor, layout, wire: 'FP32', leads: [...leads], rateHz, samples, unit: 'mV', pipeline: [{ step: 'resample', rateHz, method: 'polyphase' }], missing: 'refuse', nan: 'refuse' },
    outputs: {
      ...(logits !== undefined && { logits: { tensor: logits.name, activation: 'sigmoid' as const, targets: Array<null>(logits.shape[1]).fill(null), labels: Array.from({ length: logits.shape[1] }, (_, i) => `column ${i}`) } }),
      ...(embedding !== undefined && { embedding: { tensor: embedding.name, size: embedding.shape[1], joint: false } }),
    },
    targets: [],
    notes: [
      'TO DO model: version, license, trainedOn (data sets by name).',
      `TO DO input.leads: the file says ${signal.leads} leads, not which and in which order.`,
      `TO DO input.rateHz: ${rateHz} if the ${samples} samples of a lead are ten seconds; else the rate of training, with a crop or pad step.`,
      'TO DO input.unit and input.pipeline: every step of the training code, in its order. A step that is missing makes every score wrong without an error.',
      'TO DO input.missing and input.nan: what the model was taught of a lead that is not there, and of samples that are not there.',
      ...(heads.length > 1 ? [`TO DO outputs.logits.tensor: ${heads.map((head) => head.name).join(', ')} could be it.`] : []),
      ...(signal.batch > 0 ? [`TO DO the model: its batch is fixed to ${signal.batch}; export it with a free one.`] : []),
      ...(logits === undefined ? [] : ['TO DO outputs.logits: activation; labels in the model\'s order; targets: an id of models/catalogue.json for each column that is read, with an entry in `targets`.']),
      ...further.map((one) => `TO DO input ${one}: a mask (input.mask) or a table (input.tabular); the contract must say what goes into it.`),
      ...beyond.map((one) => `Output ${one} is not read.`),
    ],
  };
}

/** @param shape behind the batch */
function readShape(shape: readonly number[]): Read | undefined {
  const isLeads = (size: number): boolean => size >= 1 && size <= LEADS.length;
  const isSamples = (size: number): boolean => size >= SAMPLES_MIN;
  const [a, b, c] = shape;
  if (shape.length === 2 && isLeads(a) && isSamples(b)) return { layout: 'NCT', leads: a, samples: b };
  if (shape.length === 2 && isSamples(a) && isLeads(b)) return { layout: 'NTC', leads: b, samples: a };
  if (shape.length === 3 && a === 1 && isSamples(b) && isLeads(c)) return { layout: 'N1TC', leads: c, samples: b };
  if (shape.length === 1 && isSamples(a / LEADS.length) && a % LEADS.length === 0) return { layout: 'flat', leads: LEADS.length, samples: a / LEADS.length };
  return undefined;
}
