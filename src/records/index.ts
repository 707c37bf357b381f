/** Recordings in and out: files of many formats, annotations, records as chunks. Reading is pure but for `files.ts` and the loading of packages. */
export { RecordError, type RecordErrorCode, type RecordWarning, type RecordWarningCode } from './errors.js';
export { ecgRecord, millivoltsOf, missingLeads, noticesOf, writable, SIMULATED_COMMENT, START_UNKNOWN_MS, type EcgRecord, type FileRecording, type FileSignal, type ReadOptions, type RecordLead } from './record.js';
export { chunksOf, chunkStart, type ChunkOptions } from './chunks.js';
export { annotationsOf, listRecords, readAnnotations, readRecord, stemOf, writeAnnotations, writeRecord } from './files.js';
export { parseHeader, type RecordHeader, type SegmentHeader, type SignalHeader } from './wfdb/header.js';
export { assembleRecord } from './wfdb/assemble.js';
export { annotationsAt, decodeAnnotations, encodeAnnotations, type Annotation, type Annotations, type WrittenAnnotation } from './wfdb/annotations.js';
export { encodeEdf, type WrittenEdf } from './edf-write.js';
export { encodeRecord, type WrittenLead, type WrittenRecord } from './wfdb/encode.js';
