import type { AlertEvent, AlertState } from '../ecg/index.js';

/** Alerts that are known at most; the one untouched for longest goes. */
const ALERTS_MAX = 200_000;

/** Where an alert's events are in the log. */
export interface Where {
  readonly partition: number;
  /** Of the step that owns it: commands go the same way. */
  readonly key: string | undefined;
  readonly offsets: readonly number[];
}

/** What is known of an alert without reading the log: enough to say who may see it, and what may still be asked of it. */
export interface Indexed extends Where {
  /** Of its latest event. */
  readonly state: AlertState;
  /** It has been delivered; one in shadow never is. */
  readonly isShown: boolean;
  /** Of the latest event that was delivered; undefined: not known. */
  readonly unit: string | undefined;
}

type Entry = { -readonly [Key in keyof Omit<Indexed, 'offsets'>]: Indexed[Key] } & { readonly offsets: number[] };

/** Every alert that the log has, as far as memory goes. */
export class AlertIndex {
  private readonly entries = new Map<string, Entry>();

  put({ alertId, state, snapshot }: AlertEvent, partition: number, offset: number, key: string | undefined): void {
    const entry: Entry = this.entries.get(alertId) ?? { partition, key, offsets: [], state, isShown: false, unit: undefined };
    entry.offsets.push(offset);
    entry.state = state;
    if (snapshot.channel !== 'shadow') [entry.isShown, entry.unit] = [true, snapshot.unit];
    // Set again, so that the map stays in the order of last events.
    this.entries.delete(alertId);
    this.entries.set(alertId, entry);
    if (this.entries.size > ALERTS_MAX) this.entries.delete(this.entries.keys().next().value!);
  }

  find(alertId: string): Indexed | undefined {
    return this.entries.get(alertId);
  }
}
