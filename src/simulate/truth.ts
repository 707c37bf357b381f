import type { Episode } from './episodes.js';
import type { BeatKind, VentricularEvent } from './rhythm.js';
import { T_PEAK } from './morphology.js';

/** Boundaries and peak of a wave, seconds from the patient's start. */
export interface Fiducial {
  readonly onS: number;
  readonly peakS: number;
  readonly offS: number;
}

/**
 * One beat as it was made. P and QRS span about ±2.4 SD of their outermost Gaussians; QRS peaks where it is largest
 * over all leads; T ends where its steepest tangent meets the line.
 */
export interface Beat {
  readonly index: number;
  readonly kind: BeatKind;
  /** Absent where no P wave leads to the beat. */
  readonly p?: Fiducial;
  readonly qrs: Fiducial;
  readonly t: Fiducial;
  /** Time of the pacing pulse. */
  readonly paceS?: number;
}

/** A finding of the catalogue and when it was true, ms from the patient's start. */
export interface TrueFinding {
  readonly id: string;
  readonly onsetMs: number;
  /** From when it was there in full: ST segments take their time. */
  readonly fullMs: number;
  /** Absent: it lasts. */
  readonly offsetMs?: number;
}

export interface Truth {
  readonly findings: readonly TrueFinding[];
  readonly beats: readonly Beat[];
  /** All P waves, conducted or not. */
  readonly pWaves: readonly (Fiducial & { readonly conducted: boolean })[];
  /** Motion bursts and leads that were off. */
  readonly episodes: readonly Episode[];
}

/** The pulse comes so long before the QRS that it makes. */
export const PACE_LEAD_S = 0.004;

export interface Peaks {
  readonly pPeak: number;
  readonly rPeak: number;
  readonly tOn: number;
}

export function pWaveOf(onS: number, pS: number, peaks: Peaks): Fiducial {
  return { onS, peakS: onS + peaks.pPeak * pS, offS: onS + pS };
}

export function beatOf(event: VentricularEvent, pS: number, peaks: Peaks): Beat {
  const { index, kind, onS, qrsS, qtS, pOnS } = event;
  const jS = onS + qrsS;
  const jtS = qtS - qrsS;
  return {
    index,
    kind,
    p: pOnS === undefined ? undefined : pWaveOf(pOnS, pS, peaks),
    qrs: { onS, peakS: onS + peaks.rPeak * qrsS, offS: jS },
    t: { onS: jS + peaks.tOn * jtS, peakS: jS + T_PEAK * jtS, offS: onS + qtS },
    paceS: kind === 'paced' ? onS - PACE_LEAD_S : undefined,
  };
}
