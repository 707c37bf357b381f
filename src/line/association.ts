import type { Association, Departure, Segment, SegmentClock } from '../ecg/index.js';
import type { LogRecord, SkippedRange } from '../ports/index.js';
import { type Context, type ContextFault, readContext, stayOfKey } from '../wire/index.js';

/** A device's clock that is further off than this shows another time altogether: a recording played again. */
const OFF_MAX_MS = 12 * 3_600_000;

/** When a segment was, by the hospital's time: what the device claims, set right by the broker's clock (decision 5). */
export function hospitalTimeMs({ startMs, brokerOffsetMs, brokerStartMs }: SegmentClock): number {
  return Math.abs(brokerOffsetMs) <= OFF_MAX_MS ? brokerStartMs : startMs;
}

/** When the first sample of a segment was: a stream may begin within it, and what was before it was another's. */
export function hospitalTimeOf({ clock, leads }: Segment): number {
  const missingMs = leads.map(({ gaps: [first] }) => (first?.fromMs === 0 ? first.toMs : 0));
  return hospitalTimeMs(clock) + (missingMs.length > 0 ? Math.min(...missingMs) : 0);
}

/** Ranges of unreadable records that are kept. */
const SKIPPED_MAX = 1000;

interface Row {
  readonly key: string;
  readonly context: Context;
  readonly offset: number;
}

/** Undefined: unknown. */
export type Patient = Pick<Context, 'ageYears' | 'sex'>;

/** Who is on which device from when to when, from ecg.context.v1. Small: all of it is kept. */
export class AssociationTable {
  private readonly byDevice = new Map<string, Row[]>();
  private readonly skippedRanges: SkippedRange[] = [];

  constructor(
    /** Called for each record that is no stay. */
    private readonly onRefused: (fault: ContextFault) => void = () => {},
  ) {}

  /** Records of the topic that could not be read, of the partition of this number. */
  skipped(partition: number): readonly SkippedRange[] {
    return this.skippedRanges.filter((range) => range.partition === partition);
  }

  /** Bounded: what is more is counted by the log. */
  skip(range: SkippedRange): void {
    if (this.skippedRanges.length < SKIPPED_MAX) this.skippedRanges.push(range);
  }

  /** A later record of a key stands for all before it; a tombstone takes it back. */
  take(records: readonly LogRecord[]): void {
    for (const { key, value, offset } of records) {
      if (key === undefined) continue;
      const read = value === null ? undefined : readContext(value);
      if (read?.ok === false) this.onRefused(read.fault);
      const context = read?.ok === true ? read.context : undefined;
      const device = context?.device ?? stayOfKey(key)?.device ?? '';
      const rows = (this.byDevice.get(device) ?? []).filter((row) => row.key !== key);
      if (context !== undefined) rows.push({ key, context, offset });
      rows.sort((a, b) => a.context.sinceMs - b.context.sinceMs);
      if (rows.length > 0) this.byDevice.set(device, rows);
      else this.byDevice.delete(device);
    }
  }

  /** The association in force at a time; the latest one that began stands, unless an earlier one says that it continues. */
  at(device: string, atMs: number): Association {
    const { row, isDisputed } = this.inForce(device, atMs);
    if (row === undefined) return { knownConditions: [], contextOffset: -1 };
    const { encounter, bed, unit, knownConditions, accelerated, ageYears, sex } = row.context;
    const place = { bed, unit, accelerated, contextOffset: row.offset };
    return isDisputed ? { ...place, isDisputed, knownConditions: [] } : { ...place, encounter, knownConditions, ...(ageYears !== undefined && { ageYears }), ...(sex !== undefined && { sex }) };
  }

  /** What a model may want to know of who is on the device then. */
  patientAt(device: string, atMs: number): Patient {
    const { row, isDisputed } = this.inForce(device, atMs);
    return isDisputed ? {} : { ageYears: row?.context.ageYears, sex: row?.context.sex };
  }

  /** The last stay on the device that was over by then. */
  lastDeparture(device: string, atMs: number): Departure | undefined {
    const rows = this.byDevice.get(device) ?? [];
    const { row: current } = this.inForce(device, atMs);
    const last = rows.findLast(({ context: { encounter, sinceMs } }) => sinceMs <= atMs && encounter !== undefined && encounter !== current?.context.encounter)?.context;
    if (last?.encounter === undefined) return undefined;
    const { encounter, untilMs, bed, unit } = last;
    const isOpen = untilMs === undefined || untilMs > atMs;
    if (isOpen && current === undefined) return undefined;
    return { device, encounter, bed, unit, atMs: isOpen ? current!.context.sinceMs : untilMs };
  }

  /** Is the patient on any device then? */
  isAnywhere(encounter: string, atMs: number): boolean {
    return [...this.byDevice.keys()].some((device) => this.inForce(device, atMs).row?.context.encounter === encounter);
  }

  /** Disputed: another patient's stay was said to end later than this one began. One that nobody ended was forgotten, and is no claim. */
  private inForce(device: string, atMs: number): { readonly row?: Row; readonly isDisputed?: true } {
    const there = (this.byDevice.get(device) ?? []).filter(({ context: { sinceMs, untilMs } }) => sinceMs <= atMs && (untilMs === undefined || atMs < untilMs));
    const row = there.at(-1);
    const isDisputed = there.some(({ context }) => context.untilMs !== undefined && context.encounter !== row?.context.encounter);
    return isDisputed ? { row, isDisputed } : { row };
  }
}
