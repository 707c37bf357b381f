import { type Chunk, chunkLength } from '../../ecg/index.js';
import { type Clock, type Log, sleep, TOPICS } from '../../ports/index.js';
import { chunksOf, chunkStart, type EcgRecord } from '../../records/index.js';
import { encodeChunk } from '../../wire/index.js';
import type { Progress } from '../progress.js';
import type { Reading } from '../reading.js';
import type { Recording } from '../recordings.js';

/** Chunks appended at once when nothing is paced. */
const APPEND_CHUNKS = 64;
/** Recordings that play at the same time, as beds of a ward do; the others wait for a place. */
const BEDS_AT_ONCE = 256;

/** What happened to the recordings on the way out. */
export interface Sent {
  chunks: number;
  skippedSignals: number;
  failedRecords: number;
  /** Recordings that were read. */
  records: number;
}

export interface Sending {
  readonly log: Log;
  readonly clock: Clock;
  readonly reader: Reading;
  readonly bar: Progress;
  readonly chunkMs: number;
  /** Times real time; Infinity: one recording after the other, as fast as it goes. */
  readonly pace: number;
  readonly gain?: number;
  readonly demo?: boolean;
  /** Whether a recording begins again when it has ended, until `stop`. */
  readonly loop: boolean;
  /** Whether the first sample is of now (paced), or the last (unpaced); else the dates of the files stay. */
  readonly moveDates: boolean;
  readonly room: (sent: number) => Promise<void>;
  readonly stop: () => boolean;
  readonly onRead: (record: EcgRecord, device: string) => void;
  readonly onFailed: (device: string, reason: string) => void;
}

/** Reads each recording and appends its chunks, all at once where they are paced. A recording that cannot be read is reported and skipped. */
export async function send(recordings: readonly Recording[], sending: Sending): Promise<Sent> {
  const sent: Sent = { chunks: 0, skippedSignals: 0, failedRecords: 0, records: 0 };
  const waiting = recordings[Symbol.iterator]();
  const places = sending.pace === Infinity ? 1 : Math.min(BEDS_AT_ONCE, recordings.length);
  await Promise.all(Array.from({ length: places }, async () => {
    for (const recording of waiting) {
      if (sending.stop()) break;
      await play(recording, sending, sent);
    }
  }));
  return sent;
}

async function play(recording: Recording, sending: Sending, sent: Sent): Promise<void> {
  const { reader, chunkMs, loop, stop, bar } = sending;
  let record: EcgRecord;
  try {
    record = await reader.read(recording, { gainAduPerMv: sending.gain });
    if (chunkMs * record.rateHz < 1000) throw new RangeError(`a chunk of ${chunkMs} ms holds no sample at ${record.rateHz} Hz`);
  } catch (error) {
    const reason = reader.failed(recording, error);
    sent.failedRecords++;
    sending.onFailed(recording.device, reason);
    return;
  }
  sent.records++;
  sent.skippedSignals += record.skipped.length;
  sending.onRead(record, recording.device);
  for (let round = 0; round === 0 || (loop && record.samples > 0 && record.leads.length > 0 && !stop()); round++) {
    bar.more(chunksIn(record, chunkMs));
    await playOnce(record, recording.device, round, sending, sent);
  }
}

async function playOnce(record: EcgRecord, device: string, round: number, { log, clock, bar, pace, chunkMs, demo, moveDates, room, stop }: Sending, sent: Sent): Promise<void> {
  const beganMs = clock.monotonicMs();
  const startMs = !moveDates ? record.startMs : Math.round(clock.nowMs() - (pace === Infinity ? (record.samples / record.rateHz) * 1000 : 0));
  let batch: Chunk[] = [];
  const flush = async () => {
    await log.append(batch.map((chunk) => ({ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) })));
    sent.chunks += batch.length;
    bar.done(batch.length);
    batch = [];
    await room(sent.chunks);
  };
  // Where dates move, each round and each run is another epoch of the device: nothing in it is taken for a repeat.
  for (const chunk of chunksOf(record, { device, epoch: moveDates ? startMs + round : 1 + round, chunkMs, startMs, demo })) {
    if (stop()) break;
    batch.push(chunk);
    if (pace !== Infinity) {
      const endMs = ((chunk.firstSample + chunkLength(chunk)) / chunk.rateHz) * 1000;
      const waitMs = beganMs + endMs / pace - clock.monotonicMs();
      if (waitMs > 0) await sleep(clock, waitMs);
      await flush();
    } else if (batch.length >= APPEND_CHUNKS) await flush();
  }
  await flush();
}

function chunksIn({ samples, rateHz, leads }: EcgRecord, chunkMs: number): number {
  if (leads.length === 0) return 0;
  let count = Math.floor((samples * 1000) / (rateHz * chunkMs));
  while (chunkStart(count, rateHz, chunkMs) < samples) count++;
  return count;
}
