import { INDEPENDENT, type PhysicalLead } from '../../ecg/index.js';

/** Of the R peak, in steps of 10 ms. */
const BEFORE = 26;
const AFTER = 45;
const STEP_S = 0.01;
/** The level before the QRS: 110 to 60 ms before R. */
const LEVEL = [15, 20] as const;
const BEATS_MIN = 3;
export const BEAT_STEPS = BEFORE + AFTER;

/** The mean beat of the eight independent leads: mV from the level before the QRS, 71 steps of 10 ms from 260 ms before R. */
export type MeanBeat = readonly Float64Array[];

/** Undefined where one of the eight leads is not among `rows` or fewer than three whole beats are there. Rows without holes. */
export function meanBeat(rows: readonly PhysicalLead[], beats: readonly number[], rateHz: number): MeanBeat | undefined {
  const leads = INDEPENDENT.map((lead) => rows.find((row) => row.lead === lead));
  if (leads.some((lead) => lead === undefined)) return undefined;
  const step = STEP_S * rateHz;
  const whole = beats.filter((beat) => beat - BEFORE * step >= 0 && beat + AFTER * step < leads[0]!.mv.length);
  if (whole.length < BEATS_MIN) return undefined;
  const offsets = Array.from({ length: BEAT_STEPS }, (_, i) => Math.round((i - BEFORE) * step));
  return leads.map((lead) => {
    const { mv } = lead!;
    const mean = new Float64Array(BEAT_STEPS);
    for (const beat of whole) for (let i = 0; i < BEAT_STEPS; i++) mean[i] += mv[beat + offsets[i]];
    let level = 0;
    for (let i = LEVEL[0]; i < LEVEL[1]; i++) level += mean[i] / (LEVEL[1] - LEVEL[0]);
    for (let i = 0; i < BEAT_STEPS; i++) mean[i] = (mean[i] - level) / whole.length;
    return mean;
  });
}
