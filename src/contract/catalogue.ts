import { z } from 'zod';
import type { Deep } from './deep.js';
import { problemsOf, type Parsed } from './problem.js';

const finding = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  group: z.string().min(1),
  /** Episodic begins and ends; sustained is new and lasts; structural does not come and go. */
  kind: z.enum(['episodic', 'sustained', 'structural']),
  priority: z.enum(['none', 'low', 'medium', 'high']),
  codes: z.strictObject({ scp: z.array(z.string()), snomed: z.array(z.string()) }),
  /** What a text encoder is asked. */
  prompt: z.string().min(1),
});

const catalogueSchema = z.strictObject({ schemaVersion: z.literal(1), findings: z.array(finding).min(1) });

/** The findings that the engine knows by name, whatever the model. */
export type Catalogue = Deep<z.infer<typeof catalogueSchema>>;

/** A catalogue from parsed JSON, or everything that is wrong with it. */
export function parseCatalogue(json: unknown): Parsed<Catalogue> {
  const shape = catalogueSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const ids = shape.data.findings.map((entry) => entry.id);
  const problems = ids.flatMap((id, i) =>
    ids.indexOf(id) === i ? [] : [{ code: 'repeated-finding', where: `findings[${i}].id`, what: `${id} is there twice`, hint: 'keep one' }],
  );
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}
