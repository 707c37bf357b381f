/** Segments by hand: leads in mV at a rate, as a device with 1000 adu/mV sends them, through the assembling room. */
import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import type { Chunk, Segment } from '../../src/ecg/index.js';
import { type Followed, grade, type Graded } from '../../src/grade/index.js';
import { createPatient, patientChunks, type PatientSpec, readProfile } from '../../src/simulate/index.js';

export function chunkOf(leads: Readonly<Record<string, ArrayLike<number>>>, rateHz = 500, more: Partial<Chunk> = {}, off: readonly string[] = []): Chunk {
  return {
    device: 'bed-1', epoch: 1, sequence: 0, firstSample: 0, deviceTimeMs: 0, rateHz,
    declaredLeads: Object.keys(leads),
    blocks: Object.entries(leads).map(([lead, mv]) => ({ lead, origin: 'measured', aduPerMv: 1, offsetAdu: 0, samples: Float32Array.from(mv), leadOff: off.includes(lead) })),
    band: { phase: 'unknown' }, placement: 'unknown', calibration: false, demo: false, endOfStream: true,
    ...more,
  };
}

/** The first segment of a chunk. */
export function segmentOf(chunk: Chunk): Segment {
  const [segment] = step(initial('bed-1'), { type: 'chunk', chunk: { ...chunk, endOfStream: true }, offset: 0, brokerMs: 0 }, ASSEMBLE_DEFAULTS).out.segments;
  return segment;
}

export function gradedChunk(chunk: Chunk, before?: Partial<Followed>): Graded {
  const segment = segmentOf(chunk);
  return grade(segment, physical(segment), before);
}

/** Ten seconds of a simulated patient. */
export async function patientChunk(spec: PatientSpec, seed = 3, index = 0): Promise<Chunk> {
  return patientChunks(createPatient({ rateHz: 500, noise: 0.3, ...spec }, seed, await readProfile()), { device: 'bed-1', epoch: 1, chunkMs: 10_000, startMs: 0 }).chunkAt(index);
}

/** The chunk as floats in mV, each lead changed by hand: sample number → mV. */
export function changed(chunk: Chunk, change: (lead: string, mv: Float32Array, rateHz: number) => void): Chunk {
  return {
    ...chunk,
    blocks: chunk.blocks.map((block) => {
      const mv = Float32Array.from(block.samples, (count) => (count === -32768 ? NaN : (count - block.offsetAdu) / block.aduPerMv));
      change(block.lead, mv, chunk.rateHz);
      return { ...block, aduPerMv: 1, offsetAdu: 0, samples: mv };
    }),
  };
}

/** White noise of a seed, SD 1. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}
