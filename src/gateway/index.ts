/** Doors for other systems: what they send, into the log. */
export { type AdtOptions, startAdtDoor } from './adt.js';
export { type Door, type DoorOptions, type Report, startWaveformDoor } from './hl7.js';
export { CREDIT_CHUNKS, type IngestOptions, type PlacingLog, startIngestDoor } from './ingest.js';
export type { SignalLog } from './streams.js';
