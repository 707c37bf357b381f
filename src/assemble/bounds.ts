import type { Chunk } from '../ecg/index.js';
import { leadsOffAdded, spansAdded } from './declare.js';
import { firstFrom } from './lead-buffer.js';
import type { RunChoice } from './runs.js';
import { type AssembleOptions, type EpochState, neededFrom, type Run } from './state.js';

/** Chunks that open segments need: 125 a second while twelve seconds are open and two before are seen with them. */
export const SOURCES_MAX = 1750;
/** Stretches of one declaration; every chunk that is missing begins another. */
export const SPANS_MAX = 64;
/** Stretches in which a lead was off. */
export const LEADS_OFF_MAX = 128;
/** Of a chunk of a minute with as many as a chunk may have. */
export const PACE_MARKS_MAX = 1500;
/** Stretches of one rate and origin. */
export const RUNS_MAX = 6;
/** The twelve, and three sets of further ones. */
export const LEADS_PER_RUN_MAX = 24;
/** Stretches of a lead that lost their place to another rate or origin. */
export const VOIDS_MAX = 64;

/** Would the epoch's state stay within its bounds with this chunk, which ends before `to`? Buffers that nothing needs may be dropped. */
export function hasRoomFor(epoch: EpochState, choice: RunChoice, chunk: Chunk, signature: string, to: number, options: AssembleOptions): boolean {
  const at = choice.type === 'moves' ? choice.at + 1 : choice.at;
  const run = epoch.runs[at];
  const next = epoch.runs[at + 1];
  if (chunk.blocks.length > 0 && epoch.sources.length >= SOURCES_MAX) return false;
  if (choice.type === 'splits' && (epoch.runs.length >= RUNS_MAX || epoch.voids.length + run.buffers.size > VOIDS_MAX)) return false;
  if (epoch.spans.length + spansAdded(epoch, signature, chunk.firstSample, to) > SPANS_MAX) return false;
  if (epoch.leadsOff.length + leadsOffAdded(epoch, chunk, to) > LEADS_OFF_MAX) return false;
  if (epoch.paceMarks.length + newPaceMarks(epoch, chunk).length > PACE_MARKS_MAX) return false;
  if (next !== undefined && to > next.origin && !hasLeadsFor(epoch, next, chunk, options)) return false;
  return hasLeadsFor(epoch, run, chunk, options);
}

/** Those that the epoch does not know. */
export function newPaceMarks(epoch: EpochState, { paceMarks = [] }: Chunk): number[] {
  const known = new Set(paceMarks.length > 0 ? epoch.paceMarks : []);
  return [...new Set(paceMarks)].filter((mark) => !known.has(mark));
}

function hasLeadsFor(epoch: EpochState, run: Run, chunk: Chunk, options: AssembleOptions): boolean {
  const added = chunk.blocks.reduce((count, { lead }) => (run.buffers.has(lead) ? count : count + 1), 0);
  if (run.buffers.size + added <= LEADS_PER_RUN_MAX) return true;
  const declared = new Set(epoch.spans.flatMap((span) => span.declared.leads));
  for (const [lead, buffer] of run.buffers) {
    if (!declared.has(lead) && firstFrom(buffer, neededFrom(run, options)) === Infinity) run.buffers.delete(lead);
  }
  return run.buffers.size + added <= LEADS_PER_RUN_MAX;
}
