/** `purkinje doctor`: what support needs, each check with what to do, and nothing of the configuration that names a person, a place or a secret. Invariants: I175 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { machineLooked } from '../../src/cli/doctor/machine.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-doctor-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Every key whose text may name somebody, or opens something. */
const CANARIES = `
kafka: { brokers: ['127.0.0.1:1'], saslMechanism: plain, saslUsername: canary-user, saslPassword: canary-password, clientId: canary-client }
encoder: { endpoints: [], cert: /etc/canary-cert.pem, key: /etc/canary-key.pem, ca: /etc/canary-ca.pem, tls: true }
policy:
  units: { canary-unit: { atrial-fibrillation: shadow }, canary-bed-7: { '*': shadow } }
  findings: { atrial-fibrillation: { ppv: { value: 0.5, lower95: 0.4, prevalence: 0.1, data: canary-patient-4711 } } }
monitor:
  token: canary-token-canary-token-canary-token
  clients: { canary-person: ['read:canary-unit'] }
  tlsCert: /etc/canary-cert.pem
  tlsKey: /etc/canary-key.pem
  tlsClientCa: /etc/canary-ca.pem
  targets: [{ name: canary-pager, kind: webhook, url: 'https://canary.example/canary', secret: whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeQ==, units: [canary-unit] }]
gateway: { encounterKey: canary-encounter-key-canary-encounter, map: /etc/canary-map.yaml }
client: { token: canary-client-token }
language: { url: 'https://127.0.0.1:1/canary', model: canary-model, apiKeyFile: /etc/canary-key }
`;

describe('doctor', () => {
  test('with a broker that is away fails, says what to do, and gives nothing away', async () => {
    const file = join(work, 'site.yaml');
    writeFileSync(file, CANARIES);
    const [json, text] = await Promise.all([purkinje(['doctor', '--config', file, '--json']), purkinje(['doctor', '--config', file])]);
    for (const { code, out, err } of [json, text]) {
      expect(code).toBe(1);
      expect(out + err).not.toMatch(/canary|Y2FuYXJ5/i);
    }
    const { machine, settings, checks } = json.lines[0] as { machine: object; settings: Record<string, unknown>; checks: { status: string; what: string; todo: string }[] };
    expect(machine).toMatchObject({ version: '0.1.0', node: process.versions.node, cpus: expect.any(Number) });
    expect(settings).toMatchObject({ 'kafka.brokers': ['127.0.0.1:1'], 'kafka.saslPassword': '(set)', 'monitor.token': '(set)', 'monitor.targets': '(set)', 'monitor.clients': '(1 set)', 'policy.units': '(2 set)', 'encoder.tls': true });
    expect(checks).toContainEqual({ status: 'failed', what: expect.stringMatching(/^Kafka does not answer/), todo: 'look at the addresses, the network and the credentials' });
    expect(checks).toContainEqual({ status: 'ok', what: expect.stringMatching(/^weights of purkinje-s@\S+, SHA-256 [0-9a-f]{64}$/), todo: '' });
    for (const { status, todo } of checks) expect(todo === '', status).toBe(status === 'ok');
    expect(text.out).toMatch(/^purkinje 0\.1\.0, Node .*\n[^]*\nok {7}Node .*\n[^]*\nfailed {3}Kafka does not answer/);
  }, 120_000);

  test('nor does what a check finds: paths of models and certificates, the host of a language model, the prefix of topics', async () => {
    const file = join(work, 'places.yaml');
    for (const [model, tls] of [['canary-folder/model', false], ['models/purkinje-s', true]] as const) {
      writeFileSync(file, `
kafka: { brokers: ['127.0.0.1:1'], prefix: canary. }
encoder: { model: ${model}, also: [/srv/canary-also], endpoints: ['127.0.0.1:1'], tls: ${tls}, ${tls ? 'ca: canary-ca.pem' : ''} }
language: { url: 'http://canary-host:8/v1', model: canary-model }
`);
      const { code, out, err } = await purkinje(['doctor', '--config', file]);
      expect(code).toBe(1);
      expect(out + err).not.toMatch(/canary/i);
      expect(out).toMatch(/\((?:encoder\.model|encoder\.also|encoder\.ca)\)/);
      expect(out).toContain('drafted sentences travel in the clear to (language.url)');
    }
  }, 120_000);

  test('a Node that is too old fails, and this one does not', async () => {
    const of = async (node: string) => (await machineLooked(node)).find(({ text }) => text === `Node ${node}`)?.ok;
    expect(await Promise.all(['18.20.0', '20.18.9', '20.19.0', '22.1.0'].map(of))).toEqual([false, false, true, true]);
  });
});
