/** Configuration: file, environment and flags in rising order, each value with its source; what is not known is refused with the nearest name. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, SECRET_KEYS } from '../../src/config/index.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-config-'));
function file(text: string): string {
  const path = join(folder, 'purkinje.yaml');
  writeFileSync(path, text);
  return path;
}

test('flags stand over the environment, the environment over the file, the file over the defaults', () => {
  const { config, sources } = loadConfig({
    file: file('kafka:\n  brokers: [file:1]\n  prefix: file-\n  partitions: 3\nhttp:\n  port: 1000\n'),
    env: { PURKINJE_KAFKA_BROKERS: 'a:1,b:2', PURKINJE_KAFKA_PREFIX: 'env-', PURKINJE_ENGINE_MAX_AGE_S: 'unlimited', PURKINJE_ENGINE_STEPS: 'score' },
    flags: { 'kafka.brokers': ['flag:9'], 'http.port': undefined },
  });
  expect(config.kafka).toMatchObject({ brokers: ['flag:9'], prefix: 'env-', partitions: 3, clientId: 'purkinje' });
  expect(config.engine).toMatchObject({ maxAgeS: 'unlimited', steps: ['score'] });
  expect(config.http.port).toBe(1000);
  expect(['kafka.brokers', 'kafka.prefix', 'kafka.partitions', 'kafka.clientId'].map((key) => sources.get(key))).toEqual([
    'flag', 'environment PURKINJE_KAFKA_PREFIX', `file ${join(folder, 'purkinje.yaml')}`, 'default',
  ]);
});

describe('what cannot be used is reported in one line', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['an unknown key', () => loadConfig({ file: file('kafka:\n  broker: [a:1]\n'), env: {} }), /kafka\.broker'; did you mean 'kafka\.brokers'/],
    ['an unknown section', () => loadConfig({ file: file('kafak:\n  brokers: [a:1]\n'), env: {} }), /did you mean 'kafka\.brokers'/],
    ['a misspelt variable', () => loadConfig({ env: { PURKINJE_KAFKA_BROKER: 'a:1' } }), /PURKINJE_KAFKA_BROKER; did you mean PURKINJE_KAFKA_BROKERS/],
    ['a value of the wrong kind', () => loadConfig({ env: { PURKINJE_HTTP_PORT: 'eighty' } }), /http\.port: .*from environment PURKINJE_HTTP_PORT/],
    ['a file that is no YAML', () => loadConfig({ file: file('kafka: ['), env: {} }), /purkinje\.yaml: /],
    ['a file that is not there', () => loadConfig({ file: '/nowhere.yaml', env: {} }), /nowhere\.yaml/],
  ];
  for (const [name, load, text] of cases) {
    test(name, () => {
      expect(load).toThrow(ConfigError);
      expect(load).toThrow(text);
      expect(() => load()).not.toThrow(/\n/);
    });
  }
});

test('what Kubernetes announces of a service named purkinje is no setting', () => {
  const env = { PURKINJE_SERVICE_HOST: '10.0.0.1', PURKINJE_SERVICE_PORT: '8080', PURKINJE_SERVICE_PORT_HTTP: '8080', PURKINJE_PORT: 'tcp://10.0.0.1:8080', PURKINJE_PORT_8080_TCP_ADDR: '10.0.0.1', PURKINJE_MONITOR_PORT: 'tcp://10.0.0.1:8081' };
  expect(loadConfig({ env }).config).toEqual(loadConfig({ env: {} }).config);
});

test('a password is among what is never printed', () => expect(SECRET_KEYS.has('kafka.saslPassword')).toBe(true));
