import { SEGMENT_SECONDS } from '../ecg/index.js';
import type { StepOf } from './pipeline.js';
import type { Contract } from './schema.js';

/** Where the crops of a record of `length` samples begin. Never none: a short record is one crop with zeros behind it. */
export function cropStarts({ samples, starts, strideSamples = samples, tail }: StepOf<'crop'>, length: number): readonly number[] {
  if (starts !== undefined) return starts;
  const steps = (length - samples) / strideSamples;
  const last = Math.max(0, tail === 'keep' ? Math.ceil(steps) : Math.floor(steps));
  return Array.from({ length: last + 1 }, (_, i) => i * strideSamples);
}

/** Crops that a segment of 10 s becomes; each is one row of a batch. */
export function cropsOf({ input }: Contract): number {
  let length = 0;
  for (const step of input.pipeline) {
    if (step.step === 'resample') length = Math.round(SEGMENT_SECONDS * step.rateHz);
    if (step.step === 'crop') return cropStarts(step, length).length;
  }
  return 1;
}
