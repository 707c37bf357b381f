import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolderError } from '../adapters/models.js';
import { columnScores, type Contract, problemText } from '../contract/index.js';
import { type Nearest, nearest, parseReference, type ReferenceSet, type Seen, vectorIn } from '../explain/index.js';
import type { EncoderScores } from '../ports/index.js';
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

/** As programs read it: nobody is named where the evidence is insufficient. */
export function neighboursJson({ source }: ReferenceSet, found: Nearest | undefined): object {
  return { source, isSufficient: false, ...found, neighbours: found?.isSufficient === true ? found.neighbours : [] };
}

/** What the model said, as neighbours are searched by: a score a column, the mean of the embeddings of its crops. */
export function seenIn(contract: Contract, { logits, embedding }: EncoderScores): Seen {
  const { logits: head, embedding: space } = contract.outputs;
  const of = head === undefined ? undefined : columnScores(contract, logits);
  const mean = space === undefined || embedding === undefined ? undefined : Float64Array.from({ length: space.size }, (_, i) => embedding.reduce((sum, value, k) => (k % space.size === i ? sum + value : sum), 0));
  return { columns: of === undefined ? [] : head!.targets.map((_, column) => of(column)), ...(mean !== undefined && { embedding: mean }) };
}

/** Undefined: the model says nothing of the segment. */
export function nearestTo(set: ReferenceSet, contract: Contract, seen: Seen, k?: number): Nearest | undefined {
  const vector = vectorIn(set.space, contract, seen);
  return vector === undefined ? undefined : nearest(set, vector, k);
}
