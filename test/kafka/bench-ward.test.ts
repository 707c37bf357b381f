/** The bench that others run: a small ward, with all of its faults, in a quarter of a minute each. No time is asserted. */
import { execFile } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';

const brokers = inject('kafka');
const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

describe.skipIf(brokers === undefined)('bench:ward', () => {
  beforeAll(async () => {
    ensureBuilt();
    await run('npx', ['tsc', '-p', 'test/bench/tsconfig.json'], { cwd: root });
    rmSync(join(root, '.cache/bench/models'), { force: true });
    symlinkSync('../../models', join(root, '.cache/bench/models'));
  }, 240_000);

  const bench = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, ['.cache/bench/test/bench/ward.js', '--brokers', brokers!, '--json', '--minutes', '0.4', ...args], { cwd: root });
    return JSON.parse(stdout)[0];
  };

  test('every window of every bed has its outcome once, and the parts of the bill are there', { timeout: 120_000 }, async () => {
    const { segments, statuses, twice, missingS, cores, share, p50Ms } = await bench('--beds', '3');
    expect(segments).toBeGreaterThanOrEqual(6);
    expect({ statuses, twice, missingS }).toEqual({ statuses: { scored: segments }, twice: 0, missingS: 0 });
    for (const program of ['engine', 'encoder', 'producer']) expect(cores[program], program).toBeGreaterThan(0);
    expect(share['ecg.checkpoints.v1']).toBeGreaterThan(0);
    expect(p50Ms).toBeGreaterThan(0);
  });

  test('one engine of two is killed: the other has every window, none twice', { timeout: 180_000 }, async () => {
    const { segments, statuses, twice, missingS, recoveredS } = await bench('--beds', '3', '--engines', '2', '--kill');
    expect({ statuses, twice, missingS }).toEqual({ statuses: { scored: segments }, twice: 0, missingS: 0 });
    expect(segments).toBeGreaterThanOrEqual(6);
    expect(recoveredS).toBeGreaterThanOrEqual(0);
  });
});
