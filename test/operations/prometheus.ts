import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

/** A real Prometheus for tests. */

const run = promisify(execFile);
const FETCH_MAX_MS = 180_000;
const START_MAX_MS = 20_000;

/** Where `prometheus` and `promtool` lie: on the path, or Debian's package unpacked into the cache. Undefined: cannot be had. */
export async function prometheusFolder(): Promise<string | undefined> {
  const onPath = (process.env.PATH ?? '').split(':').find((folder) => ['prometheus', 'promtool'].every((tool) => existsSync(join(folder, tool))));
  if (onPath !== undefined) return onPath;
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'purkinje', 'prometheus');
  const folder = join(cache, 'usr', 'bin');
  if (existsSync(join(folder, 'promtool'))) return folder;
  await mkdir(cache, { recursive: true });
  // Unpacked, not installed: no service is started, and only a missing list of packages needs root.
  const download = () => run('apt-get', ['download', 'prometheus'], { cwd: cache, timeout: FETCH_MAX_MS });
  await download()
    .catch(() => run('apt-get', ['update'], { timeout: FETCH_MAX_MS }).then(download))
    .then(() => run('dpkg', ['-x', join(cache, readdirSync(cache).find((name) => name.endsWith('.deb'))!), cache], { timeout: FETCH_MAX_MS }))
    .catch(() => undefined);
  return existsSync(join(folder, 'promtool')) ? folder : undefined;
}

/** host:port by job. */
export type Targets = Readonly<Record<string, string | readonly string[]>>;

export interface Prometheus {
  /** An instant query; rejects where it is invalid. */
  query(expression: string): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[]>;
  /** Anything of the HTTP API. */
  api(path: string): Promise<any>;
  /** Scrapes other programs from now on, as service discovery would have it. */
  retarget(targets: Targets): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on what deploy/prometheus ships, once a second, with other targets; a job without a target is left out. */
export async function startPrometheus(folder: string, targets: Targets): Promise<Prometheus> {
  const shipped = resolve(import.meta.dirname, '../../deploy/prometheus');
  const config = parse(await readFile(join(shipped, 'prometheus.yml'), 'utf8'));
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  config.rule_files = config.rule_files.map((file: string) => join(shipped, file));
  const jobs: readonly { readonly job_name: string }[] = config.scrape_configs;
  const scraping = (own: Targets) => jobs.filter(({ job_name }) => job_name in own).map(({ job_name }) => ({ job_name, static_configs: [{ targets: [own[job_name]].flat() }] }));
  const work = await mkdtemp(join(tmpdir(), 'purkinje-prometheus-'));
  const write = (own: Targets) => writeFile(join(work, 'prometheus.yml'), stringify({ ...config, scrape_configs: scraping(own) }));
  await write(targets);
  const port = await freePort();
  const args = [`--config.file=${work}/prometheus.yml`, `--storage.tsdb.path=${work}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(join(folder, 'prometheus'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-3000)));
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const address = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await gone;
    await rm(work, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_MAX_MS;
  while (!(await fetch(`${address}/-/ready`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`Prometheus does not start:\n${said}`);
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  const api = async (path: string) => {
    const body = (await (await fetch(`${address}/api/v1/${path}`)).json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  };
  const retarget = async (own: Targets) => {
    await write(own);
    child.kill('SIGHUP');
  };
  return { stop, api, retarget, query: async (expression) => ((await api(`query?query=${encodeURIComponent(expression)}`)) as { result: [] }).result };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
