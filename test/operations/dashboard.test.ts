/** The dashboard as a file: what Grafana needs of it, and what a reader needs. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { dashboard, queries, shown } from './dashboard.js';

const it = dashboard();
const panels = it.panels.filter(({ type }) => type !== 'row');

test('one dashboard of the path, fresh every ten seconds, over whichever data source is chosen', () => {
  expect(it).toMatchObject({ uid: 'purkinje', refresh: '10s', schemaVersion: 42 });
  expect(it.templating.list.map(({ name, type }) => `${type} ${name}`)).toEqual(['datasource datasource']);
  for (const panel of panels) {
    expect(panel.datasource?.uid, panel.title).toBe('${datasource}');
    for (const target of panel.targets!) expect(target.datasource.uid, panel.title).toBe('${datasource}');
  }
});

test('rows stand in the order in which a chunk walks', () => {
  const stages = it.panels.filter(({ type }) => type === 'row').map(({ title }) => title.split(/[ :]/)[0].toLowerCase());
  expect(stages).toEqual(['is', 'gateway', 'wire', 'assemble', 'grade', 'encode', 'the', 'commit', 'decide', 'deliver']);
});

test('each panel has a title of its own, one sentence of description, a unit and thresholds', () => {
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  expect(new Set(it.panels.map(({ id }) => id)).size).toBe(it.panels.length);
  for (const { title, description, fieldConfig, targets } of panels) {
    expect(description, title).toMatch(/^[A-Z][^.]*(\.\d[^.]*)*\.$/);
    expect(fieldConfig?.defaults.unit, title).toBeTruthy();
    expect(fieldConfig?.defaults.thresholds, title).toBeTruthy();
    expect(targets?.length, title).toBeGreaterThan(0);
  }
});

test('no panel lies on another or beyond the edge', () => {
  const taken = new Map<string, string>();
  for (const { title, gridPos: { x, y, w, h } } of it.panels) {
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        expect(taken.get(`${column}/${line}`), title).toBeUndefined();
        taken.set(`${column}/${line}`, title);
      }
    }
  }
});

test('no query asks for a bed or a patient; every rate takes the window that Grafana makes', () => {
  for (const { name, expr } of queries(it)) {
    expect(expr, name).not.toMatch(/\b(bed|device|patient|encounter)\b/);
    if (/\brate\(/.test(expr)) expect(expr, name).toContain('[$__rate_interval]');
    expect(expr, name).not.toMatch(/\[\d/);
  }
});

test('seconds are shown as seconds, a rate as a rate, and a count as neither', () => {
  for (const { name, expr, unit } of shown(it)) {
    const isSeconds = /_seconds(_bucket|_sum)?\b/.test(expr) && !/_seconds_count\b/.test(expr);
    expect(unit === 's', `${name}: ${expr} in ${unit}`).toBe(isSeconds);
    if (unit === 'cps') expect(expr, name).toMatch(/\brate\(/);
  }
});

test('a quantile of a histogram of whole numbers is whole: within its lowest bound Prometheus counts from 0', () => {
  const wholes = queries(it).filter(({ expr }) => /histogram_quantile/.test(expr) && !/_seconds_bucket/.test(expr));
  expect(wholes.map(({ name }) => name)).toContain('Segments in a batch / B');
  for (const { name, expr } of wholes) expect(expr, name).toMatch(/^ceil\(histogram_quantile\(.*\)\)$/);
});

/** What every monitor says of the whole ward, and not of its own clients: two monitors say it twice. */
const OF_THE_WARD = ['findings_watched', 'findings_demoted', 'verdicts', 'technical_alarms', 'lost_records_total', 'unreadable_total', 'oldest_unprocessed_seconds', 'clock_difference_seconds'];

test('what every monitor says of the whole ward is counted once, however many monitors run', () => {
  const rules = readFileSync(resolve(import.meta.dirname, '../../deploy/prometheus/alerts.yml'), 'utf8').match(/expr: .*/g) ?? [];
  const asked = [...queries(it), ...rules.map((rule) => ({ name: 'rules', expr: rule.slice('expr: '.length) }))].filter(({ expr }) => OF_THE_WARD.some((metric) => expr.includes(`purkinje_deliver_${metric}`)));
  expect(asked.length).toBeGreaterThanOrEqual(OF_THE_WARD.length);
  for (const { name, expr } of asked) expect(expr, name).toMatch(/^max\b/);
});

test('0 is red only where 0 is bad', () => {
  const red = panels.filter(({ fieldConfig }) => fieldConfig?.defaults.thresholds?.steps[0].color === 'red').map(({ title }) => title);
  expect(red).toEqual(['Engines up', 'Encoders usable', 'Scored share', 'Subscribers', 'Findings watched, and why not']);
});
