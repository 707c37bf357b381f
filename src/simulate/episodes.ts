import { streamKey, uniform } from './chance.js';
import type { Canvas } from './drawing.js';
import { ELECTRODES, type Electrode, type NoiseLevels, type NoiseTraits } from './noise.js';

/** What a monitor sends of a lead whose electrode is off. */
export type OffShows = 'flat' | 'no-sample';

export interface Episode {
  readonly kind: 'motion' | 'lead-off';
  readonly electrode: Electrode;
  readonly fromS: number;
  readonly toS: number;
  readonly shows?: OffShows;
}

/** At most one episode of a kind and electrode begins in a cell. */
const CELL_S = 30;
const EPISODE_MAX_S = 120;

/** Episodes that touch [fromS, toS); the same whatever is asked for. */
export function episodesIn(fromS: number, toS: number, traits: NoiseTraits, levels: NoiseLevels, seed: number): Episode[] {
  const found: Episode[] = [];
  const kinds = [
    { kind: 'motion', perHour: traits.motionPerHour * levels.motion },
    { kind: 'lead-off', perHour: traits.leadOffPerHour * levels.leadOff },
  ] as const;
  for (const { kind, perHour } of kinds) {
    if (perHour <= 0) continue;
    const chance = Math.min(1, ((perHour / ELECTRODES.length) * CELL_S) / 3600);
    for (const electrode of ELECTRODES) {
      const key = streamKey(seed, `${kind} ${electrode}`);
      for (let cell = Math.max(0, Math.floor((fromS - EPISODE_MAX_S) / CELL_S)); cell * CELL_S < toS; cell++) {
        if (uniform(key, 4 * cell) >= chance) continue;
        const start = CELL_S * (cell + uniform(key, 4 * cell + 1));
        const u = uniform(key, 4 * cell + 2);
        // Most are short, few last: exponential, bounded.
        const lasts = kind === 'motion' ? 0.8 + 4 * u : Math.min(EPISODE_MAX_S, 0.5 - traits.leadOffS * Math.log(u));
        if (start >= toS || start + lasts <= fromS) continue;
        found.push({ kind, electrode, fromS: start, toS: start + lasts,
          shows: kind === 'motion' ? undefined : uniform(key, 4 * cell + 3) < 0.3 ? 'flat' : 'no-sample' });
      }
    }
  }
  return found;
}

const MOTION_LINES = 6;

/** Adds a burst: slow swings of 0.5 to 8 Hz that rise and fall within the episode. */
export function addMotion(out: Float64Array, canvas: Canvas, { electrode, fromS, toS }: Episode, mv: number, seed: number): void {
  const key = streamKey(seed, `burst ${electrode} ${Math.round(fromS * 1000)}`);
  const first = Math.max(0, Math.ceil(fromS * canvas.rateHz) - canvas.firstSample);
  const last = Math.min(out.length - 1, Math.floor(toS * canvas.rateHz) - canvas.firstSample);
  const lines = Array.from({ length: MOTION_LINES }, (_, n) => ({ hz: 0.5 + 7.5 * uniform(key, n) ** 2, phase: 2 * Math.PI * uniform(key, 10 + n) }));
  for (let n = first; n <= last; n++) {
    const t = (canvas.firstSample + n) / canvas.rateHz - fromS;
    const swell = Math.sin((Math.PI * t) / (toS - fromS)) ** 2;
    let sum = 0;
    for (const { hz, phase } of lines) sum += Math.sin(2 * Math.PI * hz * t + phase) / Math.sqrt(hz);
    out[n] += mv * swell * sum;
  }
}

/** Indices in INDEPENDENT that an electrode carries. A monitor keeps its chest leads when a limb electrode is off. */
export function leadsOf(electrode: Electrode): readonly number[] {
  const index = ELECTRODES.indexOf(electrode);
  return index < 3 ? [0, 1] : [index - 1];
}
