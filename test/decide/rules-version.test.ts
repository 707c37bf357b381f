/** An alert's policy hash stands for the rules too: anyone who changes one raises their version. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RULES_VERSION } from '../../src/decide/rules/index.js';

const decide = resolve(import.meta.dirname, '../../src/decide');
/** Of each version: the rules, and the two files that say what a rule looks at. Comments and blank lines do not count. */
const SOURCES: Readonly<Record<number, string>> = { 1: 'acdabe5ae3a5f607', 2: 'f2d3d51f10cc009f', 3: '2624a012fbdc2217' };

test('the rules are those of their version', () => {
  const rules = readdirSync(join(decide, 'rules')).filter((name) => name !== 'index.ts').sort().map((name) => join('rules', name));
  const code = [...rules, 'rhythm.ts', 'baseline.ts'].map((name) => readFileSync(join(decide, name), 'utf8')).join('\n')
    .replace(/\/\*\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '').replace(/\n\s*\n/g, '\n');
  const found = createHash('sha256').update(code).digest('hex').slice(0, 16);
  expect(found, 'a rule has changed: raise RULES_VERSION, and put this hash beside it').toBe(SOURCES[RULES_VERSION]);
});
