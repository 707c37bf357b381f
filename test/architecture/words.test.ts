/** One term for one thing: words that the glossary has replaced stay out of sources, tests and pages. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** What was said before → what the glossary says. Whole words, whatever their case. */
const REPLACED: Readonly<Record<string, string>> = {
  tenure: 'partition assignment',
  tenures: 'partition assignments',
  DeviceBooks: 'state store',
  EncodeSeam: 'scorer',
  CrashPoint: 'failpoint',
  courier: 'delivery worker',
  shelf: 'alert index',
  vitals: 'health',
  dawdlers: 'slow clients',
};

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return ['gen', 'node_modules'].includes(name) ? [] : files(path);
    return /\.(ts|js|md|proto|yml|yaml)$/.test(name) ? [path] : [];
  });
}

function offences(paths: readonly string[]): string[] {
  const word = new RegExp(`\\b(${Object.keys(REPLACED).join('|')})\\b`, 'i');
  return paths.flatMap((path) => {
    const found = word.exec(readFileSync(path, 'utf8'))?.[1];
    return found === undefined ? [] : [`${path.slice(root.length + 1)}: ${found}`];
  });
}

test('words that the glossary has replaced stay out', () => {
  const all = ['src', 'test', 'docs', 'proto', 'deploy'].flatMap((folder) => files(join(root, folder)));
  expect(all.length).toBeGreaterThan(300);
  expect(offences(all.filter((path) => path !== import.meta.filename))).toEqual([]);
  expect(offences([import.meta.filename])).toHaveLength(1);
});

test('the glossary has the words that stand in their place', () => {
  const glossary = readFileSync(join(root, 'docs/glossary.md'), 'utf8');
  for (const term of ['partition assignment', 'state store', 'failpoint', 'delivery worker', 'alert index', 'health']) expect(glossary).toContain(`| ${term} |`);
});
