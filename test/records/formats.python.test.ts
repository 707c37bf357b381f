/** Longer recordings of another seed in every format, made and read by the independent readers now: wfdb, pyedflib, pydicom. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecord } from '../../src/records/index.js';
import { venv } from '../encoder/venv.js';
import { expectedIn, expectEqual } from './formats.js';

const environment = venv('formats', ['wfdb==4.3.1', 'pyedflib==0.1.42', 'pydicom==3.0.2', 'soundfile==0.14.0', 'ecgdatakit==2.0.3', 'numpy', 'audioop-lts; python_version >= "3.13"']);

test.skipIf(environment === undefined)('every format, 3000 samples', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'formats-python-'));
  const run = spawnSync(environment!.python, [join(import.meta.dirname, 'formats.py'), folder, '99', '3000'], { encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  const expected = expectedIn(folder);
  expect(expected.length).toBeGreaterThan(30);
  for (const [name, want] of expected) expectEqual(await readRecord(join(folder, name)), want);
  await rm(folder, { recursive: true });
});
