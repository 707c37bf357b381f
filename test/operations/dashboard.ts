import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly thresholds?: { readonly steps: readonly { readonly color: string }[] } }; readonly overrides: readonly Override[] };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat?: string; readonly datasource: { readonly uid: string } }[];
}

interface Override {
  readonly matcher: { readonly id: string; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

export function dashboard(): Dashboard {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, '../../grafana/purkinje.json'), 'utf8')) as Dashboard;
}

/** Every query, as `panel / A`. */
export function queries({ panels }: Dashboard): readonly { readonly name: string; readonly expr: string }[] {
  return panels.flatMap((panel) => (panel.targets ?? []).map(({ refId, expr }) => ({ name: `${panel.title} / ${refId}`, expr })));
}

/** Every query with the unit in which Grafana shows what it gives. */
export function shown({ panels }: Dashboard): readonly { readonly name: string; readonly expr: string; readonly unit?: string }[] {
  return panels.flatMap(({ title, fieldConfig, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat = '' }) => {
      const override = fieldConfig?.overrides.find(({ matcher: { id, options } }) => (id === 'byName' ? options === legendFormat : new RegExp(options.slice(1, -1)).test(legendFormat)));
      const unit = (override?.properties.find(({ id }) => id === 'unit')?.value as string | undefined) ?? fieldConfig?.defaults.unit;
      return { name: `${title} / ${refId}`, expr, unit };
    }),
  );
}

/** What Grafana puts in for its variables, with a window of `window`. */
export function substituted(expr: string, window: string): string {
  return expr.replaceAll('$__rate_interval', window).replaceAll('$__interval', '5s').replaceAll('$__range', '1m');
}

/** Names of metrics in PromQL or prose, without what a histogram adds. */
export function metricNames(text: string): string[] {
  const names = text.match(/\b(?:purkinje|nv)_[a-z0-9_]*[a-z0-9]/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/^(purkinje_\w+)_(?:bucket|sum|count)$/, '$1')))].sort();
}
