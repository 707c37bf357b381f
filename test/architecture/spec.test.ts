/** docs/SPEC.md and the tests name each other: an invariant without a test, or a test of none, is found here. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const lines = [...readFileSync(join(root, 'docs/SPEC.md'), 'utf8').matchAll(/^\| (I\d+) \|.*\| (`test\/[^|]+) \|$/gm)];
/** An invariant may have several tests. */
const rows = lines.flatMap(([, id, files]) => files.split(', ').map((file) => ({ id, file: file.replaceAll('`', '') })));

function tests(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'offenders' ? [] : tests(path);
    return /\.(test|sim)\.ts$/.test(name) ? [path] : [];
  });
}

const named = (text: string) => [...text.matchAll(/Invariants: ([I\d, ]+)/g)].flatMap(([, list]) => list.split(',').map((id) => id.trim()));

test('every invariant is numbered once and has a test that names it back', () => {
  expect(rows.length).toBeGreaterThan(15);
  expect(new Set(lines.map(([, id]) => id)).size).toBe(lines.length);
  for (const { id, file } of rows) {
    expect(existsSync(join(root, file)), `${id}: ${file} is not there`).toBe(true);
    expect(named(readFileSync(join(root, file), 'utf8')), `${file} does not name ${id}`).toContain(id);
  }
});

test('no test names an invariant that the page does not have', () => {
  for (const path of tests(join(root, 'test'))) {
    for (const id of named(readFileSync(path, 'utf8'))) {
      expect(rows.some((row) => row.id === id && join(root, row.file) === path), `${path.slice(root.length + 1)} names ${id}, docs/SPEC.md does not`).toBe(true);
    }
  }
});
