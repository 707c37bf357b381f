import { checkContract } from './check.js';
import { problemsOf, type Parsed } from './problem.js';
import { contractSchema, type Contract } from './schema.js';

/** A contract from parsed JSON, or everything that is wrong with it. */
export function parseContract(json: unknown): Parsed<Contract> {
  const shape = contractSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const problems = checkContract(shape.data);
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}
