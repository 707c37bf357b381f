/** A folder with odd entries: recordings are listed, what cannot be read is skipped, nothing blocks. */
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRecords, readRecord, type RecordWarning } from '../../src/records/index.js';

const FORMATS = join(import.meta.dirname, 'golden/formats');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-'));
  await mkdir(join(folder, 'below'));
  for (const name of ['w16.hea', 'w16.dat', 'below/plus.edf']) await copyFile(join(FORMATS, name.replace('below/', '')), join(folder, name));
  await symlink(join(FORMATS, 'plain.edf'), join(folder, 'linked.edf'));
});
afterAll(async () => rm(folder, { recursive: true }));
const GOOD = ['below/plus.edf', 'linked.edf', 'w16'];

async function listed(): Promise<{ readonly names: readonly string[]; readonly said: readonly (readonly [string, string])[] }> {
  const warnings: RecordWarning[] = [];
  const names = await listRecords(folder, (warning) => warnings.push(warning));
  return { names, said: warnings.map(({ code, what, where }) => [where.slice(folder.length + 1), `${code} ${what}`] as const).sort() };
}

/** The names appear for the test alone. */
async function withEntries(names: readonly string[], create: (path: string) => unknown, test: () => Promise<void>): Promise<void> {
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) await create(path);
  try {
    await test();
  } finally {
    for (const path of paths) await rm(path);
  }
}

describe('skipped, and reported where the name says that it is a recording', () => {
  it('a link to nothing', () => withEntries(['gone', 'gone.edf', 'gone.hea', 'gone.md'], (path) => symlink('/nowhere/at/all', path), async () => {
    expect(await listed()).toEqual({ names: GOOD, said: [['gone.edf', 'unreadable skipped: no such file'], ['gone.hea', 'unreadable skipped: no such file']] });
  }));
  it('a link to a folder, which is not followed', () => withEntries(['elsewhere', 'elsewhere.csv'], (path) => symlink(FORMATS, path), async () => {
    expect(await listed()).toEqual({ names: GOOD, said: [['elsewhere.csv', 'unreadable skipped: is no file']] });
  }));
  it.skipIf(process.platform === 'win32')('a pipe, on which reading would wait for ever', { timeout: 5000 }, () => withEntries(['pipe', 'pipe.edf', 'pipe.hea'], (path) => execFileSync('mkfifo', [path]), async () => {
    expect(await listed()).toEqual({ names: GOOD, said: [['pipe.edf', 'unreadable skipped: is no file'], ['pipe.hea', 'unreadable skipped: is no file']] });
    await expect(readRecord(join(folder, 'pipe'))).rejects.toThrow(/pipe/);
  }));
  it.skipIf(process.platform !== 'linux')('a file whose bytes cannot be read', () => withEntries(['memory', 'memory.edf'], (path) => symlink('/proc/self/mem', path), async () => {
    expect(await listed()).toEqual({ names: GOOD, said: [['memory.edf', 'unreadable skipped: cannot be read: EIO']] });
  }));
  // Nothing is closed to the superuser.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a file and a folder that others may not read', () => withEntries(['closed', 'closed.edf'], async (path) => { await writeFile(path, ''); await chmod(path, 0); }, async () => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    await chmod(inner, 0);
    try {
      expect(await listed()).toEqual({ names: GOOD, said: [['closed.edf', 'unreadable skipped: cannot be read: EACCES'], ['inner', 'unreadable skipped: cannot be read: EACCES']] });
    } finally {
      await rm(inner, { recursive: true, force: true });
    }
  }));
});

it('a signal file that is a pipe is refused, not waited for', { timeout: 5000 }, async () => {
  const header = '1 500 2\nstuck.dat 16 200 16 0 0 0 0 II\n';
  await withEntries(['stuck.dat'], (path) => execFileSync('mkfifo', [path]), async () => {
    await writeFile(join(folder, 'stuck.hea'), `stuck ${header}`);
    await expect(readRecord(join(folder, 'stuck'))).rejects.toMatchObject({ code: 'unreadable', where: join(folder, 'stuck.dat') });
    await rm(join(folder, 'stuck.hea'));
  });
});
