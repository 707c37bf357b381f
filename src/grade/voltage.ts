import type { PhysicalLead, Voltage } from '../ecg/index.js';

/** The QRS lies within this of its R peak. */
const QRS_HALF_S = 0.07;
/** The level before the QRS is the median of this stretch before the R peak. */
const LEVEL_FROM_S = 0.12;
const LEVEL_TO_S = 0.08;

/** R and S of each lead: medians over the beats. Leads: mV at `rateHz`, without holes. */
export function voltagesOf(leads: readonly PhysicalLead[], beats: readonly number[], rateHz: number): Voltage[] {
  const [half, from, to] = [QRS_HALF_S, LEVEL_FROM_S, LEVEL_TO_S].map((seconds) => Math.round(seconds * rateHz));
  const inside = beats.filter((beat) => beat - from >= 0 && leads.length > 0 && beat + half < leads[0].mv.length);
  if (inside.length === 0) return [];
  return leads.map(({ lead, mv }) => {
    const highs: number[] = [];
    const lows: number[] = [];
    for (const beat of inside) {
      const before = mv.slice(beat - from, beat - to).sort();
      const level = before[Math.floor(before.length / 2)];
      let high = 0;
      let low = 0;
      for (let i = beat - half; i <= beat + half; i++) {
        high = Math.max(high, mv[i] - level);
        low = Math.min(low, mv[i] - level);
      }
      highs.push(high);
      lows.push(low);
    }
    return { lead, rMv: median(highs), sMv: median(lows) };
  });
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}
