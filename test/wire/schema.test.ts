/** What is on the wire today must be readable tomorrow: buf's check against the schema as it was published, and its lint. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
// Made with `npx buf build -o test/wire/published.binpb`, and only ever recreated for a new package version.
const published = join(root, 'test/wire/published.binpb');

function buf(folder: string, ...args: string[]) {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/buf'), args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout };
}

test('the schema is clean', () => expect(buf(root, 'lint')).toEqual({ status: 0, stdout: '' }));

test('nothing that was published is broken', () => expect(buf(root, 'breaking', '--against', published)).toEqual({ status: 0, stdout: '' }));

test('a field that takes another number is caught', () => {
  const copy = mkdtempSync(join(tmpdir(), 'purkinje-schema-'));
  try {
    for (const part of ['proto', 'buf.yaml']) cpSync(join(root, part), join(copy, part), { recursive: true });
    const file = join(copy, 'proto/ecg/v1/signal.proto');
    writeFileSync(file, readFileSync(file, 'utf8').replace('double rate_hz = 8;', 'double rate_hz = 31;'));
    expect(buf(copy, 'breaking', '--against', published).stdout).toContain('signal.proto');
  } finally {
    rmSync(copy, { recursive: true });
  }
});
