import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolderError } from '../adapters/models.js';
import { problemText } from '../contract/index.js';
import { parseReference, type ReferenceSet } from '../explain/index.js';
import type { OpenComparing } from '../monitor/index.js';
import type { Loaded, OpenModels } from './compose.js';
import { lineOf } from './failure.js';
import type { ServedModel } from './served.js';

/** Of the reference set, beside a model's `encoder.json`. */
export const REFERENCE_FILE = 'neighbours.bin';

/** A reference set of this very model. Throws ModelFolderError. */
export async function readReference(path: string, { contract, sha256 }: Pick<ServedModel, 'contract' | 'sha256'>): Promise<ReferenceSet> {
  const bytes = await readFile(path).catch(() => {
    throw new ModelFolderError('neighbours-missing', `${path} cannot be read`, 'make a reference set: purkinje models neighbours build');
  });
  const parsed = parseReference(bytes);
  if (!parsed.ok) throw new ModelFolderError('neighbours-invalid', `${path}: ${problemText(parsed.problems[0])}`, 'purkinje models neighbours build makes one', parsed.problems.slice(1).map(problemText));
  const { model } = parsed.value;
  if (model.sha256 !== sha256) throw new ModelFolderError('neighbours-of-another-model', `${path} is of ${model.name}@${model.version} with other weights than ${contract.model.name}@${contract.model.version}`, 'vectors of two models cannot be compared: make it again with purkinje models neighbours build');
  return parsed.value;
}

/** The file that is named, else the one beside the model. */
export const referencePath = (named: string | true | undefined, folder: string): string => (typeof named === 'string' ? named : join(folder, REFERENCE_FILE));

/**
 * For a monitor: the first of its models that has a reference set beside it. The set is read now, which takes a while; the encoder is connected when somebody first asks.
 * Undefined: no model has one, or it cannot be read. @param onFailed why, in one line; of an encoder it is tried again with the next request
 */
export async function comparingOf(models: readonly Loaded[], open: (model: Loaded) => Promise<OpenModels>, onFailed: (reason: string) => void): Promise<OpenComparing | undefined> {
  const hasSet = await Promise.all(models.map(({ folder }) => access(join(folder, REFERENCE_FILE)).then(() => true, () => false)));
  const model = models.find((_, i) => hasSet[i]);
  if (model === undefined) return undefined;
  const { folder, contract } = model;
  const orSayWhy = <Result>(task: Promise<Result>): Promise<Result | undefined> => task.catch((error: unknown) => void onFailed(lineOf(error)));
  const set = await orSayWhy(readReference(join(folder, REFERENCE_FILE), { contract, sha256: contract.model.sha256 ?? '' }));
  return set && (async () => {
    const encoder = (await orSayWhy(open(model)))?.models.find((one) => one.folder === folder)?.encoder;
    return encoder && { contract, encoder, set };
  });
}
