import { byteLength, cutText, RATES_TEXT } from '../ecg/index.js';

/** Why a message on ecg.signal.v1 was refused. Closed list: each is a metric label and a header value. */
export const REJECT_REASONS = [
  'undecodable',
  'bad-frame',
  'unsupported-version',
  'bad-device',
  'key-mismatch',
  'wrong-partition',
  'bad-number',
  'bad-time',
  'bad-rate',
  'bad-leads',
  'undeclared-lead',
  'bad-gain',
  'bad-length',
  'too-long',
  'late',
  'stale-epoch',
  'jump',
  'processing-failed',
  'output-refused',
  'quarantined',
  'too-fragmented',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** A refusal as data; `rejectText` words it at the edge. */
export interface Reject {
  readonly reason: RejectReason;
  /** The field that is wrong. */
  readonly field?: string;
  /** Samples in the message, as far as it could be read. */
  readonly samples: number;
}

const TEXT: Record<RejectReason, string> = {
  undecodable: 'not a SignalChunk of ecg.v1: check what writes to this topic',
  'bad-frame': 'it begins with 0, as the frame of a schema registry does, and the frame is cut off or has no sound message indexes: use the protobuf serializer of the registry, or send the message as it is',
  'unsupported-version': 'schema_version is not 1: update the engine or the writer',
  'bad-device': 'device is empty, longer than 128 characters, or has characters outside letters, digits and ._:@+/-',
  'key-mismatch': 'the record key is not the device: key each chunk by its device, or its order is lost',
  'wrong-partition': "the record's key belongs to another partition by murmur2, Kafka's own partitioner: set partitioner=murmur2_random in librdkafka (its default is CRC32), and name no partition yourself",
  'bad-number': 'a number is negative, not finite, or beyond 2^50',
  'bad-time': "not within 1990 to 2100: set the device's clock",
  'bad-rate': `rate_hz is not within ${RATES_TEXT}`,
  'bad-leads': 'declared_leads, or the blocks, name no lead',
  'undeclared-lead': 'no block holds a lead that declared_leads names',
  'bad-gain': 'in every block adu_per_mv is not within 1e-3 to 1e8, or offset_adu beyond 2^32',
  'bad-length': 'no block has a whole number of samples in a format that is known',
  'too-long': 'a chunk holds more than 60 s: send smaller ones',
  late: 'its segment was closed already',
  'stale-epoch': 'a newer epoch of this device has begun',
  jump: 'a new epoch, or a sample number over a minute away, that no second chunk continued',
  'processing-failed': 'the engine failed on it, and would again: report it with the record at the source offset',
  'output-refused': 'the log refused what came of it for its size or form: look at the broker\'s max.message.bytes',
  quarantined: 'records of this device failed again and again: it is not processed for ten minutes; look at its earlier rejects',
  'too-fragmented': 'the last seconds of this device are in too many pieces: send all leads in one chunk, at least 0.1 s long, and do not change leads, gain, band or lead-off from chunk to chunk',
};

/** What is wrong and what to do, without any content of the message. */
export function rejectText(reject: Pick<Reject, 'reason' | 'field'>): string {
  return reject.field === undefined ? TEXT[reject.reason] : `${reject.field}: ${TEXT[reject.reason]}`;
}

/** Of a rejected message so much is kept: what passes the signal topic compressed might not pass the rejects as it is. */
const VALUE_MAX_BYTES = 512 * 2 ** 10;
/** Of its key: twice what a device's id may have. A key of arbitrary bytes was read as text, in which each may take three. */
const KEY_MAX_BYTES = 256;

/** Where a rejected message lay, and what it was. */
export interface Rejected {
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
  readonly partition: number;
  readonly offset: number;
}

/** What is written of a rejected message. */
export interface RejectMessage {
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
  readonly headers: Record<string, string>;
}

/** The message as it came, cut where it is too large; headers say why it was refused, what to do, where it is in the signal, and what was cut. */
export function rejectMessage({ key, value, partition, offset }: Rejected, reject: Pick<Reject, 'reason' | 'field'>): RejectMessage {
  const headers: Record<string, string> = { reason: reject.reason, hint: rejectText(reject), 'source-partition': String(partition), 'source-offset': String(offset) };
  if (value !== null && value.length > VALUE_MAX_BYTES) headers['cut-from-bytes'] = String(value.length);
  const shortKey = key && cutText(key, KEY_MAX_BYTES);
  if (shortKey !== key) headers['key-cut-from-bytes'] = String(byteLength(key ?? ''));
  return { key: shortKey, value: value?.subarray(0, VALUE_MAX_BYTES) ?? null, headers };
}
