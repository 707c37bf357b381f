/** What Prometheus is given: its configuration, the rules, and the cases of each rule. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const shipped = join(root, 'deploy/prometheus');
const folder = inject('prometheus');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Case {
  readonly name: string;
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
}

const read = (file: string) => parse(readFileSync(join(shipped, file), 'utf8'));
const rules: readonly Rule[] = read('alerts.yml').groups.flatMap(({ rules: of }: { rules: Rule[] }) => of);
const cases: readonly Case[] = read('alerts.test.yml').tests;

describe.skipIf(folder === undefined)('promtool', () => {
  test.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'alerts.yml'],
    ['test', 'rules', 'alerts.test.yml'],
  ])('%s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync(join(folder!, 'promtool'), args, { cwd: shipped, encoding: 'utf8', timeout: 60_000 });
    expect(`${stdout}${stderr}`).not.toMatch(/FAILED|warning/i);
    expect(status).toBe(0);
  });
});

test.each(rules.map(({ alert }) => alert))('%s has a case in which it fires and one in which it does not', (alert) => {
  const outcomes = cases.flatMap(({ alert_rule_test }) => alert_rule_test.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length > 0));
  // The watchdog has no other state: that is its use.
  expect(new Set(outcomes)).toEqual(new Set(alert === 'Watchdog' ? [true] : [true, false]));
});

test('every rule says how bad it is and what is the matter; all but the watchdog wait out a hiccup', () => {
  for (const { alert, labels, annotations, for: held } of rules) {
    expect(['none', 'warning', 'critical'], alert).toContain(labels.severity);
    expect(annotations.summary, alert).toMatch(/^.{20,}\.$/s);
    expect(held === undefined, alert).toBe(alert === 'Watchdog');
  }
});

test('the watchdog depends on nothing', () => expect(rules.find(({ alert }) => alert === 'Watchdog')?.expr).toBe('vector(1)'));

test('no rule and no label speaks of a bed or a patient', () => {
  for (const { alert, expr, labels } of rules) expect(`${expr} ${Object.keys(labels).join(' ')}`, alert).not.toMatch(/\b(bed|device|patient|encounter|unit)\s*(=|\)|,)/);
});

test('every target of the configuration is a service of the compose file that listens there', () => {
  const { services } = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'), { merge: true });
  const names = Object.entries<any>(services).flatMap(([name, { networks, command }]) => [name, ...(networks?.default?.aliases ?? [])].map((host) => ({ host, command: [command].flat().join(' ') })));
  for (const { job_name, static_configs = [], dns_sd_configs = [] } of read('prometheus.yml').scrape_configs) {
    const targets: string[] = [...static_configs.flatMap((one: { targets: string[] }) => one.targets), ...dns_sd_configs.flatMap(({ names: hosts, port }: { names: string[]; port: number }) => hosts.map((host) => `${host}:${port}`))];
    expect(targets, job_name).toHaveLength(1);
    for (const target of targets) {
      const [host, port] = target.split(':');
      const served = names.filter((entry) => entry.host === host);
      expect(served.length, `${job_name}: ${target}`).toBeGreaterThan(0);
      for (const { command } of served) expect(command, `${job_name}: ${target}`).toMatch(new RegExp(`(metrics-)?port[ =]${port}\\b`));
    }
  }
});
