/** docs/contract.md has every field of a contract, and its examples are contracts. Invariants: I177 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseContract } from '../../src/contract/index.js';
import { stepSchema } from '../../src/contract/pipeline.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/contract.md'), 'utf8');

/** Names of all fields in a JSON Schema. */
function fieldsOf(schema: unknown): ReadonlySet<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const { properties = {} } = schema as { properties?: Record<string, unknown> };
  return new Set([...Object.keys(properties), ...Object.values(schema).flatMap((part) => [...fieldsOf(part)])].filter((name) => name !== 'properties'));
}

const fields = [...fieldsOf(JSON.parse(readFileSync(join(root, 'docs/reference/encoder.schema.json'), 'utf8')))];
const named = (text: string, field: string): boolean => new RegExp(`\`(?:[a-z]+\\.)*${field}\``).test(text);

test('every field is explained, and no other', () => {
  expect(fields.length).toBeGreaterThan(80);
  expect(fields.filter((field) => !named(page, field))).toEqual([]);
  expect(named(page.replaceAll('`epsilon`', ''), 'epsilon')).toBe(false);
  const rows = [...page.matchAll(/^\| ((?:`[\w.]+`(?:, )?)+) \| /gm)].flatMap(([, cell]) => [...cell.matchAll(/`(?:\w+\.)*(\w+)`/g)].map(([, name]) => name));
  const steps = stepSchema.options.map(({ shape }) => shape.step.value as string);
  expect(rows.filter((name) => ![...fields, ...steps, 'step'].includes(name))).toEqual([]);
});

test('the whole example is a contract; each step of the table is one, and none is left out', () => {
  const [, whole] = /```json\n([^]*?)```/.exec(page)!;
  expect(parseContract(JSON.parse(whole))).toMatchObject({ ok: true });
  const examples = [...page.matchAll(/`(\{ "step": [^`]*\})`/g)].map(([, text]) => stepSchema.parse(JSON.parse(text)).step);
  expect(examples.toSorted()).toEqual(stepSchema.options.map(({ shape }) => shape.step.value).toSorted());
});

test('an example in a row is JSON', () => {
  const examples = [...page.matchAll(/^\|.*\| `([[{"].*)` \|$/gm)].map(([, text]) => text).filter((text) => !/`, `/.test(text));
  expect(examples.length).toBeGreaterThan(30);
  for (const text of examples) expect(() => JSON.parse(text), text).not.toThrow();
});
