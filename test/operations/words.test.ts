/** Names: what dashboard, rules and page speak of is in the sources, and the page leaves nothing out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.js';
import { dashboard, metricNames, queries } from './dashboard.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/operations.md');
const rules = read('deploy/prometheus/alerts.yml');
const board = queries(dashboard()).map(({ expr }) => expr).join('\n');

/** Triton's own, from its documentation; our sources do not have them. */
const TRITON = ['nv_gpu_utilization', 'nv_inference_count', 'nv_inference_request_failure'];

/** Names that the sources give to a meter or a registry. */
const defined = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.includes('wire/gen'))
  .flatMap((path) => [...read(join('src', path)).matchAll(/(?:(?:counter|gauge|histogram)\(|name: )\s*'(purkinje_\w+)'/g)].map(([, name]) => name));
const known = [...new Set(defined)].sort();

test('every metric of dashboard, rules and page is in the sources', () => {
  expect(known.length).toBeGreaterThan(20);
  for (const [where, text] of Object.entries({ board, rules, page })) {
    expect(metricNames(text).filter((name) => !known.includes(name) && !TRITON.includes(name)), where).toEqual([]);
  }
});

test('every metric of the sources is on the dashboard and explained on the page', () => {
  expect(known.filter((name) => !metricNames(board).includes(name)), 'dashboard').toEqual([]);
  expect(known.filter((name) => !metricNames(page).includes(name)), 'page').toEqual([]);
});

test('metrics are named purkinje_<stage>_<what>_<unit>', () => {
  for (const name of known) expect(name).toMatch(/^purkinje_(gateway|wire|assemble|grade|condition|encode|encoder|score|decide|deliver|commit|line|log|process)_[a-z_]+$/);
});

test('every alert is explained on the page, and no other', () => {
  const alerts = parse(rules).groups.flatMap(({ rules: of }: { rules: { alert: string }[] }) => of.map(({ alert }) => alert));
  const explained = [...page.matchAll(/^\| `(Watchdog|Purkinje\w+)` \|/gm)].map(([, alert]) => alert);
  expect(explained).toEqual(alerts);
});

test('every file and command that the page names is there', () => {
  for (const [, path] of page.matchAll(/`(?:sh )?((?:deploy|grafana|test)\/[\w./-]+)`/g)) expect(() => read(path), path).not.toThrow();
  const commands = new Set([...page.matchAll(/`purkinje (\w+)/g)].map(([, command]) => command));
  expect([...commands].filter((command) => !Object.hasOwn(COMMANDS, command))).toEqual([]);
});
