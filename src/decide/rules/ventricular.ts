/** Ectopic beats in a row, and how often they come. Limits where none is cited: those of bedside monitors, within the tolerance of a rate. */
import { type BeatRun, LOOK_BACK_S } from '../rhythm.js';
import { type BeatRule, type Found, longestS, rateOf } from './rule.js';
import { type KindRun, runsOf } from './runs.js';

/** Ventricular tachycardia from here on (AHA/ACC/HRS 2017, Al-Khatib; AHA practice standards for ECG monitoring, Sandau 2017), below it an accelerated idioventricular rhythm down to 50. */
const TACHYCARDIA_PER_MINUTE = 100;
const ESCAPE_PER_MINUTE = 50;
const ECTOPICS_PER_MINUTE = 10;
const QUIET_S = 600;

/** The first so many beats in a row of a run of this kind that end in the last segment and are fast; with all of the run around them that is fast with them: what becomes faster is sustained by what is fast. */
function fastRow(run: BeatRun, kind: 'V' | 'S', count: number): Found | undefined {
  const isOwn = (i: number): boolean => run.kinds?.[i] === kind;
  for (const { beats } of runsOf(run, kind)) {
    const at = beats.map((i) => run.beats[i]);
    for (let first = 0, last = count - 1; last < beats.length; first++, last++) {
      // A beat that passes for one of them neither begins nor ends anything.
      if (beats[last] < run.before || !isOwn(beats[first]) || !isOwn(beats[last]) || !isFast(at[last] - at[first], count)) continue;
      return rowOf(longestAround(at, beats.map(isOwn), first, last), kind);
    }
  }
  return undefined;
}

/** The most beats in a row from first … last on, either way, that are fast together and begin and end with one of their own. */
function longestAround(at: readonly number[], own: readonly boolean[], first: number, last: number): readonly number[] {
  let [from, to] = [first, last];
  for (let a = 0; a <= first; a++) {
    for (let b = at.length - 1; own[a] && b >= last && b - a > to - from; b--) if (own[b] && isFast(at[b] - at[a], b - a + 1)) [from, to] = [a, b];
  }
  return at.slice(from, to + 1);
}

function rowOf(at: readonly number[], kind: 'V' | 'S' = 'V'): Found {
  const [fromS, toS] = [at[0], at[at.length - 1]];
  return { what: kind === 'V' ? 'ventricular' : 'supraventricular', fromS, toS, beats: at.length, perMinute: rateOf(at.length, toS - fromS) };
}

const isFast = (spanS: number, beats: number): boolean => spanS <= longestS(beats, TACHYCARDIA_PER_MINUTE);

/** Five or more ventricular beats in a row at 100 a minute or more (CinC 2015 alarm definition); sustained from 30 s on. */
export const wideTachycardia: BeatRule = {
  ...{ id: 'rule-wide-tachycardia', kind: 'episodic', isOnKinds: true },
  finds: (run) => fastRow(run, 'V', 5),
};

/** Three or more ventricular beats in a row at 100 a minute or more: nonsustained ventricular tachycardia (AHA/ACC/HRS 2017). */
export const ventricularRun: BeatRule = {
  ...{ id: 'rule-ventricular-run', kind: 'episodic', isOnKinds: true, cooldownS: QUIET_S },
  finds: (run) => fastRow(run, 'V', 3),
};

/** Three or more supraventricular ectopic beats in a row at 100 a minute or more (ACC/AHA/HRS 2015). */
export const supraventricularRun: BeatRule = {
  // Too many were not what they were called: docs/beats.md.
  ...{ id: 'rule-supraventricular-run', kind: 'episodic', isOnKinds: true, isInShadow: true, cooldownS: QUIET_S },
  finds: (run) => fastRow(run, 'S', 3),
};

/** A run that goes on for so many beats is what it is; before, it may become faster. */
const SETTLED = 10;

/** Three or more ventricular beats in a row from 50 to 100 a minute on average (AHA/ACC/HRS 2017). */
export const idioventricular: BeatRule = {
  // Too many were not what they were called: docs/beats.md.
  ...{ id: 'rule-idioventricular', kind: 'episodic', isOnKinds: true, isInShadow: true, cooldownS: QUIET_S },
  finds: (run) => {
    for (const { beats, isOver } of runsOf(run, 'V')) {
      for (let count = isOver ? 3 : SETTLED; count <= beats.length; count++) {
        if (count < SETTLED && count < beats.length) continue;
        const row = rowOf(beats.slice(0, count).map((i) => run.beats[i]));
        const [isNew, spanS] = [count === beats.length || beats[count - 1] >= run.before, row.toS - row.fromS];
        if (isNew && !isFast(spanS, count) && spanS <= longestS(count, ESCAPE_PER_MINUTE)) return row;
      }
    }
    return undefined;
  },
};

/** Two ventricular beats in a row, no more, at 100 a minute or more. */
export const couplet: BeatRule = {
  // Nobody acts on a couplet.
  ...{ id: 'rule-ventricular-couplet', kind: 'episodic', isOnKinds: true, isInShadow: true, cooldownS: QUIET_S },
  finds: (run) => {
    const isCouplet = ({ beats: [a, b, ...more], isOver }: KindRun) => isOver && b !== undefined && more.length === 0 && isFast(run.beats[b] - run.beats[a], 2);
    const found = runsOf(run, 'V').find(isCouplet);
    return found && rowOf(found.beats.map((i) => run.beats[i]));
  },
};

/** More than ten ventricular beats within a minute, the last of them in the last segment. */
export const ectopics: BeatRule = {
  ...{ id: 'rule-ventricular-ectopics', kind: 'episodic', isOnKinds: true, cooldownS: QUIET_S },
  finds: (run) => {
    const { kinds = '', beats, before } = run;
    const own = beats.flatMap((atS, i) => (kinds[i] === 'V' ? [{ atS, i }] : []));
    for (let last = 0; last < own.length; last++) {
      if (own[last].i < before) continue;
      const within = own.slice(0, last + 1).filter(({ atS }) => atS > own[last].atS - LOOK_BACK_S);
      if (within.length > ECTOPICS_PER_MINUTE) return { what: 'ectopics', fromS: within[0].atS, toS: own[last].atS, beats: within.length, perMinute: within.length };
    }
    return undefined;
  },
};
