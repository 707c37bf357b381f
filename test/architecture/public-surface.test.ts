/** Commands, configuration, contracts, OpenAPI, AsyncAPI and protobuf change with a line in CHANGELOG.md, and never silently. Invariants: I176 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const RECORD = 'test/architecture/public-surface.json';

function surface(...args: string[]): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'deploy/public-surface.mjs'), ...args], { encoding: 'utf8' });
  return { status, stderr };
}

test('nothing that others build on has changed without its line: `npm run reference` records it', () => expect(surface()).toEqual({ status: 0, stderr: '' }));

describe('a change', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'purkinje-surface-'));
    for (const path of ['docs/reference', 'proto/ecg/v1', 'CHANGELOG.md', RECORD]) cpSync(join(root, path), join(copy, path), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));
  const withLine = (line: string): void => {
    const file = join(copy, 'CHANGELOG.md');
    writeFileSync(file, readFileSync(file, 'utf8').replace('## Unreleased\n', `## Unreleased\n\n${line}\n`));
  };

  test.each(['docs/reference/commands.md', 'docs/reference/openapi.json', 'docs/reference/asyncapi.json', 'docs/reference/configuration.schema.json', 'docs/reference/encoder.schema.json', 'proto/ecg/v1/alert.proto', 'docs/reference/new.json'])('of %s is refused, recorded or not', (path) => {
    appendFileSync(join(copy, path), '\n');
    for (const args of [[], ['--record']]) expect(surface(...args, copy)).toEqual({ status: 1, stderr: expect.stringContaining(`CHANGELOG.md has no new line under Unreleased that says so: ${path}`) });
  });

  test('with a line is recorded; the next one needs another line', () => {
    appendFileSync(join(copy, 'docs/reference/commands.md'), '\n');
    withLine('- a first change');
    expect(surface(copy)).toEqual({ status: 1, stderr: expect.stringContaining('Run npm run reference') });
    expect(surface('--record', copy).status).toBe(0);
    expect(surface(copy).status).toBe(0);
    appendFileSync(join(copy, 'docs/reference/commands.md'), '\n');
    expect(surface('--record', copy).status).toBe(1);
  });

  test('is not said by a line of an earlier release', () => {
    appendFileSync(join(copy, 'docs/reference/commands.md'), '\n');
    appendFileSync(join(copy, 'CHANGELOG.md'), '\n## 0.0.1\n\n- a line of long ago\n');
    expect(surface('--record', copy).status).toBe(1);
  });
});
