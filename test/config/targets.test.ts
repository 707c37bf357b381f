/** Targets of alerts: what is wrong with one is reported with where it stands, and a secret is never shown. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError, loadConfig, SECRET_KEYS } from '../../src/config/index.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const WEBHOOK = { name: 'pager', kind: 'webhook', url: 'https://pager.example/hook', secret: SECRET };
const HL7 = { name: 'acm', kind: 'hl7', host: 'acm.example', port: 2575 };

function load(...targets: unknown[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'purkinje-config-')), 'purkinje.yaml');
  writeFileSync(file, stringify({ monitor: { targets } }));
  return loadConfig({ file, env: {} }).config.monitor.targets;
}

test('a webhook and an HL7 receiver, with what is left out', () => {
  expect(load({ ...WEBHOOK, units: ['icu'], priorities: ['medium'], allow: ['10.1.0.0/16', 'fd00::/8'] }, HL7)).toEqual([
    { ...WEBHOOK, units: ['icu'], findings: [], priorities: ['medium'], allow: ['10.1.0.0/16', 'fd00::/8'] },
    { ...HL7, tls: false, units: [], findings: [], priorities: [] },
  ]);
});

test('none by default, and the list is among what is never printed', () => {
  expect(loadConfig({ env: {} }).config.monitor.targets).toEqual([]);
  expect(SECRET_KEYS.has('monitor.targets')).toBe(true);
});

test.each([
  ['two of one name', [WEBHOOK, { ...HL7, name: 'pager' }], /monitor\.targets: two targets have the same name/],
  ['a name that no metric takes', [{ ...HL7, name: 'Ward 3' }], /monitor\.targets\.0\.name: .*small letters/],
  ['a kind that is none', [{ ...HL7, kind: 'fax' }], /monitor\.targets\.0\.kind: /],
  ['an address of another kind', [HL7, { ...WEBHOOK, url: 'ftp://pager.example' }], /monitor\.targets\.1\.url: must be an https/],
  ['an address with a password', [{ ...WEBHOOK, url: 'https://me:secret@pager.example' }], /monitor\.targets\.0\.url: has a user or password/],
  ['an address that is none', [{ ...WEBHOOK, url: 'pager' }], /monitor\.targets\.0\.url: must be an https/],
  ['a secret too short', [{ ...WEBHOOK, secret: 'whsec_c2hvcnQ=' }], /monitor\.targets\.0\.secret: must be whsec_/],
  ['a secret that is no base64', [{ ...WEBHOOK, secret: `${SECRET}!` }], /monitor\.targets\.0\.secret: must be whsec_/],
  ['a network that is none', [{ ...WEBHOOK, allow: ['10.1.0.0'] }], /monitor\.targets\.0\.allow\.0: must be a network/],
  ['a priority that is none', [{ ...HL7, priorities: ['urgent'] }], /monitor\.targets\.0\.priorities\.0: /],
  ['a key that is none', [{ ...HL7, hots: 'x' }], /hots/],
])('%s', (_name, targets, text) => {
  expect(() => load(...targets)).toThrow(ConfigError);
  expect(() => load(...targets)).toThrow(text);
  expect(() => load(...targets)).not.toThrow(/whsec_[A-Za-z0-9+/]{8}/);
});

test('an environment variable cannot hold a list of them, and says so without what it held', () => {
  expect(() => loadConfig({ env: { PURKINJE_MONITOR_TARGETS: SECRET } })).toThrow(/monitor\.targets\.0: /);
  expect(() => loadConfig({ env: { PURKINJE_MONITOR_TARGETS: SECRET } })).not.toThrow(/whsec_/);
});
