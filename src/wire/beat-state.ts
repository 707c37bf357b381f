import { z } from 'zod';
import { opaque } from './device-state.js';
import type { Frozen } from './frozen.js';

/** Steps of a template's wave in one lead. */
const WAVE_STEPS = 27;

/** Eight leads of 71 steps, as 16 bits. */
const OWN_BYTES = 2 * 8 * 71;

const template = z.object({ wave: z.base64(), weight: z.number(), early: z.number(), width: z.number(), p: z.number(), t: z.number(), bend: z.number() });

/** What grading keeps of a patient's beats from segment to segment, and whose they are: a checkpoint beside the device's own. */
export const beatState = z.object({
  /** Whom the device was on; absent: unknown. */
  encounter: z.string().optional(),
  reported: z.object({ epoch: opaque, rateHz: z.number().positive(), through: z.int(), last: z.int().optional() }),
  /** The forms of their QRS and when they come. */
  kinds: z
    .object({ leads: z.array(z.string()), templates: z.array(template), intervals: z.array(z.number()), usual: z.number().optional(), wasOwn: z.boolean() })
    .refine(({ leads, templates }) => templates.every(({ wave }) => Buffer.from(wave, 'base64').length === 2 * WAVE_STEPS * leads.length), 'a wave of another length than its leads')
    .optional(),
  /** Their mean beat with the electrodes where they belong. */
  own: z.object({ epoch: opaque, rateHz: z.number().positive(), seen: z.int(), wave: z.base64().refine((wave) => Buffer.from(wave, 'base64').length === OWN_BYTES, 'a beat of another length than eight leads have') }).optional(),
});
export type BeatState = Frozen<z.output<typeof beatState>>;
