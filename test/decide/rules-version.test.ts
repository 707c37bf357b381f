/** An alert's policy hash stands for the rules too: anyone who changes one raises their version. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RULES_VERSION } from '../../src/decide/rules/index.js';

const decide = resolve(import.meta.dirname, '../../src/decide');
/** Of each version: the rules, what they look at, from 3 on the tables of one patient's story, from 5 on what lasts. Comments and blank lines do not count. */
const SOURCES: Readonly<Record<number, string>> = { 1: 'acdabe5ae3a5f607', 2: 'f2d3d51f10cc009f', 3: 'd26fd14961241be6', 4: '0f840a1a7b6b5320', 5: 'bb63577985973110', 6: 'cfb025e097928f96', 7: '0dd6e8b54457d3a5' };

test('the rules are those of their version', () => {
  const rules = readdirSync(join(decide, 'rules')).filter((name) => name !== 'index.ts').sort().map((name) => join('rules', name));
  const code = [...rules, 'rhythm.ts', 'baseline.ts', 'lasting.ts', 'story/contradicted.ts', 'story/explains.ts', 'story/fold.ts'].map((name) => readFileSync(join(decide, name), 'utf8')).join('\n')
    .replace(/\/\*\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '').replace(/\n\s*\n/g, '\n');
  const found = createHash('sha256').update(code).digest('hex').slice(0, 16);
  expect(found, 'a rule has changed: raise RULES_VERSION, and put this hash beside it').toBe(SOURCES[RULES_VERSION]);
});
