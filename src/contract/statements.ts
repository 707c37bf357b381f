import { z } from 'zod';
import type { Deep } from './deep.js';
import { type ContractProblem, problemsOf, type Parsed } from './problem.js';
import type { Contract } from './schema.js';

const statement = z.strictObject({
  /** All three on the column after its activation, which is no probability. From here on a report says it. */
  threshold: z.number().gt(0).lt(1),
  /** From here on it is likelier than not for who asks of it alone: asking makes it even odds. */
  asked: z.number().gt(0).lt(1),
  /** From here on it belongs to a list that is to be right as a whole. */
  listed: z.number().gt(0).lt(1),
  evidence: z.enum(['external', 'internal', 'simulated', 'none']),
});

const statementSetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().min(1),
  /** Name and version of the model that they are of: another one's scores lie elsewhere. */
  model: z.string().min(1),
  /** What the thresholds were chosen on, and where the evidence is from. */
  provenance: z.string().min(1),
  /** By the code of the column `statement:CODE`. */
  statements: z.record(z.string().min(1), statement),
});

/** What a threshold of a statement is for. */
export type StatementUse = 'threshold' | 'asked' | 'listed';

/** Statements that a report may say by a model's columns beside its targets (`statements.json` beside `encoder.json`). */
export type StatementSet = Deep<z.infer<typeof statementSetSchema>>;

const PREFIX = 'statement:';

/** Code of each column of the logits that stands for a statement. */
export function statementColumns({ outputs: { logits } }: Contract): ReadonlyMap<string, number> {
  return new Map((logits?.labels ?? []).flatMap((label, column) => (label.startsWith(PREFIX) ? [[label.slice(PREFIX.length), column] as const] : [])));
}

/** A statement set for this contract from parsed JSON, or everything that is wrong with it. */
export function parseStatementSet(json: unknown, contract: Contract): Parsed<StatementSet> {
  const shape = statementSetSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const known = statementColumns(contract);
  const { name, version } = contract.model;
  const model = `${name}@${version}`;
  if (shape.data.model !== model) return { ok: false, problems: [{ code: 'other-model', where: 'model', what: `the statements are of ${shape.data.model}, the contract is of ${model}`, hint: 'choose their thresholds again: training/make_statements.py' }] };
  const problems = Object.keys(shape.data.statements).flatMap((code): ContractProblem[] =>
    known.has(code) ? [] : [{ code: 'statement-unknown', where: `statements.${code}`, what: 'the contract has no such column', hint: 'use codes of its labels statement:CODE' }],
  );
  return problems.length === 0 ? { ok: true, value: shape.data } : { ok: false, problems };
}
