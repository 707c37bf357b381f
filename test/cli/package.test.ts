/** What `npm pack` makes is complete: it runs with its declared dependencies alone, away from the checkout. Invariants: I170 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';

const root = resolve(import.meta.dirname, '../..');
/** docs/operations.md says so. */
const PACKED_MAX_BYTES = 8_000_000;
const INSTALL_MAX_MS = 480_000;
const work = mkdtempSync(join(tmpdir(), 'purkinje-package-'));
const installed = join(work, 'lib/node_modules/purkinje');
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string; private?: boolean; scripts: Record<string, string>; dependencies: Record<string, string> };
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] };

beforeAll(() => {
  ensureBuilt();
  [packed] = JSON.parse(execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', work], { cwd: root, encoding: 'utf8', env: outside(), stdio: ['ignore', 'pipe', 'ignore'] }));
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(work, packed.filename), '-C', installed, '--strip-components', '1']);
  linkDependencies();
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What an installation without development packages would bring, from the checkout. */
function linkDependencies(): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  for (const [path, { dev }] of Object.entries(packages)) {
    if (path === '' || dev === true || path.lastIndexOf('node_modules/') > 0 || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(installed, path)), { recursive: true });
    symlinkSync(join(root, path), join(installed, path));
  }
}

/** The environment without what npm and vitest pass to their children. */
function outside(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|NODE_PATH$|VITEST|INIT_CWD|PURKINJE_)/i.test(name)));
}

function run(args: readonly string[], folder = installed): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli/main.js'), ...args], { cwd: work, encoding: 'utf8', timeout: 90_000, env: outside() });
  return { status, out: stdout, err: stderr };
}

/** Packages that the modules of a folder ask for, the page apart: it is a bundle. */
function packagesOf(folder: string): ReadonlySet<string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js') && !name.startsWith('page/'));
  const asked = names.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const required = [...text.matchAll(/createRequire\(import\.meta\.url\)(?:\.resolve)?\(\s*'([^']+)'/g)].map(([, path]) => path);
    return [...ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName), ...required];
  });
  return new Set(asked.filter((path) => !path.startsWith('.') && !isBuiltin(path)).map((path) => path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/')));
}

describe('the package', () => {
  test('may be published, and runs nothing where it is installed', () => {
    expect(own.private).toBeUndefined();
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(own.scripts[name], name).toBeUndefined();
    expect(own.scripts.prepack).toBe('npm run build');
  });

  test('holds what its programs and their operators need, and no more', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    for (const path of ['LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md', 'dist/cli/main.js', 'dist/encoder/worker.js', 'dist/page/index.html', 'dist/page/page.js', 'dist/page/page.css', 'models/purkinje-s/encoder.json', 'models/catalogue.json', 'models/patients.json', 'proto/ecg/v1/signal.proto', 'grafana/purkinje.json', 'deploy/prometheus/alerts.yml', 'docs/reference/commands.md', 'examples/feed/feed.py', 'docs/recordings/atrial-fibrillation.dat']) expect(paths, path).toContain(path);
    expect([...paths].filter((path) => /^(src|test|training|node_modules)\/|\.map$|\.tsbuildinfo$|\.test\.|\/\.env$/.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(PACKED_MAX_BYTES);
  });

  test('asks for declared dependencies only', () => {
    const asked = packagesOf(join(installed, 'dist'));
    for (const name of ['uplot', 'kafkajs', 'pdfkit']) expect(asked).toContain(name);
    expect([...asked].filter((name) => !Object.hasOwn(own.dependencies, name))).toEqual([]);
    for (const name of ['vitest', 'typescript', 'esbuild']) expect(existsSync(join(installed, 'node_modules', name)), name).toBe(false);
  });

  test('--version, models list, evaluate and a ward', () => {
    expect(run(['--version'])).toMatchObject({ status: 0, out: `${own.version}\n` });
    expect(run(['models', 'list'])).toMatchObject({ status: 0, out: expect.stringContaining('purkinje-s@') });
    const records = join(work, 'records');
    expect(run(['simulate', '--out', records, '--condition', 'sinus-rhythm', '--duration', '20s'])).toMatchObject({ status: 0 });
    expect(run(['evaluate', 'quality', '--data', records, '--json'])).toMatchObject({ status: 0, out: expect.stringContaining('{') });
    const ward = run(['up', '--beds', '2', '--duration', '12s', '--port', '0', '--json']);
    expect([ward.status, ward.err]).toEqual([0, expect.stringContaining('page http://127.0.0.1:')]);
    expect(JSON.parse(ward.out.trim().split('\n').at(-1)!)).toMatchObject({ beds: 2 });
  }, 180_000);

  // Fetches half a gigabyte.
  test.runIf(process.env.LONG === '1')('installs globally from the registry, into an empty cache', (context) => {
    const env = { ...outside(), npm_config_cache: join(work, 'cache') };
    if (spawnSync('npm', ['ping'], { env, stdio: 'ignore', timeout: 30_000 }).status !== 0) context.skip('the registry cannot be reached');
    const prefix = join(work, 'global');
    execFileSync('npm', ['install', '--global', '--ignore-scripts', '--prefix', prefix, join(work, packed.filename)], { env, stdio: 'ignore', timeout: INSTALL_MAX_MS });
    expect(execFileSync(join(prefix, 'bin/purkinje'), ['--version'], { encoding: 'utf8' })).toBe(`${own.version}\n`);
    const ward = run(['up', '--beds', '2', '--duration', '12s', '--port', '0', '--json'], join(prefix, 'lib/node_modules/purkinje'));
    expect([ward.status, ward.err]).toEqual([0, expect.stringContaining('page http://127.0.0.1:')]);
  }, 600_000);
});
