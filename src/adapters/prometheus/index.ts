/** The Meter port over prom-client, and its text for `/metrics`. */
import { performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../../ports/index.js';

export interface PrometheusMeter extends Meter {
  /** The exposition format, version 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Sums of a counter's samples by one label; for the summary at the end. */
  sum(name: string, where?: Readonly<Record<string, string>>): Promise<number>;
}

export function prometheusMeter(): PrometheusMeter {
  const registry = new Registry();
  let utilization = performance.eventLoopUtilization();
  new Gauge({
    name: 'purkinje_process_event_loop_utilization',
    help: 'Share of the time since the last scrape in which the event loop was busy',
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, utilization).utilization);
      utilization = now;
    },
  });
  const once = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  return {
    counter(name, help, labels = []) {
      const counter = once(name, () => new Counter({ name, help, labelNames: [...labels], registers: [registry] }));
      return { add: (value, values = {}) => counter.inc(values, value) };
    },
    gauge(name, help, labels = []) {
      const gauge = once(name, () => new Gauge({ name, help, labelNames: [...labels], registers: [registry] }));
      return { set: (value, values = {}) => gauge.set(values, value) };
    },
    histogram(name, help, buckets, labels = []) {
      const histogram = once(name, () => new Histogram({ name, help, buckets: [...buckets], labelNames: [...labels], registers: [registry] }));
      return { observe: (value, values = {}) => histogram.observe(values, value) };
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    async sum(name, where = {}) {
      const metric = registry.getSingleMetric(name);
      const { values } = (await metric?.get()) ?? { values: [] };
      return values
        .filter(({ labels }) => Object.entries(where).every(([label, value]) => (labels as Record<string, unknown>)[label] === value))
        .reduce((sum, { value }) => sum + value, 0);
    },
  };
}
