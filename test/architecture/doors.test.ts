/** The doors of the house: who may import whom. Every rule has a planted offender that must be caught. Invariants: I20 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const config = resolve(root, '.dependency-cruiser.cjs');
const rules: { name: string }[] = createRequire(import.meta.url)(config).forbidden;

function violations(folder: string): { rule: string; from: string; to: string }[] {
  const run = spawnSync(process.execPath, [resolve(root, 'node_modules/.bin/depcruise'), '--config', config, '--output-type', 'json', 'src'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const { summary } = JSON.parse(run.stdout);
  expect(summary.totalCruised).toBeGreaterThan(5);
  return summary.violations.map((v: { rule: { name: string }; from: string; to: string }) => ({ rule: v.rule.name, from: v.from, to: v.to }));
}

test('nobody goes through a wall', () => expect(violations(root)).toEqual([]));

test('every rule catches its planted offender', () => {
  const caught = new Set(violations(resolve(import.meta.dirname, 'offenders')).map((v) => v.rule));
  expect([...caught].sort()).toEqual(rules.map((rule) => rule.name).sort());
});
