/** The dashboard as a file: what Grafana needs of it, and what a reader needs. */
import { expect, test } from 'vitest';
import { dashboard, queries } from './dashboard.js';

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
