import type { Meter } from '../ports/index.js';
import { Lane } from './lane.js';

/**
 * What people and systems ask of a monitor, by kind, so that none waits for another. Health has a way of its own: one reading
 * of the log at a time (`Progress.look`). Together they keep a handful of readings outstanding at the log, which answers them one by one.
 */
export interface Lanes {
  /** Acknowledge and dismiss: they append, and read nothing from the log. */
  readonly commands: Lane;
  /** Histories and strips: from the log. */
  readonly reads: Lane;
  /** Events that memory has no more, for subscribers who come back: page by page from the log. */
  readonly pages: Lane;
  /** Lists from memory, one at a time: each takes the processor for a while. */
  readonly views: Lane;
  /** PDFs, drawn one after the other by a thread of their own. */
  readonly papers: Lane;
  /** Comparisons with labelled recordings, one after the other: each asks the encoder that the engine asks. */
  readonly neighbours: Lane;
}

export function lanesOf(meter: Meter): Lanes {
  return {
    commands: new Lane('commands', { running: 32, runningOfOne: 8, waiting: 1000, waitingOfOne: 100 }, meter),
    reads: new Lane('reads', { running: 4, runningOfOne: 2, waiting: 256, waitingOfOne: 32 }, meter),
    // A subscription has at most one page outstanding.
    pages: new Lane('pages', { running: 2, runningOfOne: 1, waiting: 12_000, waitingOfOne: 2000 }, meter),
    views: new Lane('views', { running: 1, runningOfOne: 1, waiting: 2000, waitingOfOne: 256 }, meter),
    papers: new Lane('papers', { running: 1, runningOfOne: 1, waiting: 64, waitingOfOne: 8 }, meter),
    neighbours: new Lane('neighbours', { running: 1, runningOfOne: 1, waiting: 64, waitingOfOne: 8 }, meter),
  };
}
