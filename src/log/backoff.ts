/** Pauses between attempts at one partition: the first, and the longest. */
export const RETAKE_FIRST_MS = 100;
export const RETAKE_LONGEST_MS = 30_000;
/** An assignment that lived this long did not fail for the reason of the one before: its pauses start over. */
export const HEALTHY_AFTER_MS = 60_000;

/** Growing pauses between attempts. They survive each new assignment: one that fails soon after it was taken has not recovered. */
export class Backoff {
  private nextMs = RETAKE_FIRST_MS;

  /** The pause before the next attempt, after one that lived for `livedMs`. */
  afterFailure(livedMs: number): number {
    if (livedMs >= HEALTHY_AFTER_MS) this.nextMs = RETAKE_FIRST_MS;
    const pauseMs = this.nextMs;
    this.nextMs = Math.min(RETAKE_LONGEST_MS, pauseMs * 2);
    return pauseMs;
  }
}
