import * as pb from './gen/ecg/v1/context.js';

/** Who is on a device from when to when. */
export interface Context {
  readonly device: string;
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
  /** The bed's history is told this many times faster; undefined: it is real. */
  readonly accelerated?: number;
}

const SEXES: readonly Context['sex'][] = [undefined, 'female', 'male'];

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
      ageYears: context.ageYears ?? 0,
      sex: SEXES.indexOf(context.sex),
      knownConditions: [...context.knownConditions],
      accelerated: context.accelerated ?? 0,
    }),
  ).finish();
}

/** Undefined for bytes that are no context: another system writes there. */
export function decodeContext(bytes: Uint8Array): Context | undefined {
  try {
    const m = pb.Context.decode(bytes);
    if (m.device === '' || m.encounter === '') return undefined;
    return {
      device: m.device,
      sinceMs: m.sinceMs,
      untilMs: m.untilMs || undefined,
      encounter: m.encounter,
      bed: m.bed || undefined,
      unit: m.unit || undefined,
      ageYears: m.ageYears || undefined,
      sex: SEXES[m.sex],
      knownConditions: m.knownConditions,
      accelerated: m.accelerated || undefined,
    };
  } catch {
    return undefined;
  }
}
