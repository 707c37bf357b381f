import { type Loaded, SECRET_KEYS } from '../../config/index.js';

/** Texts that name no person, place or file: everything else that is text stays here. */
const OPEN_KEYS: ReadonlySet<string> = new Set(['kafka.brokers', 'kafka.saslMechanism', 'engine.maxAgeS', 'engine.steps', 'encoder.endpoints', 'policy.priorityCeiling', 'http.host', 'monitor.host', 'gateway.host', 'client.monitor', 'client.http', 'log.level']);

/** What differs from the defaults, without secrets, names and paths. */
export function openSettings({ config, sources }: Loaded): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([section, entries]) =>
      Object.entries(entries as Readonly<Record<string, unknown>>).flatMap(([name, value]) => {
        const key = `${section}.${name}`;
        return (sources.get(key) ?? 'default') === 'default' ? [] : [[key, shown(key, value)]];
      }),
    ),
  );
}

function shown(key: string, value: unknown): unknown {
  if (SECRET_KEYS.has(key)) return '(set)';
  if (OPEN_KEYS.has(key) || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null) return `(${Object.keys(value).length} set)`;
  return '(set)';
}
