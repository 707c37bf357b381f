import type { Band, Chunk, Placement } from '../ecg/index.js';
import type { EcgRecord } from './record.js';

export interface ChunkOptions {
  readonly device: string;
  readonly epoch: number;
  readonly chunkMs: number;
  /** Sequence of the first chunk; 0 by default. */
  readonly firstSequence?: number;
  /** Device time of the first sample; the record's own start by default. */
  readonly startMs?: number;
  readonly placement?: Placement;
  readonly band?: Band;
  /** The record's own by default. */
  readonly demo?: boolean;
  /** Whether the last chunk says that the stream ends; true by default. */
  readonly endOfStream?: boolean;
}

/** First sample of chunk `index`: rounded once from the start, so that nothing accumulates. */
export function chunkStart(index: number, rateHz: number, chunkMs: number): number {
  return Math.round((index * rateHz * chunkMs) / 1000);
}

/**
 * A record as a monitor would send it: consecutive chunks of all its leads. Samples are views of the record's counts.
 * @throws RangeError where `chunkMs` is shorter than a sample
 */
export function* chunksOf(record: EcgRecord, options: ChunkOptions): Generator<Chunk, void, undefined> {
  const { device, epoch, chunkMs } = options;
  if (!(chunkMs * record.rateHz >= 1000)) throw new RangeError(`a chunk of ${chunkMs} ms holds no sample at ${record.rateHz} Hz`);
  const startMs = options.startMs ?? record.startMs;
  const declaredLeads = record.leads.map((lead) => lead.name);
  if (declaredLeads.length === 0) return;
  for (let index = 0, first = 0; first < record.samples; index++) {
    const end = Math.min(record.samples, chunkStart(index + 1, record.rateHz, chunkMs));
    yield {
      device,
      epoch,
      sequence: (options.firstSequence ?? 0) + index,
      firstSample: first,
      deviceTimeMs: startMs + Math.round((first * 1000) / record.rateHz),
      rateHz: record.rateHz,
      declaredLeads,
      blocks: record.leads.map((lead) => ({
        lead: lead.name,
        origin: lead.origin,
        aduPerMv: lead.aduPerMv,
        offsetAdu: lead.offsetAdu,
        samples: lead.counts.subarray(first, end),
        leadOff: false,
      })),
      band: options.band ?? { phase: 'unknown' },
      placement: options.placement ?? 'unknown',
      calibration: false,
      demo: options.demo ?? record.simulated,
      endOfStream: end === record.samples && (options.endOfStream ?? true),
    };
    first = end;
  }
}
