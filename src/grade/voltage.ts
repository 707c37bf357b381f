import type { PhysicalLead, Voltage, Wave } from '../ecg/index.js';

/** The level before the QRS: the mean of this stretch before its onset. */
const LEVEL_S = 0.03;
/** ST is read so long after the end of the QRS (J + 60 ms, as bedside monitors do), over so long around it. */
const ST_AFTER_S = 0.06;
const ST_HALF_S = 0.01;

/** R, S and ST of one lead: medians over the beats, mV from the level before the QRS. */
export interface ComplexLevels extends Voltage {
  /** Mean over 20 ms; undefined where the segment ends before it. */
  readonly stMv?: number;
}

/** Levels of each lead at the QRS complexes that lie within. Leads: mV at `rateHz`, without holes. */
export function levelsOf(leads: readonly PhysicalLead[], waves: readonly Wave[], rateHz: number): ComplexLevels[] {
  const [before, after, half] = [LEVEL_S, ST_AFTER_S, ST_HALF_S].map((seconds) => Math.round(seconds * rateHz));
  const samples = leads[0]?.mv.length ?? 0;
  const complexes = waves
    .filter(({ wave }) => wave === 'QRS')
    .map(({ onset, offset }) => ({ onset: Math.round(onset), offset: Math.round(offset) }))
    .filter(({ onset, offset }) => onset - before >= 0 && offset < samples);
  if (complexes.length === 0) return [];
  return leads.map(({ lead, mv }) => {
    const highs: number[] = [];
    const lows: number[] = [];
    const st: number[] = [];
    for (const { onset, offset } of complexes) {
      const level = mean(mv, onset - before, onset);
      let high = 0;
      let low = 0;
      for (let i = onset; i <= offset; i++) {
        high = Math.max(high, mv[i] - level);
        low = Math.min(low, mv[i] - level);
      }
      highs.push(high);
      lows.push(low);
      if (offset + after + half < samples) st.push(mean(mv, offset + after - half, offset + after + half + 1) - level);
    }
    return { lead, rMv: median(highs), sMv: median(lows), ...(st.length > 0 && { stMv: Math.round(median(st) * 1000) / 1000 }) };
  });
}

function mean(mv: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += mv[i];
  return sum / (to - from);
}

/** Of an even number the upper of the middle two. */
function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1];
}
