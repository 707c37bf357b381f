import { reasonOf } from '../../log/index.js';
import type { Topic } from '../../ports/index.js';
import { type BatchHeader, findBatch, HEADER_BYTES, isBatch, isIntact, MAGIC, readHeader } from './batch-header.js';
import { DECOMPRESSED_BYTES_MAX, decompress, MalformedError } from './compression.js';
import { type Piece, Pieces } from './pieces.js';
import { RECORD_BYTES_MIN, RecordReader } from './record-reader.js';

const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** A control record's key is its version (int16) and its type (int16): this one ends a committed transaction. */
const COMMIT_MARKER = 1;
/** Records of one batch: a mebibyte of empty ones has no more, and decompressed ones must not take the memory. */
export const BATCH_RECORDS_MAX = 262_144;
/** Characters of a skipped range's detail. */
const DETAIL_LENGTH_MAX = 160;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface DecodedBatches {
  /** Committed records at or after the offset asked for, and what lies between them that cannot be read, in order. */
  readonly pieces: readonly Piece[];
  /** Where to continue reading: behind everything seen, markers, aborted records and what compaction has emptied included. */
  readonly next: number;
  /** There are bytes, but no way past them: why. `next` is the offset asked for. */
  readonly blocked?: string;
}

/**
 * Decodes what a fetch at `from` returned, whatever it is: never throws. As the broker's contract wants it of a
 * read-committed reader, batches of a producer are left out from the first offset of its aborted transaction on until its
 * abort marker. The last batch may be cut off. A batch that cannot be decoded is skipped whole.
 *
 * `stableEnd`: no batch reaches it. Time and memory are bounded by the size of `bytes` and by DECOMPRESSED_BYTES_MAX; what
 * exceeds that is left for the next fetch.
 */
export function decodeRecordBatches(topic: Topic, partition: number, from: number, bytes: Buffer, aborted: readonly AbortedTransaction[], stableEnd = Number.MAX_SAFE_INTEGER): DecodedBatches {
  return new BatchWalk(topic, partition, from, bytes, aborted, stableEnd).decode();
}

/** A stretch that cannot be read, and how far it goes: to the next batch where there is one, else as far as it says itself. */
interface Damage {
  readonly from: number;
  readonly claimedEnd: number | undefined;
  readonly detail: string;
}

class BatchWalk {
  private readonly pieces: Pieces;
  private readonly ahead: readonly AbortedTransaction[];
  private readonly aborting = new Set<number>();
  private abortedSeen = 0;
  private next: number;
  private decompressed = 0;
  private damage: Damage | undefined;

  constructor(
    private readonly topic: Topic,
    private readonly partition: number,
    private readonly from: number,
    private readonly bytes: Buffer,
    aborted: readonly AbortedTransaction[],
    private readonly stableEnd: number,
  ) {
    this.pieces = new Pieces(topic, partition);
    this.ahead = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
    this.next = from;
  }

  decode(): DecodedBatches {
    const { bytes, from } = this;
    for (let at: number | undefined = 0; at !== undefined && at < bytes.length && this.decompressed < DECOMPRESSED_BYTES_MAX; ) at = this.step(at);
    const blocked = this.damage?.detail ?? 'nothing there is as far as that';
    this.endDamage(this.damage?.claimedEnd);
    const { next } = this;
    return next === from && bytes.length > 0 ? { pieces: [], next, blocked } : { pieces: this.pieces.finish(next), next };
  }

  /** Takes what is at `at`, and returns where to continue among the bytes; undefined: nowhere. */
  private step(at: number): number | undefined {
    const { bytes, next } = this;
    const header = readHeader(bytes, at, this.stableEnd);
    if (header === 'cut') return this.next > this.from || this.damage !== undefined ? undefined : this.resume(at, undefined, 'the batch is longer than what is there');
    if (header === 'implausible') return this.resume(at, undefined, 'what should be a batch is none');
    if (header.magic < MAGIC) return this.resume(at, header, `message format ${header.magic}, of clients before Kafka 0.11`);
    if (!isIntact(bytes, at, header.end)) return this.resume(at, header, 'the checksum is not that of the batch');
    this.endDamage(Math.max(next, header.baseOffset));
    this.take(at, header);
    return header.end;
  }

