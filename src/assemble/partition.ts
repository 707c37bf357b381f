import type { Chunk } from '../ecg/index.js';
import { type Assembled, type AssembleOptions, type DeviceState } from './state.js';
import { initial, step } from './step.js';

/**
 * Devices remembered per partition. Beyond it the one silent for longest is forgotten: by number and not by time, since
 * a broker's clock that jumps must not make a device start again with segments that it already had.
 */
const DEVICES_MAX = 10_000;

/** All devices of one partition. Owned by the step: it changes in place. */
export interface PartitionState {
  /** The partition's own time: the highest broker timestamp in it. */
  timeMs: number;
  /** By last record, longest silent first. */
  readonly devices: Map<string, DeviceEntry>;
}

export interface DeviceEntry {
  state: DeviceState;
  lastRecordMs: number;
  /** Its open segments were closed by the idle rule, and nothing came since. */
  idle: boolean;
}

export interface PartitionInput {
  readonly offset: number;
  readonly brokerMs: number;
  /** Undefined: the record held no chunk, but time went on. */
  readonly chunk: Chunk | undefined;
}

/** What one record did to one device. */
export interface DeviceAssembled {
  readonly device: string;
  readonly assembled: Assembled;
  readonly idle: boolean;
}

export interface PartitionAssembled {
  readonly devices: readonly DeviceAssembled[];
  readonly forgotten: readonly string[];
}

export function initialPartition(): PartitionState {
  return { timeMs: 0, devices: new Map() };
}

/** One record of the partition → what it closes, on its own device and on those that fell idle by the partition's time. */
export function stepPartition(
  partition: PartitionState,
  input: PartitionInput,
  options: AssembleOptions,
): { state: PartitionState; out: PartitionAssembled } {
  partition.timeMs = Math.max(partition.timeMs, input.brokerMs);
  const devices: DeviceAssembled[] = [];
  const forgotten: string[] = [];
  for (const [device, entry] of partition.devices) {
    const silentMs = partition.timeMs - entry.lastRecordMs;
    if (silentMs < options.idleMs) break;
    if (entry.idle) continue;
    entry.idle = true;
    devices.push({ device, assembled: step(entry.state, { type: 'idle' }, options).out, idle: true });
  }
  const { chunk } = input;
  if (chunk !== undefined) {
    const entry = partition.devices.get(chunk.device) ?? { state: initial(chunk.device), lastRecordMs: 0, idle: false };
    // Set again, so that the map stays in the order of last records.
    partition.devices.delete(chunk.device);
    partition.devices.set(chunk.device, entry);
    entry.lastRecordMs = input.brokerMs;
    entry.idle = false;
    const { out } = step(entry.state, { type: 'chunk', chunk, offset: input.offset, brokerMs: input.brokerMs }, options);
    devices.push({ device: chunk.device, assembled: out, idle: false });
  }
  if (partition.devices.size > DEVICES_MAX) {
    const [[device, entry]] = partition.devices;
    if (entry.idle) {
      partition.devices.delete(device);
      forgotten.push(device);
    }
  }
  return { state: partition, out: { devices, forgotten } };
}
