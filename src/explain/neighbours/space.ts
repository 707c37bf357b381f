import { type ColumnScore, columnScores, type Contract, meanEmbedding, sigmoid, statementColumns } from '../../contract/index.js';

/** What two segments are compared by: the model's embedding, or what its statement columns say, softened. */
export type Space = { readonly kind: 'embedding'; readonly size: number } | { readonly kind: 'scores'; readonly statements: readonly string[]; readonly temperature: number };
export type SpaceKind = Space['kind'];

/** Logits are divided by it before their sigmoid: it keeps a tracing that no statement fits apart from one that several fit weakly. Chosen on folds 7 and 8 of PTB-XL (docs/explain.md). */
const TEMPERATURE = 1.5;

/** The statements where the model has columns for them, else its embedding. Throws RangeError where the model has not what is asked for. */
export function spaceOf(contract: Contract, asked?: SpaceKind): Space {
  const statements = [...statementColumns(contract).keys()];
  const size = contract.outputs.embedding?.size;
  const kind = asked ?? (statements.length > 0 ? 'scores' : 'embedding');
  if (kind === 'scores' && statements.length > 0) return { kind, statements, temperature: TEMPERATURE };
  if (kind === 'embedding' && size !== undefined) return { kind, size };
  throw new RangeError(`${contract.model.name} has no ${kind === 'scores' ? 'column of a statement' : 'embedding'}: nothing to compare segments by`);
}

export const sizeOf = (space: Space): number => (space.kind === 'embedding' ? space.size : space.statements.length);

/** What a model said of a segment: a score a column, and the mean of its embeddings. */
export interface Seen {
  readonly columns: readonly ColumnScore[];
  readonly embedding?: ArrayLike<number>;
}

/** The same from a model's own numbers for one segment, crop after crop. */
export function seenOf(contract: Contract, { logits, embedding }: { readonly logits: ArrayLike<number>; readonly embedding?: ArrayLike<number> }): Seen {
  const head = contract.outputs.logits;
  const of = head === undefined ? undefined : columnScores(contract, logits);
  return { columns: of === undefined ? [] : head!.targets.map((_, column) => of(column)), embedding: meanEmbedding(contract, [embedding]) };
}

/** A segment as a vector of unit length in the space; undefined where the model gave nothing, or a number that is none. */
export function vectorIn(space: Space, contract: Contract, { columns, embedding }: Seen): Float64Array | undefined {
  const at = statementColumns(contract);
  const values = space.kind === 'embedding' ? Float64Array.from(embedding ?? []) : Float64Array.from(space.statements, (code) => sigmoid((columns[at.get(code) ?? -1]?.logit ?? NaN) / space.temperature));
  const length = Math.hypot(...values);
  return values.length === sizeOf(space) && length > 0 && Number.isFinite(length) ? values.map((value) => value / length) : undefined;
}
