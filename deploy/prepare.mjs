// Before `npm start` and `npm test`: installs and builds what is missing or out of date, and nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`purkinje: Node ${process.versions.node} is too old; it needs 20.19 or later`);
  process.exit(1);
}

const time = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, entry.name === 'gen' ? 0 : newest(path));
    else latest = Math.max(latest, time(path));
  }
  return latest;
}

function run(...args) {
  // Beside the run that asked for us, so that its output stays clean for a caller that reads JSON from it.
  // Without the libraries for CUDA that a package would fetch: what we run comes inside it.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32', env });
  if (status !== 0) process.exit(status ?? 1);
}

if (time('node_modules/.package-lock.json') < time('package-lock.json')) run('ci');
// Tests run from source, so what the build generates there must be there too.
const generated = ['src/dsp/gen/kernels.ts', 'src/wire/gen/ecg', 'src/wire/gen/inference'].every((path) => existsSync(path));
// The page is built last.
const built = generated ? time('dist/page/page.js') : 0;
if (built === 0 || built < Math.max(newest('src'), newest('proto'), time('deploy/kernels.mjs'), time('deploy/page.mjs'), time('tsconfig.json'), time('node_modules/.package-lock.json'))) run('run', 'build');
