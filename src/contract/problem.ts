import type { z } from 'zod';

/** One thing that is wrong with a document, as data. */
export interface ContractProblem {
  readonly code: string;
  /** Path into the document, as in `targets[3].threshold`; empty: the document itself. */
  readonly where: string;
  readonly what: string;
  readonly hint: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly ContractProblem[] };

/** `targets[3].threshold`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`), '');
}

function hintOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'correct the spelling, or leave it out';
    case 'invalid_value':
      return `one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.discriminator === undefined ? 'none of the allowed shapes fits' : `one of: ${(('options' in issue && issue.options) || []).map(String).join(', ')}`;
    default:
      return 'see the contract page of the documentation';
  }
}

/** zod's issues in our words of code, where, what and hint. */
export function problemsOf(error: z.ZodError): readonly ContractProblem[] {
  return error.issues.map((issue) => ({
    code: issue.code.replaceAll('_', '-'),
    where: pathText(issue.path),
    what: issue.message,
    hint: hintOf(issue),
  }));
}

/** One line a problem, for people. */
export function problemText(problem: ContractProblem): string {
  return `${problem.where === '' ? 'document' : problem.where}: ${problem.what} (${problem.hint})`;
}
