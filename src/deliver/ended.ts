import type { Opaque } from '../ecg/index.js';

/** A device whose stream ended regularly: with the epoch that was heard last. */
export interface Ended {
  /** When the log took the report of it, ms since 1970. */
  readonly atMs: number;
  readonly epoch?: Opaque;
}

/** Segments that wait for an encoder are published after the end of their stream is reported, but no later than this. */
const STRAGGLERS_MS = 30_000;

/** True: a segment that the log took at `atMs` still belongs to the stream that ended. One of another epoch, or a later one, begins a new stream. */
export function belongsToEnded(ended: Ended | undefined, epoch: Opaque, atMs: number): boolean {
  return ended !== undefined && (ended.epoch === undefined || ended.epoch === epoch) && atMs - ended.atMs <= STRAGGLERS_MS;
}
