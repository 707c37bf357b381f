import type { AlertEvent } from '../ecg/index.js';
import type { LogRecord } from '../ports/index.js';
import { decodeOutcome } from '../wire/index.js';
import { alertLine, alertText, segmentLine } from './report.js';

/** Of one device: lines by the place of the outcome that they are of. */
type Lines = Map<string, { readonly partition: number; readonly offset: number; readonly lines: string[] }>;

/** Of one recording. */
export interface DeviceLines {
  readonly device: string;
  readonly lines: readonly string[];
}

/**
 * What recordings gave, in an order that is theirs and not the machine's: recording by recording, each segment followed by the
 * alerts that it decided.
 */
export class Transcript {
  private readonly devices = new Map<string, Lines>();

  constructor(private readonly isJson: boolean) {}

  /** Records of ecg.outcomes.v1. */
  outcomes(records: readonly LogRecord[]): void {
    if (!this.isJson) return;
    for (const { partition, offset, value } of records) {
      const decoded = decodeOutcome(value!);
      if (decoded?.type === 'segment') this.at(decoded.outcome.device, partition, offset).unshift(segmentLine(decoded.outcome));
    }
  }

  alert(event: AlertEvent): void {
    const { snapshot, outcome } = event;
    if (snapshot.channel === 'shadow' && !this.isJson) return;
    this.at(snapshot.device, outcome?.partition ?? -1, outcome?.offset ?? Infinity).push(this.isJson ? alertLine(event) : alertText(event));
  }

  /** In the order of the devices given. */
  lines(devices: readonly string[]): DeviceLines[] {
    return devices.map((device) => {
      const places = [...(this.devices.get(device)?.values() ?? [])];
      return { device, lines: places.sort((a, b) => a.partition - b.partition || a.offset - b.offset).flatMap(({ lines }) => lines) };
    });
  }

  private at(device: string, partition: number, offset: number): string[] {
    let lines = this.devices.get(device);
    if (lines === undefined) this.devices.set(device, (lines = new Map()));
    const place = `${partition}/${offset}`;
    let found = lines.get(place);
    if (found === undefined) lines.set(place, (found = { partition, offset, lines: [] }));
    return found.lines;
  }
}
