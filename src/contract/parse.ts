import type { Catalogue } from './catalogue.js';
import { checkContract } from './check.js';
import { type ContractProblem, problemsOf, type Parsed } from './problem.js';
import { contractSchema, type Contract } from './schema.js';

/** A contract from parsed JSON, or everything that is wrong with it. @param catalogue whose findings its targets must be; undefined: not looked at */
export function parseContract(json: unknown, catalogue?: Catalogue): Parsed<Contract> {
  const shape = contractSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const problems = [...checkContract(shape.data), ...(catalogue === undefined ? [] : unknownTargets(shape.data, catalogue))];
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}

function unknownTargets({ targets }: Contract, { findings }: Catalogue): ContractProblem[] {
  const known = new Set(findings.map(({ id }) => id));
  return targets.flatMap(({ id }, i) => (known.has(id) ? [] : [{ code: 'target-unknown', where: `targets[${i}].id`, what: `the catalogue has no finding ${id}`, hint: 'use an id of models/catalogue.json, or set its column to null' }]));
}
