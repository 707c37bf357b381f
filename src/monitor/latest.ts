import type { Departure, Outcome } from '../ecg/index.js';
import type { LogRecord } from '../ports/index.js';

/** Devices that are remembered at most; the one unheard of for longest goes. */
const DEVICES_MAX = 10_000;

/** Where the latest segment of a bed lies in ecg.outcomes.v1. */
export interface Latest {
  readonly bed: string;
  readonly segment: string;
  readonly encounter: string | undefined;
  readonly unit: string | undefined;
  readonly partition: number;
  readonly offset: number;
  /** When the log had it, ms since 1970: devices' clocks are claims. */
  readonly atMs: number;
}

/** The latest segment of each device, by the bed that it names: a place in the log, nothing of the heart. */
export class LatestSegments {
  private readonly byDevice = new Map<string, Latest>();

  take({ partition, offset, timestampMs }: Pick<LogRecord, 'partition' | 'offset' | 'timestampMs'>, { id, device, association: { bed = device, unit, encounter } }: Outcome): void {
    // Set again, so that the map stays in the order of last segments.
    this.byDevice.delete(device);
    this.byDevice.set(device, { bed, segment: id, encounter, unit, partition, offset, atMs: timestampMs });
    if (this.byDevice.size > DEVICES_MAX) this.byDevice.delete(this.byDevice.keys().next().value!);
  }

  /** The bed's next patient is not the one who was seen last. */
  left({ device, encounter }: Departure): void {
    if (this.byDevice.get(device)?.encounter === encounter) this.byDevice.delete(device);
  }

  /** Of several devices at one bed the one heard last; undefined: nothing of who lies there has come since the monitor started. */
  of(bed: string): Latest | undefined {
    return [...this.byDevice.values()].findLast((one) => one.bed === bed);
  }
}
