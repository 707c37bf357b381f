import type { NewRecord } from '../../ports/index.js';
import { type BeatState, CheckpointError, decodeBeatState, encodeBeatState } from '../../wire/index.js';
import type { Checkpoints } from '../checkpoints.js';

export const BEATS = 'beats/';

/**
 * What grading keeps of each device's beats. Written beside the outcomes that it follows from, in their transaction; it speaks for the
 * samples up to `reported.through`.
 */
export class BeatStates {
  private readonly states = new Map<string, BeatState>();

  constructor(
    private readonly checkpoints: Checkpoints,
    isHere: (device: string) => boolean,
    onUnreadable: (error: CheckpointError) => void,
  ) {
    for (const [device, bytes] of checkpoints.under(BEATS)) {
      if (!isHere(device)) continue;
      try {
        this.states.set(device, decodeBeatState(bytes));
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        onUnreadable(error);
      }
    }
  }

  /** Undefined: nothing is known, or it is of another patient. */
  of(device: string, encounter: string | undefined): BeatState | undefined {
    const state = this.states.get(device);
    return state?.encounter === encounter ? state : undefined;
  }

  keep(device: string, state: BeatState): void {
    this.states.set(device, state);
  }

  /** The device's checkpoint; none: nothing is known of it. */
  records(device: string): NewRecord[] {
    const state = this.states.get(device);
    return state === undefined ? [] : [this.checkpoints.record(BEATS + device, encodeBeatState(state))];
  }

  forget(device: string): NewRecord[] {
    return this.states.delete(device) ? [this.checkpoints.record(BEATS + device, null)] : [];
  }
}
