import type { AdtEvent } from './event.js';
import { byEntry, identityOf, type Stay, staysOf } from './stays.js';

/** Who was on a device from when to when, and all that was said of the encounter. */
export interface DeviceStay extends Omit<Stay, 'bed'> {
  readonly device: string;
  readonly bed: string;
  readonly unit: string;
  readonly events: readonly AdtEvent[];
}

/** Events of one encounter that are kept; updates are two of them at most. */
export const EVENTS_MAX = 256;
/** An encounter that is over, and of which nothing was entered for so long before the latest entry of all, is not changed any more. */
const KEPT_MS = 60 * 86_400_000;

/** All that was said, by the encounter of which it was said; the set decides, not the order. */
export class Ward {
  private readonly said = new Map<string, Map<string, AdtEvent>>();
  private latestMs = 0;

  constructor(private readonly devicesOf: (bed: string) => readonly string[]) {}

  /** False: more was said of the encounter than is kept. */
  add(event: AdtEvent): boolean {
    const own = this.said.get(event.encounter) ?? new Map<string, AdtEvent>();
    if (own.size >= EVENTS_MAX && event.kind !== 'update' && !own.has(identityOf(event))) return false;
    own.set(identityOf(event), event);
    keepUpdates(own);
    this.said.set(event.encounter, own);
    this.latestMs = Math.max(this.latestMs, event.recordedMs);
    return true;
  }

  /** Encounters that are over, and of which nothing was said for long, are forgotten: what is published of them stays. */
  forget(): ReadonlySet<string> {
    const isOld = ({ recordedMs }: AdtEvent) => recordedMs < this.latestMs - KEPT_MS;
    const old = [...this.joined()].filter(([encounter, events]) => events.every(isOld) && staysOf(encounter, events).every(({ untilMs }) => untilMs !== undefined));
    for (const [, events] of old) for (const { encounter } of events) this.said.delete(encounter);
    return new Set(old.map(([encounter]) => encounter));
  }

  /** Encounters that are on no device of the table, with what was said of them: it may count once more is said. */
  unplaced(table: readonly DeviceStay[]): ReadonlyMap<string, readonly AdtEvent[]> {
    const placed = new Set(table.map(({ encounter }) => encounter));
    return new Map([...this.joined()].filter(([encounter]) => !placed.has(encounter)));
  }

  /** Every stay on a device. Of two that begin at once on one, the second begins a millisecond later: a record has one key. */
  table(): readonly DeviceStay[] {
    const table: DeviceStay[] = [];
    for (const [encounter, events] of this.joined()) {
      for (const stay of staysOf(encounter, events)) for (const device of this.devicesOf(stay.bed)) table.push({ ...stay, device, unit: stay.bed.split('/', 1)[0], events });
    }
    table.sort((a, b) => compare(a.device, b.device) || a.sinceMs - b.sinceMs || compare(a.encounter, b.encounter));
    for (let k = 1; k < table.length; k++) {
      const [before, one] = [table[k - 1], table[k]];
      if (one.device === before.device && one.sinceMs <= before.sinceMs) table[k] = { ...one, sinceMs: before.sinceMs + 1 };
    }
    return table;
  }

  /** Events by the encounter that it is in the end. */
  private joined(): ReadonlyMap<string, readonly AdtEvent[]> {
    const into = new Map<string, string>();
    const merges = [...this.said.values()].flatMap((events) => [...events.values()].filter(({ kind }) => kind === 'merge')).sort(byEntry);
    for (const merge of merges) into.set(merge.encounter, merge.into!);
    const joined = new Map<string, AdtEvent[]>();
    for (const [encounter, events] of this.said) {
      const last = lastOf(encounter, into);
      joined.set(last, [...(joined.get(last) ?? []), ...events.values()]);
    }
    for (const events of joined.values()) events.sort(byEntry);
    return joined;
  }
}

/** Stays of two encounters at one time on one device: each pair once. */
export function conflictsIn(table: readonly DeviceStay[]): number {
  let conflicts = 0;
  for (const [k, one] of table.entries()) {
    for (let next = k + 1; next < table.length && table[next].device === one.device && (one.untilMs === undefined || table[next].sinceMs < one.untilMs); next++) {
      if (table[next].encounter !== one.encounter) conflicts++;
    }
  }
  return conflicts;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Follows merges; where they go in a circle, it is none. */
function lastOf(encounter: string, into: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let at = encounter;
  for (let next = into.get(at); next !== undefined; next = into.get(at)) {
    if (seen.has(at)) return encounter;
    seen.add(at);
    at = next;
  }
  return at;
}

/** Of updates only the first by its time, which may place the patient, and the last entered, which says who they are. */
function keepUpdates(own: Map<string, AdtEvent>): void {
  const updates = [...own.values()].filter(({ kind }) => kind === 'update');
  if (updates.length <= 2) return;
  const first = updates.reduce((a, b) => (a.atMs - b.atMs || byEntry(a, b)) <= 0 ? a : b);
  const last = updates.reduce((a, b) => (byEntry(a, b) > 0 ? a : b));
  for (const update of updates) if (update !== first && update !== last) own.delete(identityOf(update));
}
