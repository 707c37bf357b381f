/** The tests themselves are type-checked: vitest only strips types, so a renamed export would show as a puzzle at run time. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

test('tests and sources agree on their types', { timeout: 300_000 }, () => {
  const { stdout, status } = spawnSync('npx', ['tsc', '-p', 'test/tsconfig.json'], { cwd: resolve(import.meta.dirname, '../..'), encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
