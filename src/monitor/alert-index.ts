/** Alerts whose place is known at most; the one untouched for longest goes. */
const ALERTS_MAX = 200_000;

export interface Where {
  readonly partition: number;
  /** Of the step that owns it: commands go the same way. */
  readonly key: string | undefined;
  readonly offsets: readonly number[];
}

/** Where the events of each alert lie in the log. */
export class AlertIndex {
  private readonly places = new Map<string, { partition: number; key: string | undefined; offsets: number[] }>();

  put(alertId: string, partition: number, offset: number, key: string | undefined): void {
    const place = this.places.get(alertId) ?? { partition, key, offsets: [] };
    place.offsets.push(offset);
    this.places.delete(alertId);
    this.places.set(alertId, place);
    if (this.places.size > ALERTS_MAX) this.places.delete(this.places.keys().next().value!);
  }

  find(alertId: string): Where | undefined {
    return this.places.get(alertId);
  }
}
