import { z } from 'zod';
import type { Deep } from './deep.js';
import { problemsOf, type Parsed } from './problem.js';

const text = z.string().min(1);
const row = z.array(z.number()).min(1);

const textSideSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** What turned the prompts into rows. */
  encoder: z.strictObject({ name: text, version: text, license: text, sha256: text }),
  size: z.number().int().positive(),
  temperature: z.number().positive(),
  casing: z.enum(['lower', 'as-written']),
  /** Of findings of the catalogue. */
  prompts: z.array(z.strictObject({ id: text, prompt: text, row })),
  /** Of PTB-XL's superclasses and statements, for comparing encoders. */
  superclasses: z.array(z.strictObject({ code: text, prompt: text, row })),
  statements: z.array(z.strictObject({ code: text, prompt: text, row })),
  /** An operator's own phrases, and how similar ordinary records are to them: quantiles from the least to the most. */
  watch: z.array(
    z.strictObject({
      id: z.string().regex(/^watch-[a-z0-9][a-z0-9-]{0,40}$/, 'must be watch- and lower-case letters, digits and hyphens'),
      phrase: text,
      row,
      reference: z.strictObject({ data: text, records: z.number().int().positive(), quantiles: z.array(z.number()).min(2) }),
    }),
  ),
});

/** The text side of a joint embedding (`text.json`): prompts as unit rows [size] beside the embeddings of segments. */
export type TextSide = Deep<z.infer<typeof textSideSchema>>;
export type WatchPhrase = TextSide['watch'][number];

/** A text side from parsed JSON, or everything that is wrong with it. */
export function parseTextSide(json: unknown): Parsed<TextSide> {
  const shape = textSideSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const { size, prompts, superclasses, statements, watch } = shape.data;
  const problems = Object.entries({ prompts, superclasses, statements, watch }).flatMap(([part, entries]) =>
    entries.flatMap((entry, i) =>
      entry.row.length === size ? [] : [{ code: 'row-size', where: `${part}[${i}].row`, what: `${entry.row.length} numbers, size says ${size}`, hint: 'rows of the same space as the embedding' }],
    ),
  );
  watch.forEach(({ reference: { quantiles } }, i) => {
    if (quantiles.some((value, k) => k > 0 && value < quantiles[k - 1])) {
      problems.push({ code: 'bad-quantiles', where: `watch[${i}].reference.quantiles`, what: 'they do not rise', hint: 'from the least similarity to the greatest' });
    }
  });
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}

/** Cosine of two unit vectors. Crops of a segment lie one after the other in `embedding`: the mean over them. */
export function similarity(row: readonly number[], embedding: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < embedding.length; i++) sum += row[i % row.length] * embedding[i];
  return (sum * row.length) / embedding.length;
}

/**
 * How many of the ordinary records are less like the phrase than this embedding is, 0 to 1. A rank and no probability: 0.99 says
 * that one record in a hundred is at least as like it, not that the phrase holds.
 */
export function watchRank({ row, reference: { quantiles } }: WatchPhrase, embedding: ArrayLike<number>): number {
  const value = similarity(row, embedding);
  const above = quantiles.findIndex((quantile) => quantile > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const [low, high] = [quantiles[above - 1], quantiles[above]];
  return (above - 1 + (value - low) / (high - low)) / (quantiles.length - 1);
}
