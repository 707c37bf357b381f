import { printable } from '../ecg/index.js';

/** Something the person at the terminal can mend: one line, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** That line, and one for each further thing that is wrong where an error names several. */
export function linesOf(error: unknown): readonly string[] {
  const further = error instanceof Error && 'further' in error && Array.isArray(error.further) ? error.further : [];
  return [lineOf(error), ...further.map((line) => printable(String(line)))];
}

/** One printable line for whatever went wrong, without a stack. */
export function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const [line] = error.message.split('\n', 1);
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : '';
  return printable(hint === '' || line.includes(hint) ? line : `${line}: ${hint}`);
}
