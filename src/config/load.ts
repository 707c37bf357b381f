import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type z } from 'zod';
import { type Config, configSchema } from './schema.js';

/** A configuration that cannot be used: which key, from where, and what to do. One line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Source = 'default' | 'flag' | `file ${string}` | `environment ${string}`;
export interface Loaded {
  readonly config: Config;
  /** By dotted key. */
  readonly sources: ReadonlyMap<string, Source>;
}

type Leaf = { readonly key: string; readonly list: boolean; readonly text: boolean };

/** File, then environment (`PURKINJE_KAFKA_BROKERS`), then flags (dotted keys), in rising order. */
export function loadConfig(options: { readonly file?: string; readonly env: Readonly<Record<string, string | undefined>>; readonly flags?: Readonly<Record<string, unknown>> }): Loaded {
  const merged: Record<string, Record<string, unknown>> = {};
  const sources = new Map<string, Source>();
  const set = (key: string, value: unknown, source: Source) => {
    const [section, name] = key.split('.');
    (merged[section] ??= {})[name] = value;
    sources.set(key, source);
  };
  const leaves = leavesOf();
  const keys = leaves.map((leaf) => leaf.key);
  if (options.file !== undefined) {
    for (const [key, value] of Object.entries(flatten(readYaml(options.file), options.file))) {
      if (!keys.includes(key)) throw new ConfigError(`${options.file}: unknown key '${key}'; did you mean '${nearest(key, keys)}'?`);
      set(key, value, `file ${options.file}`);
    }
  }
  for (const [name, value] of Object.entries(options.env)) {
    if (!name.startsWith('PURKINJE_') || OTHER_VARIABLES.has(name) || value === undefined || isServiceLink(name, value)) continue;
    const leaf = leaves.find(({ key }) => variableOf(key) === name);
    if (leaf === undefined) throw new ConfigError(`environment: unknown variable ${name}; did you mean ${nearest(name, keys.map(variableOf))}?`);
    set(leaf.key, leaf.list ? value.split(',') : leaf.text ? value : plain(value), `environment ${name}`);
  }
  for (const [key, value] of Object.entries(options.flags ?? {})) if (value !== undefined) set(key, value, 'flag');
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) throw new ConfigError(explain(parsed.error, sources));
  for (const key of keys) if (!sources.has(key)) sources.set(key, 'default');
  return { config: parsed.data, sources };
}

/** Variables of this name space that are no settings. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set(['PURKINJE_ECG_DIR', 'PURKINJE_FAILPOINT', 'PURKINJE_PTBXL100_DIR']);

/** Kubernetes announces every service to each container, ours among them: PURKINJE_SERVICE_HOST, PURKINJE_PORT=tcp://… */
function isServiceLink(name: string, value: string): boolean {
  return /_SERVICE_(HOST|PORT)(_|$)/.test(name) || /_PORT_\d+_(TCP|UDP)(_|$)/.test(name) || (/_PORT$/.test(name) && /^(tcp|udp):\/\//.test(value));
}

export function variableOf(key: string): string {
  return `PURKINJE_${key.replace('.', '_').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
}

/** Every key of the schema, with what its text form needs. */
function leavesOf(): Leaf[] {
  return Object.entries(configSchema.shape).flatMap(([section, schema]) =>
    Object.entries((schema as unknown as { unwrap(): z.ZodObject }).unwrap().shape).map(([name, leaf]) => {
      const inner = unwrapped(leaf as z.ZodType);
      return { key: `${section}.${name}`, list: inner === 'array', text: inner === 'string' || inner === 'enum' };
    }),
  );
}

function unwrapped(schema: z.ZodType): string {
  let { def } = schema as unknown as { def: { type: string; innerType?: { def: never } } };
  while (def.innerType !== undefined) ({ def } = def.innerType);
  return def.type;
}

function plain(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message.split('\n', 1)[0] : 'cannot be read'}`);
  }
}

function flatten(value: unknown, file: string): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError(`${file}: not a YAML mapping of sections`);
  for (const [section, entries] of Object.entries(value)) {
    if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) flat[section] = entries;
    else for (const [name, leaf] of Object.entries(entries)) flat[`${section}.${name}`] = leaf;
  }
  return flat;
}

function explain(error: z.ZodError, sources: ReadonlyMap<string, Source>): string {
  const [issue] = error.issues;
  const key = issue.path.slice(0, 2).join('.');
  return `${issue.path.join('.')}: ${issue.message} (from ${sources.get(key) ?? 'default'})`;
}

/** The closest of the known names, by edit distance (Levenshtein 1966). */
export function nearest(name: string, known: readonly string[]): string {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
