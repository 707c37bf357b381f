/** Doors for other systems: what they send, into the log. */
export { type AdtOptions, startAdtDoor } from './adt.js';
export { type Door, type DoorOptions, type Report, startWaveformDoor } from './hl7.js';
export type { SignalLog } from './streams.js';
