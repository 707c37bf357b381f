import type { Chunk, LeadBlock, Samples, Segment } from '../../src/ecg/index.js';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, type Assembled, type AssembleOptions, type DeviceState, initial, step } from '../../src/assemble/index.js';

/** A chunk with one block a lead; everything else as a plain monitor would send it. */
export function chunkOf(first: number, leads: Record<string, Samples | number[]>, more: Partial<Chunk> = {}): Chunk {
  const blocks: LeadBlock[] = Object.entries(leads).map(([lead, samples]) => ({
    lead,
    origin: 'measured',
    aduPerMv: 200,
    offsetAdu: 0,
    samples: Array.isArray(samples) ? Int16Array.from(samples) : samples,
    leadOff: false,
  }));
  const rateHz = more.rateHz ?? 100;
  return {
    device: 'bed-1',
    epoch: 1,
    sequence: first,
    firstSample: first,
    deviceTimeMs: 1_700_000_000_000 + (first / rateHz) * 1000,
    rateHz,
    declaredLeads: Object.keys(leads),
    blocks,
    band: { phase: 'unknown' },
    placement: 'unknown',
    calibration: false,
    demo: false,
    endOfStream: false,
    ...more,
  };
}

/** Samples whose values encode their own lead and number. */
export function ramp(first: number, length: number, lead = 0): Int16Array {
  return Int16Array.from({ length }, (_, i) => ((first + i) * 7 + lead * 1000) % 30_000);
}

/** Runs chunks through the room; offsets and broker times count up. */
export function run(chunks: readonly Chunk[], options: AssembleOptions = ASSEMBLE_DEFAULTS, state: DeviceState = initial('bed-1'), from = 0): Assembled & { state: DeviceState } {
  const all: Assembled = { segments: [], gaps: [], rejects: [], account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 } };
  chunks.forEach((chunk, i) => {
    const { out } = step(state, { type: 'chunk', chunk, offset: from + i, brokerMs: 1_700_000_000_000 + i * 100 }, options);
    merge(all, out);
  });
  return { ...all, state };
}

/** The same on the plainest grid: 0, 10, 20 s and so on. */
export const runFromStart = (chunks: readonly Chunk[], state?: DeviceState): ReturnType<typeof run> => run(chunks, ASSEMBLE_FROM_START, state);

export function merge(into: Assembled, out: Assembled): void {
  into.segments.push(...out.segments);
  into.gaps.push(...out.gaps);
  into.rejects.push(...out.rejects);
  for (const key of Object.keys(out.account) as (keyof Assembled['account'])[]) into.account[key] += out.account[key];
}

/** What is promised to be bit-identical: ids, samples, masks, provenance; not the clock. */
export function essence(segment: Segment) {
  const { id, samples, rateHz, partial, demo, placement } = segment;
  const leads = segment.leads.map(({ lead, origin, aduPerMv, offsetAdu, counts, gaps }) => ({ lead, origin, aduPerMv, offsetAdu, counts: Array.from(counts), gaps }));
  return { id, samples, rateHz, partial, demo, placement, leads };
}

export function balanced(account: Assembled['account']): boolean {
  const { read, placed, repeated, conflicting, late, rejected } = account;
  return read === placed + repeated + conflicting + late + rejected;
}
