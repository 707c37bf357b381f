import { resolve } from 'node:path';
import { type Loaded, SECRET_KEYS } from '../../config/index.js';

/** Texts that name no person, place or file: everything else that is text stays here. */
const OPEN_KEYS: ReadonlySet<string> = new Set(['kafka.brokers', 'kafka.saslMechanism', 'engine.maxAgeS', 'engine.steps', 'encoder.endpoints', 'policy.priorityCeiling', 'http.host', 'monitor.host', 'gateway.host', 'client.monitor', 'client.http', 'log.level']);

/** What differs from the defaults, by its key. */
function given({ config, sources }: Loaded): (readonly [key: string, value: unknown])[] {
  const all = Object.entries(config).flatMap(([section, entries]) => Object.entries(entries as Readonly<Record<string, unknown>>).map(([name, value]) => [`${section}.${name}`, value] as const));
  return all.filter(([key]) => (sources.get(key) ?? 'default') !== 'default');
}

/** What differs from the defaults, without secrets, names and paths. */
export function openSettings(loaded: Loaded): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given(loaded).map(([key, value]) => [key, shown(key, value)]));
}

function shown(key: string, value: unknown): unknown {
  if (SECRET_KEYS.has(key)) return '(set)';
  if (OPEN_KEYS.has(key) || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null) return `(${Object.keys(value).length} set)`;
  return '(set)';
}

/**
 * Writes the name of a setting in place of its text, wherever that stands in what a check found: a path in an error, a prefix in a topic's
 * name, the host of an address.
 */
export function hider(loaded: Loaded): (text: string) => string {
  const closed = given(loaded).filter(([key]) => !OPEN_KEYS.has(key));
  const names = closed.flatMap(([key, value]) => textsOf(value).flatMap((text) => formsOf(text).map((form) => [form, `(${key})`] as const)));
  // The longest first: one may be a part of another.
  names.sort(([a], [b]) => b.length - a.length);
  const { prefix } = loaded.config.kafka;
  const unprefixed = (text: string) => (prefix === '' ? text : text.replaceAll(`${prefix}ecg.`, '(kafka.prefix)ecg.'));
  return (text) => names.reduce((so, [form, name]) => so.replaceAll(form, name), unprefixed(text));
}

/** Shorter ones stand in ordinary words. */
const TEXT_MIN = 4;

/** Every text in a setting, the keys of lists by name too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length < TEXT_MIN ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [...(Array.isArray(value) ? [] : textsOf(key)), ...textsOf(one)]);
}

/** As it is, as a path of this machine, and the host of an address. */
function formsOf(text: string): readonly string[] {
  const host = URL.canParse(text) && text.includes('://') ? [new URL(text).host, new URL(text).hostname] : [];
  return [text, resolve(text), ...host];
}
