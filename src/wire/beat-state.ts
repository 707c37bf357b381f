import { z } from 'zod';
import type { Frozen } from './frozen.js';

/** What grading keeps of a patient's beats from segment to segment, and whose they are: a checkpoint beside the device's own. */
export const beatState = z.object({
  /** Whom the device was on; absent: unknown. */
  encounter: z.string().optional(),
  reported: z.object({ epoch: z.number(), rateHz: z.number().positive(), through: z.int(), last: z.int().optional() }),
});
export type BeatState = Frozen<z.output<typeof beatState>>;
