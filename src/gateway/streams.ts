import { createHash } from 'node:crypto';
import type { Chunk } from '../ecg/index.js';
import { chunkOf, type Piece, place, type Placed, recalled, type SiteMap, type Stream } from '../ingest/index.js';
import { type Log, type LogRecord, type NewRecord, TOPICS } from '../ports/index.js';
import { decodeChunk, encodeChunk } from '../wire/index.js';
import type { GatewayMeters } from './metrics.js';

/** What a gateway needs of a log: to write, and to read again the end of what was written. */
export interface SignalLog extends Pick<Log, 'append' | 'scan' | 'partitionCount'> {
  /** The offset that the next record will have. */
  end(topic: typeof TOPICS.signal, partition: number): Promise<number>;
}

/** Records of each partition that are read again at the start: a message that was not acknowledged is among its device's latest. */
const RECALL_RECORDS_MAX = 512;
/** Devices of which it is known where they are; beyond it the one that was quiet longest is forgotten. */
const DEVICES_MAX = 16_384;
/** Of what the log has: so many pieces of a device are recognised when they come again. */
const KNOWN_MAX = 64;

/** In the headers of a record: what a restarted gateway needs to put the same samples in the same place. */
const HEADERS = { anchor: 'gateway-anchor-ms', start: 'gateway-start-ms', message: 'gateway-message' } as const;

interface Known {
  readonly stream: Stream | undefined;
  /** By content: the append, settled or not. */
  readonly written: Map<string, Promise<void>>;
}

interface Entry {
  readonly written: Known['written'];
  readonly content: string;
  readonly samples: number;
}

/** Where every device's stream is; appends pieces at their places, each once. */
export class Streams {
  private readonly devices = new Map<string, Known>();

  constructor(
    private readonly log: SignalLog,
    private readonly map: SiteMap,
    private readonly meters: Pick<GatewayMeters, 'placed' | 'samples'>,
  ) {}

  /** Reads the end of the signal again: a message that was written and not acknowledged will come again. */
  async recall(): Promise<void> {
    const partitions = await this.log.partitionCount(TOPICS.signal);
    for (let partition = 0; partition < partitions; partition++) {
      const end = await this.log.end(TOPICS.signal, partition);
      for (let from = Math.max(0, end - RECALL_RECORDS_MAX); from < end; ) {
        const { records, next } = await this.log.scan(TOPICS.signal, partition, from);
        for (const record of records) this.recallOne(record);
        if (next <= from) break;
        from = next;
      }
    }
  }

  /** Resolves when the log has all of them; those that it has already are not written again. Rejects as the log does. */
  async take(pieces: readonly Piece[], message: string, arrivalMs: number): Promise<void> {
    const appends: Promise<void>[] = [];
    const records: NewRecord[] = [];
    const entries: Entry[] = [];
    for (const [k, piece] of pieces.entries()) {
      const known = this.devices.get(piece.device) ?? { stream: undefined, written: new Map<string, Promise<void>>() };
      const { stream, at, continuity } = place(known.stream, { ...piece, arrivalMs, message: piece.startMs === undefined ? `${message}/${k}` : '' });
      const chunk = chunkOf(piece, at, arrivalMs, this.map);
      const content = contentOf(chunk);
      this.remember(piece.device, { stream, written: known.written });
      const before = known.written.get(content);
      // Other leads of a time that is known are no repetition.
      this.meters.placed(before === undefined && continuity === 'repeated' ? 'continued' : continuity);
      if (before !== undefined) appends.push(before);
      else {
        records.push(recordOf(chunk, at));
        entries.push({ written: known.written, content, samples: piece.samples * piece.blocks.length });
      }
    }
    if (records.length > 0) appends.push(this.append(records, entries));
    await Promise.all(appends);
  }

  private async append(records: readonly NewRecord[], entries: readonly Entry[]): Promise<void> {
    const appended = this.log.append(records);
    for (const { written, content } of entries) note(written, content, appended);
    try {
      await appended;
      this.meters.samples(entries.reduce((sum, { samples }) => sum + samples, 0));
    } catch (error) {
      // Whether it was written is not known: it will be, when it comes again.
      for (const { written, content } of entries) written.delete(content);
      throw error;
    }
  }

  private recallOne({ key, value, headers }: LogRecord): void {
    if (value === null || !(HEADERS.anchor in headers)) return;
    const decoded = decodeChunk(value, key);
    if (!decoded.ok) return;
    const { chunk } = decoded;
    // No gateway numbers its epochs so.
    if (typeof chunk.epoch !== 'number') return;
    const at: Placed = {
      epoch: chunk.epoch,
      anchorMs: Number(headers[HEADERS.anchor]),
      rateHz: chunk.rateHz,
      firstSample: chunk.firstSample,
      samples: chunk.blocks[0]?.samples.length ?? 0,
      startMs: Number(headers[HEADERS.start]),
      message: headers[HEADERS.message] ?? '',
    };
    const known = this.devices.get(chunk.device) ?? { stream: undefined, written: new Map<string, Promise<void>>() };
    note(known.written, contentOf(chunk), Promise.resolve());
    this.remember(chunk.device, { stream: recalled(known.stream, at), written: known.written });
  }

  private remember(device: string, known: Known): void {
    this.devices.delete(device);
    this.devices.set(device, known);
    if (this.devices.size > DEVICES_MAX) this.devices.delete(this.devices.keys().next().value!);
  }
}

function note(written: Map<string, Promise<void>>, content: string, appended: Promise<void>): void {
  written.set(content, appended);
  if (written.size > KNOWN_MAX) written.delete(written.keys().next().value!);
}

function recordOf(chunk: Chunk, { anchorMs, startMs, message }: Placed): NewRecord {
  const headers = { [HEADERS.anchor]: String(anchorMs), [HEADERS.start]: String(startMs), ...(message !== '' && { [HEADERS.message]: message }) };
  return { topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk), headers };
}

/** The samples and their place: what makes two chunks the same, whenever they came. */
function contentOf({ epoch, firstSample, blocks }: Chunk): string {
  const hash = createHash('sha1').update(`${epoch} ${firstSample}`);
  for (const { lead, aduPerMv, offsetAdu, samples } of blocks) hash.update(` ${lead} ${aduPerMv} ${offsetAdu} `).update(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  return hash.digest('base64');
}
