import type { Association, SegmentClock } from '../ecg/index.js';
import type { LogRecord } from '../ports/index.js';
import { type Context, decodeContext, stayOfKey } from '../wire/index.js';

/** A device's clock that is further off than this tells another time altogether: a recording played again. */
const OFF_MAX_MS = 12 * 3_600_000;

/** When a segment was, by the hospital's time: what the device claims, set right by the broker's clock (decision 5). */
export function hospitalTimeMs({ startMs, brokerOffsetMs, brokerStartMs }: SegmentClock): number {
  return Math.abs(brokerOffsetMs) <= OFF_MAX_MS ? brokerStartMs : startMs;
}

/** Undefined: unknown. */
export type Patient = Pick<Context, 'ageYears' | 'sex'>;

/** Who is on which device from when to when, from ecg.context.v1. Small: all of it is kept. */
export class AssociationTable {
  private readonly byDevice = new Map<string, { key: string; context: Context; offset: number }[]>();

  /** A later record of a key stands for all before it; a tombstone takes it back. */
  take(records: readonly LogRecord[]): void {
    for (const { key, value, offset } of records) {
      if (key === undefined) continue;
      const context = value === null ? undefined : decodeContext(value);
      const device = context?.device ?? stayOfKey(key)?.device ?? '';
      const rows = (this.byDevice.get(device) ?? []).filter((row) => row.key !== key);
      if (context !== undefined) rows.push({ key, context, offset });
      rows.sort((a, b) => a.context.sinceMs - b.context.sinceMs);
      if (rows.length > 0) this.byDevice.set(device, rows);
      else this.byDevice.delete(device);
    }
  }

  /** The association in force at a time; the latest one that began stands. */
  at(device: string, atMs: number): Association {
    const row = this.rowAt(device, atMs);
    if (row === undefined) return { knownConditions: [], contextOffset: -1 };
    const { encounter, bed, unit, knownConditions, accelerated } = row.context;
    return { encounter, bed, unit, knownConditions, accelerated, contextOffset: row.offset };
  }

  /** What a model may want to know of who is on the device then. */
  patientAt(device: string, atMs: number): Patient {
    const context = this.rowAt(device, atMs)?.context;
    return { ageYears: context?.ageYears, sex: context?.sex };
  }

  private rowAt(device: string, atMs: number) {
    return this.byDevice.get(device)?.findLast(({ context }) => context.sinceMs <= atMs && (context.untilMs === undefined || atMs < context.untilMs));
  }
}
