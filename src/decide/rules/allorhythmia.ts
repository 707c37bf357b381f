import type { BeatRun } from '../rhythm.js';
import type { BeatRule, Found } from './rule.js';

/** So many groups in a row. */
const GROUPS = 4;

/** Groups of one ventricular beat after so many others that end in the last segment: as many as there are in a row. */
function groupsOf({ kinds = '', beats, before }: BeatRun, others: number, what: Found['what']): Found | undefined {
  const pattern = new RegExp(`(?:[NS]{${others}}V){${GROUPS},}(?=[^V])`, 'g');
  for (const { index, 0: text } of kinds.matchAll(pattern)) {
    const last = index + text.length - 1;
    // What follows is known: it is not the beginning of a run.
    if (last + 1 >= before) return { what, fromS: beats[index], toS: beats[last], beats: text.length };
  }
  return undefined;
}

/** Every second beat is ventricular, four times in a row. */
export const bigeminy: BeatRule = { id: 'rule-bigeminy', kind: 'episodic', isOnKinds: true, cooldownS: 600, finds: (run) => groupsOf(run, 1, 'bigeminy') };

/** Every third beat is ventricular, four times in a row. */
export const trigeminy: BeatRule = { id: 'rule-trigeminy', kind: 'episodic', isOnKinds: true, cooldownS: 600, finds: (run) => groupsOf(run, 2, 'trigeminy') };