  /** Behind what is damaged: right behind it where that is a batch, else wherever the next intact one is. */
  private resume(at: number, damaged: BatchHeader | undefined, detail: string): number | undefined {
    const { bytes, next, stableEnd } = this;
    this.damage ??= { from: next, claimedEnd: undefined, detail };
    if (damaged !== undefined) this.damage = { ...this.damage, claimedEnd: damaged.lastOffset + 1 };
    const behind = damaged?.end ?? at + 1;
    // The length may be what is damaged.
    return isBatch(bytes, behind, next, stableEnd) ? behind : findBatch(bytes, at + 1, next, stableEnd);
  }

  private endDamage(to: number | undefined): void {
    const { damage } = this;
    if (damage === undefined || to === undefined) return;
    this.damage = undefined;
    if (to <= damage.from) return;
    this.pieces.skip(damage.from, to, 'unreadable', `from offset ${damage.from}: ${damage.detail}`);
    this.next = Math.max(this.next, to);
  }

  private take(at: number, header: BatchHeader): void {
    const { baseOffset, lastOffset, attributes, producerId } = header;
    while (this.abortedSeen < this.ahead.length && this.ahead[this.abortedSeen].firstOffset <= lastOffset) this.aborting.add(this.ahead[this.abortedSeen++].producerId);
    const body = this.bytes.subarray(at + HEADER_BYTES, header.end);
    if (attributes & CONTROL) {
      if (markerType(body) !== COMMIT_MARKER) this.aborting.delete(producerId);
    } else if (lastOffset >= this.next && !(attributes & TRANSACTIONAL && this.aborting.has(producerId))) {
      const { current } = this.pieces;
      const before = current.length;
      try {
        this.readRecords(body, header);
      } catch (error) {
        current.length = before;
        // It may have been decompressed for nothing.
        if (attributes & CODEC_MASK) this.decompressed += Math.min(DECOMPRESSED_BYTES_MAX, body.length * GZIP_RATIO_MAX);
        const detail = `from offset ${baseOffset}: ${reasonOf(error)}`.slice(0, DETAIL_LENGTH_MAX);
        this.pieces.skip(Math.max(this.next, baseOffset), lastOffset + 1, 'unreadable', detail);
      }
    }
    this.next = Math.max(this.next, lastOffset + 1);
  }

  private readRecords(body: Buffer, { baseOffset, lastOffset, attributes, baseTime, maxTime, count }: BatchHeader): void {
    const { topic, partition, next, pieces } = this;
    if (count < 0 || count > BATCH_RECORDS_MAX) throw new MalformedError(`the batch says to hold ${count} records`);
    // Compaction leaves the header of a batch that it has emptied.
    if (count === 0 && body.length === 0) return;
    const content = decompress(body, attributes & CODEC_MASK);
    if (content !== body) this.decompressed += content.length + count * RECORD_COST_BYTES;
    if (count * RECORD_BYTES_MIN > content.length) throw new MalformedError('the batch has fewer bytes than its records would take');
    const reader = new RecordReader(content);
    const basis = { topic, partition, baseOffset, lastOffset, baseTime, appended: attributes & LOG_APPEND_TIME ? maxTime : undefined };
    const records = pieces.current;
    let after = baseOffset - 1;
    for (let i = 0; i < count; i++) {
      const record = reader.record(basis, after);
      after = record.offset;
      if (after >= next) records.push(record);
    }
    if (!reader.ended()) throw new MalformedError('the batch has more bytes than its records take');
  }
}

/** What a record takes in memory besides its bytes, roughly: it counts against the bound as they do. */
const RECORD_COST_BYTES = 128;

/** A byte of gzip becomes so many at most. */
const GZIP_RATIO_MAX = 1_032;

/** Undefined: the marker cannot be read. */
function markerType(body: Buffer): number | undefined {
  try {
    return new RecordReader(body).markerType();
  } catch {
    return undefined;
  }
}
