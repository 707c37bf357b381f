/** From chunks to segments: one device's samples, placed by number within the epoch and cut into 10 s. Pure. */
export { initial, step, type AssembleInput } from './step.js';
export {
  ASSEMBLE_DEFAULTS,
  ASSEMBLE_FROM_START,
  type Assembled,
  type AssembleOptions,
  type AssembleReject,
  type DeviceState,
  type SampleAccount,
} from './state.js';
export { type DeviceSnapshot, neededOffsets, refill, restore, snapshot } from './snapshot.js';
export {
  type DeviceAssembled,
  type DeviceEntry,
  DEVICES_MAX,
  initialPartition,
  type PartitionInput,
  type PartitionState,
  passTime,
  stepPartition,
} from './partition.js';
export { physical, samplesIn } from './physical.js';
