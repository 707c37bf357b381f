/** The Dockerfile's steps, taken one by one in empty folders with this machine's Node: what an image would hold must run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'purkinje-image-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const STEP_MAX_MS = 240_000;
// Installs and compiles everything again: with LONG=1 only.
test.runIf(process.env.LONG === '1')('builds from what it copies, and the last stage runs a ward', { timeout: 600_000 }, () => {
  const lines = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8').replaceAll('\\\n', ' ').split('\n');
  const folders = new Map<string, string>();
  let stage = '';
  for (const line of lines) {
    const [word, ...rest] = line.split(' ').filter((part) => part !== '');
    if (word === 'FROM') {
      stage = join(work, rest[2] ?? 'final');
      mkdirSync(stage);
      folders.set(rest[2] ?? 'final', stage);
    } else if (word === 'RUN') {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', rest.join(' ')], { cwd: stage, encoding: 'utf8', timeout: STEP_MAX_MS, env: outside() });
      expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
    } else if (word === 'COPY') {
      const from = rest[0].startsWith('--from=') ? folders.get(rest.shift()!.slice('--from='.length))! : root;
      const to = rest.pop()!;
      for (const path of rest.map((each) => each.replace(/^\/app\//, ''))) {
        cpSync(join(from, path), to.endsWith('/') ? join(stage, to, path) : join(stage, to), { recursive: true, filter: (file) => from !== root || !file.endsWith('src/wire/gen') });
      }
    }
  }
  const final = folders.get('final')!;
  for (const unwanted of ['src', 'test', 'training', 'node_modules/typescript', 'node_modules/vitest']) expect(existsSync(join(final, unwanted)), unwanted).toBe(false);
  const said = execFileSync('node', ['dist/cli/main.js', 'up', '--port', '0', '--duration', '12s', '--json'], { cwd: final, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
  const summary = JSON.parse(said.trim().split('\n').at(-1)!) as Record<string, unknown>;
  expect(summary).toMatchObject({ beds: 12 });
});

/** The environment without what npm and vitest pass to their children. */
function outside(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|VITEST|INIT_CWD)/i.test(name)));
}
