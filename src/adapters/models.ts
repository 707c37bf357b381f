import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseContract, parseStatementSet, parseTextSide, parseThresholdSet, problemText, type Contract, type Parsed, type StatementSet, type TextSide, type ThresholdSet } from '../contract/index.js';

export type ModelFolderErrorCode = 'contract-missing' | 'contract-not-json' | 'contract-invalid' | 'text-not-json' | 'text-invalid' | 'thresholds-not-json' | 'thresholds-invalid' | 'statements-not-json' | 'statements-invalid' | 'no-weights' | 'model-missing' | 'model-unreadable' | 'model-changed' | 'model-exists' | 'opset-differs' | 'weights-outside' | 'neighbours-missing' | 'neighbours-invalid' | 'neighbours-of-another-model' | 'not-finite' | 'batch-dependent' | 'variant-unknown' | 'model-mismatch';

/** A model folder that cannot be used: one line in `message`, what to do about it in `hint`. */
export class ModelFolderError extends Error {
  override readonly name = 'ModelFolderError';

  constructor(
    readonly code: ModelFolderErrorCode,
    message: string,
    readonly hint: string,
    /** What else is wrong, a line each. */
    readonly further: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface LoadedModel {
  readonly contract: Contract;
  readonly onnxPath: string;
  /** Of the file at `onnxPath`. */
  readonly sha256: string;
}

/** One document can be wrong in thousands of places. */
const PROBLEMS_SHOWN_MAX = 20;

/** A document of a model folder, or what is wrong with it. Throws ModelFolderError. */
export function parsedFile<T>(path: string, text: string, part: 'contract' | 'text' | 'thresholds' | 'statements', parse: (json: unknown) => Parsed<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelFolderError(`${part}-not-json`, `${path} is not JSON`, 'check it with a JSON parser');
  }
  const parsed = parse(json);
  if (parsed.ok) return parsed.value;
  const [first, ...others] = parsed.problems.map(problemText);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const unshown = others.length - PROBLEMS_SHOWN_MAX;
  throw new ModelFolderError(`${part}-invalid`, `${path}: ${first}${more}`, 'correct the file', [...others.slice(0, PROBLEMS_SHOWN_MAX), ...(unshown > 0 ? [`and ${unshown} more`] : [])]);
}

/** The contract of a folder, with or without weights beside it. Throws ModelFolderError. */
export async function readContract(folder: string): Promise<Contract> {
  const path = join(folder, 'encoder.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new ModelFolderError('contract-missing', `${path} cannot be read`, 'a model is a folder with encoder.onnx and encoder.json');
  }
  return parsedFile(path, text, 'contract', parseContract);
}

/** The text side of a folder; undefined: it has none. Throws ModelFolderError. */
export async function readTextSide(folder: string): Promise<TextSide | undefined> {
  const path = join(folder, 'text.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parsedFile(path, text, 'text', parseTextSide);
}

/** The threshold set of a folder; undefined: it has none, and the contract's own stand. Throws ModelFolderError. */
export async function readThresholds(folder: string, contract: Contract): Promise<ThresholdSet | undefined> {
  const path = join(folder, 'thresholds.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parsedFile(path, text, 'thresholds', (json) => parseThresholdSet(json, contract));
}

/** The statements that a report may say of this model; undefined: it has none, and only its targets are said. Throws ModelFolderError. */
export async function readStatements(folder: string, contract: Contract): Promise<StatementSet | undefined> {
  const path = join(folder, 'statements.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parsedFile(path, text, 'statements', (json) => parseStatementSet(json, contract));
}

/** Name of a model's file, or of a variant's, in its folder. */
export function onnxName(variant?: string): string {
  return variant === undefined ? 'encoder.onnx' : `encoder.${variant}.onnx`;
}

/** Reads a model folder; the model's file must be the one that its contract was written for. Throws ModelFolderError. */
export async function loadModel(folder: string, options: { readonly variant?: string } = {}): Promise<LoadedModel> {
  const contract = await readContract(folder);
  const { variant } = options;
  if (contract.model.sha256 === undefined) {
    throw new ModelFolderError('no-weights', `${folder} is a contract without weights: nothing can be served from it`, contract.model.weights ?? 'get the weights and name their hash');
  }
  const variants = contract.model.variants ?? {};
  if (variant !== undefined && variants[variant] === undefined) {
    const known = Object.keys(variants).join(', ') || 'none';
    throw new ModelFolderError('variant-unknown', `${contract.model.name} has no variant ${variant}`, `variants that encoder.json names: ${known}`);
  }
  const onnxPath = join(folder, onnxName(variant));
  let bytes: Uint8Array;
  try {
    bytes = await readFile(onnxPath);
  } catch {
    throw new ModelFolderError('model-missing', `${onnxPath} cannot be read`, 'put the ONNX file beside its encoder.json');
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = variant === undefined ? contract.model.sha256 : variants[variant].sha256;
  if (sha256 !== expected) {
    throw new ModelFolderError('model-changed', `${onnxPath} has sha256 ${sha256}, its contract says ${expected}`, 'file and contract belong together: restore the pair');
  }
  return { contract, onnxPath, sha256 };
}
