import type { Wave } from '../../ecg/index.js';
import { type Delineation, delineate, type NamedLead } from './index.js';

/** As long as a segment, seen with so much on either side: no wave is cut in two. */
const STRETCH_S = 10;
const BESIDE_S = 2;
/** Two beats of neighbouring stretches within this are one. */
const REFRACTORY_S = 0.2;

/**
 * Beats and waves of a record of any length: stretch by stretch, each wave from the stretch that holds its middle.
 * @param besideS seconds seen on either side of a stretch; 0: each alone, as the engine sees segments
 */
export function delineateRecord(leads: readonly NamedLead[], rateHz: number, besideS = BESIDE_S): Omit<Delineation, 'sureness'> {
  const samples = leads[0]?.mv.length ?? 0;
  const [core, beside] = [Math.round(STRETCH_S * rateHz), Math.round(besideS * rateHz)];
  const beats: number[] = [];
  const second: number[] = [];
  const waves: Wave[] = [];
  for (let start = 0; start < samples; start += core) {
    const from = Math.max(0, Math.min(start - beside, samples - core - 2 * beside));
    const to = Math.min(samples, from + core + 2 * beside);
    const end = start + core >= samples ? Infinity : start + core;
    const found = delineate(leads.map(({ lead, mv }) => ({ lead, mv: mv.subarray(from, to) })), rateHz);
    for (const [kept, ones] of [[beats, found.beats], [second, found.second]] as const) {
      for (const beat of ones) {
        const at = beat + from;
        if (at >= start && at < end && !(at - kept.at(-1)! < REFRACTORY_S * rateHz)) kept.push(at);
      }
    }
    for (const { wave, onset, peak, offset } of found.waves) {
      const middle = (onset + offset) / 2 + from;
      // Seen from two stretches a wave may seem to be in both.
      const before = waves.findLast((one) => one.wave === wave);
      if (middle >= start && middle < end && !(before !== undefined && onset + from < before.offset)) waves.push({ wave, onset: onset + from, peak: peak + from, offset: offset + from });
    }
  }
  return { beats, second, waves };
}
