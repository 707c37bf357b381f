/** WFDB in and out: records and annotations from disk, records as chunks. Everything is pure but `files.ts`. */
export { RecordError, type RecordErrorCode, type RecordWarning, type RecordWarningCode } from './errors.js';
export { parseHeader, type RecordHeader, type SignalHeader } from './header.js';
export { assembleRecord, SIMULATED_COMMENT, START_UNKNOWN_MS, type EcgRecord, type ReadOptions, type RecordLead } from './record.js';
export { decodeAnnotations, encodeAnnotations, type Annotation, type Annotations } from './annotations.js';
export { chunksOf, chunkStart, type ChunkOptions } from './chunks.js';
export { encodeRecord, type WrittenLead, type WrittenRecord } from './encode.js';
export { listRecords, readAnnotations, readRecord, writeAnnotations, writeRecord } from './files.js';
