import { TIME_MAX_MS } from '../ecg/index.js';
import { boundedConditions, isId, place } from './bounds.js';
import * as pb from './gen/ecg/v1/context.js';
import { finite } from './numbers.js';
import { patientMessage, patientOf } from './patient.js';

/** Who is on a device from when to when. */
export interface Context {
  readonly device: string;
  /** 0: ever since. */
  readonly sinceMs: number;
  /** Undefined: still. */
  readonly untilMs?: number;
  /** A pseudonym, never a name or a record number. */
  readonly encounter: string;
  readonly bed?: string;
  readonly unit?: string;
  readonly ageYears?: number;
  readonly sex?: 'female' | 'male';
  readonly knownConditions: readonly string[];
  /** The bed's history is played this many times faster; undefined: it is real. */
  readonly accelerated?: number;
}

/** The record's key: a later record of the same stay stands for the one before, a tombstone takes it back. */
export function contextKey(stay: Pick<Context, 'device' | 'sinceMs'>): string {
  return `${stay.device}@${stay.sinceMs}`;
}

/** The stay that a key names; undefined where it names none. */
export function stayOfKey(key: string): Pick<Context, 'device' | 'sinceMs'> | undefined {
  const at = key.lastIndexOf('@');
  const sinceMs = Number(key.slice(at + 1));
  return at <= 0 || !Number.isFinite(sinceMs) ? undefined : { device: key.slice(0, at), sinceMs };
}

export function encodeContext(context: Context): Uint8Array {
  return pb.Context.encode(
    pb.Context.fromPartial({
      ...context,
      untilMs: context.untilMs ?? 0,
      bed: context.bed ?? '',
      unit: context.unit ?? '',
      ...patientMessage(context),
      knownConditions: [...context.knownConditions],
      accelerated: context.accelerated ?? 0,
    }),
  ).finish();
}

/** Why a record of ecg.context.v1 is no stay. Closed list: each is a metric label. */
export const CONTEXT_FAULTS = ['undecodable', 'bad-device', 'bad-encounter', 'bad-time'] as const;
export type ContextFault = (typeof CONTEXT_FAULTS)[number];
export type ReadContext = { readonly ok: true; readonly context: Context } | { readonly ok: false; readonly fault: ContextFault };

/**
 * Another system writes there, so anything may come. What names something is refused where it is too long, since cut it might name
 * another; beds and units are cut, with a mark. A stay that ends after 2100 has no end: hospitals write 9999 for that.
 */
export function readContext(bytes: Uint8Array): ReadContext {
  let m: pb.Context;
  try {
    m = pb.Context.decode(bytes);
  } catch {
    return { ok: false, fault: 'undecodable' };
  }
  if (!isId(m.device)) return { ok: false, fault: 'bad-device' };
  if (!isId(m.encounter)) return { ok: false, fault: 'bad-encounter' };
  if (m.sinceMs < 0 || m.sinceMs > TIME_MAX_MS || m.untilMs < 0) return { ok: false, fault: 'bad-time' };
  const context: Context = {
    device: m.device,
    sinceMs: m.sinceMs,
    untilMs: m.untilMs === 0 || m.untilMs > TIME_MAX_MS ? undefined : m.untilMs,
    encounter: m.encounter,
    bed: place(m.bed),
    unit: place(m.unit),
    ...patientOf(m),
    knownConditions: boundedConditions(m.knownConditions),
    accelerated: m.accelerated > 0 ? finite(m.accelerated) : undefined,
  };
  return { ok: true, context };
}

/** Undefined: no stay; `readContext` says why. */
export function decodeContext(bytes: Uint8Array): Context | undefined {
  const read = readContext(bytes);
  return read.ok ? read.context : undefined;
}
