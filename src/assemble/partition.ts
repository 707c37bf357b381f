import type { Chunk } from '../ecg/index.js';
import { type Assembled, type AssembleOptions, type DeviceState } from './state.js';
import { initial, step } from './step.js';

/**
 * Devices remembered per partition. Beyond it the one silent for longest is forgotten: by number and not by time, since
 * a broker's clock that jumps must not make a device start again with segments that it already had.
 */
export const DEVICES_MAX = 10_000;

/** All devices of one partition. Owned by the step: it changes in place. */
export interface PartitionState {
  /** The partition's own time: the highest broker timestamp in it. Brokers' clocks fall back; this does not. */
  timeMs: number;
  /** No device falls idle before this. */
  nextIdleMs: number;
  /** Roughly by last record, longest silent first. */
  readonly devices: Map<string, DeviceEntry>;
}

export interface DeviceEntry {
  state: DeviceState;
  /** The partition's time at its last record. */
  lastRecordMs: number;
  /** Its open segments were closed by the idle rule, and nothing came since. */
  idle: boolean;
}

export type PartitionInput =
  | { readonly type: 'chunk'; readonly chunk: Chunk; readonly offset: number; readonly brokerMs: number }
  | { readonly type: 'idle'; readonly device: string };

/** What one input did to one device. */
export interface DeviceAssembled {
  readonly device: string;
  readonly assembled: Assembled;
}

export function initialPartition(): PartitionState {
  return { timeMs: 0, nextIdleMs: Infinity, devices: new Map() };
}

/** A record came, whatever it holds: time advances. Names the devices that fall idle by it, silent for longest first; each is an input of its own. */
export function passTime(partition: PartitionState, brokerMs: number, options: AssembleOptions): string[] {
  partition.timeMs = Math.max(partition.timeMs, brokerMs);
  if (partition.timeMs < partition.nextIdleMs) return [];
  const overdue: [string, DeviceEntry][] = [];
  partition.nextIdleMs = Infinity;
  for (const [device, entry] of partition.devices) {
    if (entry.idle) continue;
    const deadlineMs = entry.lastRecordMs + options.idleMs;
    if (deadlineMs <= partition.timeMs) overdue.push([device, entry]);
    else partition.nextIdleMs = Math.min(partition.nextIdleMs, deadlineMs);
  }
  return overdue.sort(([a, { lastRecordMs: x }], [b, { lastRecordMs: y }]) => x - y || (a < b ? -1 : 1)).map(([device]) => device);
}

export function stepPartition(
  partition: PartitionState,
  input: PartitionInput,
  options: AssembleOptions,
): { state: PartitionState; out: DeviceAssembled } {
  const { devices } = partition;
  if (input.type === 'idle') {
    const entry = devices.get(input.device)!;
    entry.idle = true;
    return { state: partition, out: { device: input.device, assembled: step(entry.state, { type: 'idle' }, options).out } };
  }
  const { device } = input.chunk;
  const entry = devices.get(device) ?? { state: initial(device), lastRecordMs: 0, idle: false };
  // Set again, so that the map stays in the order of last records.
  devices.delete(device);
  devices.set(device, entry);
  entry.lastRecordMs = partition.timeMs;
  entry.idle = false;
  partition.nextIdleMs = Math.min(partition.nextIdleMs, partition.timeMs + options.idleMs);
  return { state: partition, out: { device, assembled: step(entry.state, input, options).out } };
}
