import type { Gauge } from '../ports/index.js';

/** One gauge of an engine made from what each of its partitions says, so that none hides behind another. */
export class PartitionGauge {
  private readonly parts = new Map<string, number>();

  constructor(
    private readonly gauge: Gauge,
    private readonly combine: (values: readonly number[]) => number,
  ) {}

  /** `part` names a partition of a step; undefined: it has nothing to say, or is no longer ours. */
  note(part: string, value: number | undefined): void {
    if (value === undefined) this.parts.delete(part);
    else this.parts.set(part, value);
    this.gauge.set(this.combine([...this.parts.values()]));
  }
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const largest = (values: readonly number[]): number => Math.max(0, ...values);
/** 0 where there is none. */
export const least = (values: readonly number[]): number => (values.length === 0 ? 0 : Math.min(...values));

/** What an engine says of all its partitions at once. */
export interface EngineGauges {
  readonly devices: PartitionGauge;
  readonly devicesSilent: PartitionGauge;
  /** Age in seconds of the oldest record whose outputs are not published. */
  readonly oldestUnprocessed: PartitionGauge;
  /** When the partition that is furthest behind last committed or found nothing to commit. */
  readonly heartbeat: PartitionGauge;
}

export function engineGauges(meters: { devices: Gauge; devicesSilent: Gauge; oldestUnprocessed: Gauge; heartbeat: Gauge }): EngineGauges {
  return {
    devices: new PartitionGauge(meters.devices, sum),
    devicesSilent: new PartitionGauge(meters.devicesSilent, sum),
    oldestUnprocessed: new PartitionGauge(meters.oldestUnprocessed, largest),
    heartbeat: new PartitionGauge(meters.heartbeat, least),
  };
}

/** The partition is not ours any more: it says nothing. One whose assignment failed is still missed. */
export function forget(gauges: EngineGauges, part: string): void {
  for (const gauge of Object.values(gauges)) gauge.note(part, undefined);
}
