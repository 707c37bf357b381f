import { type AssembleOptions, type DeviceAssembled, type PartitionInput, type PartitionState, passTime, stepPartition } from '../../src/assemble/index.js';
import type { Chunk } from '../../src/ecg/index.js';

/** What one record of a partition does, as the line has it: first to the devices that fall idle by its time, then to its own. */
export function takeRecord(partition: PartitionState, record: { readonly offset: number; readonly brokerMs: number; readonly chunk: Chunk | undefined }, options: AssembleOptions): (DeviceAssembled & { readonly type: PartitionInput['type'] })[] {
  const { chunk, offset, brokerMs } = record;
  const done: (DeviceAssembled & { readonly type: PartitionInput['type'] })[] = [];
  for (const device of passTime(partition, brokerMs, options)) done.push({ ...stepPartition(partition, { type: 'idle', device }, options).out, type: 'idle' });
  if (chunk !== undefined) done.push({ ...stepPartition(partition, { type: 'chunk', chunk, offset, brokerMs }, options).out, type: 'chunk' });
  return done;
}
