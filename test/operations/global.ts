import type { TestProject } from 'vitest/node';
import { prometheusFolder } from './prometheus.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of `prometheus` and `promtool`, or undefined where they cannot be had. */
    prometheus: string | undefined;
  }
}

/** Finds Prometheus, or fetches it, once for the whole run. */
export default async function setup(project: TestProject): Promise<void> {
  const folder = await prometheusFolder();
  if (folder === undefined) {
    if (process.env.CI === 'true') throw new Error('the operations tests need Prometheus: apt-get install prometheus');
    process.stderr.write('\n*** Prometheus is not installed and cannot be fetched: dashboards and rules are SKIPPED ***\n\n');
  }
  project.provide('prometheus', folder);
}
