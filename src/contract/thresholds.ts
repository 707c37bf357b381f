import { z } from 'zod';
import type { Deep } from './deep.js';
import { type ContractProblem, problemsOf, type Parsed } from './problem.js';
import type { Contract } from './schema.js';

const thresholdSetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().min(1),
  /** What the thresholds were chosen on, and what they were found to do there. */
  provenance: z.string().min(1),
  /** By target. */
  thresholds: z.record(z.string().min(1), z.number().gt(0).lt(1)),
});

/**
 * Thresholds for decisions on stays and episodes (`thresholds.json` beside `encoder.json`). Those of the contract are chosen
 * on single segments; a decision on many of one patient works at another point.
 */
export type ThresholdSet = Deep<z.infer<typeof thresholdSetSchema>>;

/** A threshold set for this contract from parsed JSON, or everything that is wrong with it. */
export function parseThresholdSet(json: unknown, { targets }: Contract): Parsed<ThresholdSet> {
  const shape = thresholdSetSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const known = new Set(targets.map(({ id }) => id));
  const problems = Object.keys(shape.data.thresholds).flatMap((id): ContractProblem[] =>
    known.has(id) ? [] : [{ code: 'target-unknown', where: `thresholds.${id}`, what: 'the contract has no such target', hint: 'use ids of encoder.json' }],
  );
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}

/** The same contract, deciding at the thresholds of the set. */
export function withThresholds(contract: Contract, { thresholds }: ThresholdSet): Contract {
  return { ...contract, targets: contract.targets.map((target) => ({ ...target, threshold: thresholds[target.id] ?? target.threshold })) };
}
