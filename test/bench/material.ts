import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import type { Chunk, Physical, Segment } from '../../src/ecg/index.js';
import { createPatient, patientChunks, PROFILE_FILE, readProfile } from '../../src/simulate/index.js';

export const RATE_HZ = 500;

/** `seconds` of a simulated patient as a 12-lead monitor at 500 Hz would send it. */
export async function chunksOf(device: string, seconds: number, chunkMs = 1000): Promise<Chunk[]> {
  const patient = createPatient({ condition: 'sinus-rhythm', rateHz: RATE_HZ }, 7, await readProfile(PROFILE_FILE));
  const chunks = patientChunks(patient, { device, epoch: 1, chunkMs, startMs: Date.UTC(2000, 0, 1) });
  return Array.from({ length: (seconds * 1000) / chunkMs }, (_, i) => chunks.chunkAt(i));
}

export function assembled(chunks: readonly Chunk[]): Segment[] {
  const state = initial(chunks[0].device);
  return chunks.flatMap((chunk, offset) => step(state, { type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_DEFAULTS).out.segments);
}

export function inMv(segment: Segment): Physical {
  return physical(segment);
}
