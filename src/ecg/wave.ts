export type WaveKind = 'P' | 'QRS' | 'T';

/** One wave of one beat. Times are samples from the signal's start and may lie between two samples. */
export interface Wave {
  readonly wave: WaveKind;
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
}
