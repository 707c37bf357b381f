/** A header that claims a gain five times too high, or too low, makes voltages that no heart has: grading says so, and refuses nothing up to tenfold. */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import { grade } from '../../src/grade/index.js';
import { createPatient, patientChunks, readProfile } from '../../src/simulate/index.js';

async function graded(condition: 'sinus-rhythm' | 'left-ventricular-hypertrophy', seed: number, claimed: number) {
  const chunks = patientChunks(createPatient({ condition, rateHz: 250, noise: 0.3 }, seed, await readProfile()), { device: 'bed-1', epoch: 1, chunkMs: 10_000, startMs: 0 });
  const chunk = chunks.chunkAt(0);
  const claiming = { ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: block.aduPerMv * claimed })) };
  const [segment] = step(initial('bed-1'), { type: 'chunk', chunk: { ...claiming, endOfStream: true }, offset: 0, brokerMs: 0 }, ASSEMBLE_DEFAULTS).out.segments;
  return grade(segment, physical(segment));
}

describe('the gain', () => {
  for (const [claimed, doubtful] of [[1, false], [4.88, true], [1000, true], [0.1, true], [0.001, true]] as const) {
    test(`${claimed} times the true one: ${doubtful ? 'doubted' : 'believed'}`, async () => {
      for (const condition of ['sinus-rhythm', 'left-ventricular-hypertrophy'] as const) {
        const { reasons, grade: is } = await graded(condition, 3, claimed);
        expect(reasons.includes('gain-doubtful'), condition).toBe(doubtful);
        // What a thousandth of a millivolt is, nobody can say, and twelve leads of volts are not read.
        if (claimed < 1000 && claimed > 0.001) expect(is).toBe('good');
      }
    });
  }
});
