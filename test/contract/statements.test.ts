/** The statement set beside a contract: of its model, of its columns; the bundled one is whole. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseContract, parseStatementSet, statementColumns } from '../../src/contract/index.js';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../models/purkinje-s/${name}`, import.meta.url), 'utf8'));
const parsed = parseContract(read('encoder.json'));
if (!parsed.ok) throw new Error('the bundled contract does not parse');
const { value: contract } = parsed;
const bundled = read('statements.json');

test('the bundled set has a row for every statement of its model', () => {
  const set = parseStatementSet(bundled, contract);
  expect(set.ok).toBe(true);
  expect(Object.keys(bundled.statements).sort()).toEqual([...statementColumns(contract).keys()].sort());
});

test.each([
  [{ ...bundled, model: 'purkinje-s@9.9.9' }, 'other-model'],
  [{ ...bundled, statements: { ...bundled.statements, NONSENSE: bundled.statements.SR } }, 'statement-unknown'],
  [{ ...bundled, statements: { SR: { threshold: 1.2, asked: 0.5, listed: 0.5, evidence: 'internal' } } }, 'too-big'],
  [{ ...bundled, note: 'x' }, 'unrecognized-keys'],
])('%# is refused, and says what is wrong', (json, code) => {
  const set = parseStatementSet(json, contract);
  expect(set.ok).toBe(false);
  expect(!set.ok && set.problems.map((problem) => problem.code)).toContain(code);
});
