import { z } from 'zod';
import type { Frozen } from './frozen.js';

/** An epoch; text: an engine that was before such would not read it. */
export const opaque = z.union([z.number(), z.string()]);
/** A number that may be unknown. */
export const maybe = z.number().optional();

const calibration = { origin: z.enum(['measured', 'derived', 'easi', 'modified']), aduPerMv: z.number(), offsetAdu: z.number(), format: z.enum(['int16', 'int32', 'float32']) };
const clock = z.object({
  startMs: z.number(),
  steps: z.array(z.object({ atMs: z.number(), stepMs: z.number() })),
  brokerOffsetMs: z.number(),
  brokerUncertaintyMs: z.number(),
  brokerStartMs: z.number(),
  rateDriftPpm: maybe,
});
/** Of a lead whose samples are in mV. */
const scales = z.array(z.object({ from: z.int(), to: z.int(), aduPerMv: z.number(), offsetAdu: z.number() }));
const declared = z.object({
  leads: z.array(z.string()),
  placement: z.enum(['unknown', 'standard', 'mason-likar', 'easi']),
  band: z.object({ highpassHz: maybe, lowpassHz: maybe, notchHz: maybe, phase: z.enum(['unknown', 'causal', 'zero']) }),
  paceReported: z.boolean(),
  calibration: z.boolean(),
  demo: z.boolean(),
});
const epoch = z.object({
  epoch: opaque,
  runs: z
    .array(z.object({ origin: z.int(), rateHz: z.number().positive(), next: z.int().nonnegative(), end: z.int().optional(), lanes: z.array(z.tuple([z.string(), z.object({ ...calibration, scales: scales.optional() })])) }))
    .min(1),
  highestFirst: z.int(),
  highestEnd: z.int(),
  chunks: z.int(),
  start: z.int(),
  anchors: z.array(z.object({ sample: z.int(), timeMs: z.number(), stepMs: z.number() })),
  delay: z.object({ windowStartMs: z.number(), minMs: maybe, previousMinMs: maybe }),
  drift: z.object({ sample: z.int(), timeMs: z.number(), chunks: z.int(), meanS: z.number(), meanMs: z.number(), squares: z.number(), products: z.number() }).optional(),
  spans: z.array(z.object({ from: z.int(), to: z.int(), declared })),
  leadsOff: z.array(z.object({ lead: z.string(), from: z.int(), to: z.int() })),
  paceMarks: z.array(z.int()),
  gap: z.object({ device: z.string(), epoch: opaque, firstSample: z.int(), segments: z.int(), startMs: z.number(), clock: clock.optional() }).optional(),
  voids: z.array(z.object({ ...calibration, lead: z.string(), rateHz: z.number(), from: z.int(), to: z.int(), before: z.int(), isMixed: z.boolean().optional() })),
  sources: z.array(z.object({ offset: z.int(), from: z.int(), to: z.int() })),
});

/** One device's state without its samples, as `assemble` freezes it. */
export const deviceState = z.object({
  device: z.string(),
  pastEpochs: z.array(opaque),
  epoch: epoch.optional(),
  grid: z
    .object({ strideS: z.number().positive(), segmentS: z.number().positive(), horizonS: z.number(), partialMinS: z.number(), nextSamples: z.array(z.int()), runs: z.array(z.object({ origin: z.int(), grid: z.int() })).optional() })
    .optional(),
  heldOffset: z.int().optional(),
  heldHighestFirst: z.number().optional(),
});
export type DeviceState = Frozen<z.output<typeof deviceState>>;
