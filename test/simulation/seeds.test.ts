/**
 * A ward under crashes, repeats, reorder, rebalance, slow and absent encoders and clock jumps, seed by seed, every promise
 * checked after each. Compiled and run in processes of their own: a test runner's module wrappers would halve the speed.
 * Does not cover real processes, Kafka or sockets: see test/faults. Invariants: I5, I10, I12, I13, I14, I16
 */
import { spawn, spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const built = join(root, '.cache/simulation');
/** 400 seeds are at least 200 simulated bed-hours, and some six minutes of two cores. */
const SEEDS = process.env.LONG === undefined ? 400 : 20_000;
const PROCESSES = 2;

interface Sum {
  readonly seeds: number;
  readonly bedHours: number;
  readonly crashes: number;
  readonly broken: number;
}

function run(from: number, count: number): Promise<string[]> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(built, 'test/simulation/main.js'), '--from', String(from), '--count', String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.on('exit', () => done(out.trim().split('\n')));
  });
}

test(`${SEEDS} seeds keep every promise`, { timeout: 36_000_000 }, async () => {
  const compiled = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'test/simulation/tsconfig.json')], { encoding: 'utf8' });
  expect(compiled.stdout).toBe('');
  rmSync(join(built, 'models'), { force: true });
  symlinkSync(join(root, 'models'), join(built, 'models'));
  const share = SEEDS / PROCESSES;
  const lines = (await Promise.all(Array.from({ length: PROCESSES }, (_, i) => run(1 + i * share, share)))).flat().map((line) => JSON.parse(line));
  expect(lines.filter((line) => 'violations' in line)).toEqual([]);
  const sums: Sum[] = lines.filter((line) => 'bedHours' in line);
  const bedHours = sums.reduce((sum, line) => sum + line.bedHours, 0);
  console.log(`${SEEDS} seeds: ${bedHours} simulated bed-hours, ${sums.reduce((sum, line) => sum + line.crashes, 0)} crashes`);
  expect(sums.reduce((sum, line) => sum + line.seeds, 0)).toBe(SEEDS);
  expect(bedHours).toBeGreaterThanOrEqual(SEEDS / 2);
});
