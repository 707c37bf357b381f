import type { NewRecord } from '../../ports/index.js';
import type { Held } from './backlog.js';
import type { DeviceState } from './state-store.js';

/**
 * What one input did, to one device or to none: published in one transaction, with the device's state right after it. On its
 * way the segments turn from samples into outcomes.
 */
export interface Update<S> {
  /** Undefined: of no device, a record that could not be read, say. */
  readonly device: string | undefined;
  /** The last record that it speaks for. */
  readonly appliedThrough: number;
  /** Broker time of the record that caused it, ms. */
  readonly brokerMs: number;
  readonly state: DeviceState | undefined;
  /** Rejects and gaps: before the outcomes. */
  readonly records: readonly NewRecord[];
  readonly segments: readonly S[];
  readonly held: Held;
}
