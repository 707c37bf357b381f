import { SEGMENT_SECONDS } from '../../ecg/index.js';
import { type BeatRun, LOOK_BACK_S } from '../rhythm.js';
import { type BeatRule, rateOf } from './rule.js';

/** Coefficient of sample entropy from which on a rhythm is irregularly irregular (Lake and Moorman, Am J Physiol Heart Circ Physiol 300, 2011). */
const ENTROPY = -1.4;
/** Successive intervals differ by more than this share of the mean one (root of the mean square; Dash, Chon, Lu and Raeder, Ann Biomed Eng 37, 2009): an irregular sinus rhythm changes little by little. */
const SUCCESSIVE = 0.1;
/** Intervals are alike within this (s), and as much more as it takes for so many pairs to go on alike. */
const ALIKE_S = 0.03;
const WIDER_S = 0.01;
const ALIKE_MAX_S = 0.5;
const PAIRS_MIN = 5;
/** Beats are known for so long, and so many intervals of them are of conducted beats; of more the last are looked at. */
const KNOWN_S = 50;
const INTERVALS_MIN = 20;
const INTERVALS_MAX = 100;
/** Segments of the minute in which regular P waves were seen all the same. */
const WITH_P_MAX = 1;

/** Atrial fibrillation by rhythm: a minute of irregular intervals without regular P waves (ACC/AHA/ACCP/HRS 2023), ectopic ventricular beats aside. */
export const fibrillation: BeatRule = {
  ...{ id: 'rule-atrial-fibrillation', kind: 'episodic', isOnKinds: true, cooldownS: 600 },
  finds: (run) => {
    const { beats, throughS } = run;
    const first = beats.findIndex((atS) => atS >= throughS - LOOK_BACK_S);
    if (first < 0 || throughS - Math.max(beats[first], run.fromS) < KNOWN_S || withP(run) > WITH_P_MAX) return undefined;
    const intervals = conducted(run, first);
    if (intervals.length < INTERVALS_MIN || !(successiveOf(intervals) > SUCCESSIVE) || !(entropyOf(intervals) > ENTROPY)) return undefined;
    const [fromS, toS, count] = [beats[first], beats[beats.length - 1], beats.length - first];
    return { what: 'irregular', fromS, toS, beats: count, perMinute: rateOf(count, toS - fromS) };
  },
};

/** Segments of the minute, none over another, in which regular P waves were seen. */
function withP({ segments = [], throughS }: BeatRun): number {
  let [count, coveredS] = [0, throughS - LOOK_BACK_S - SEGMENT_SECONDS];
  for (const { hasP, throughS: endS } of segments) {
    if (!hasP || endS <= throughS - LOOK_BACK_S || endS - SEGMENT_SECONDS < coveredS) continue;
    count++;
    coveredS = endS;
  }
  return count;
}

/** Intervals between neighbours of which neither is ventricular. */
function conducted({ beats, kinds = '' }: BeatRun, first: number): readonly number[] {
  const isOwn = (i: number): boolean => kinds[i] === 'N' || kinds[i] === 'S';
  return beats.slice(first + 1).flatMap((atS, k) => (isOwn(first + k) && isOwn(first + k + 1) ? [atS - beats[first + k]] : [])).slice(-INTERVALS_MAX);
}

function successiveOf(intervals: readonly number[]): number {
  const squares = intervals.slice(1).reduce((sum, one, i) => sum + (one - intervals[i]) ** 2, 0);
  return Math.sqrt(squares / (intervals.length - 1)) / (intervals.reduce((sum, one) => sum + one, 0) / intervals.length);
}

/** Of intervals that are alike, how many are followed by such as are alike too: entropy, with the tolerance and the mean interval taken out. */
function entropyOf(intervals: readonly number[]): number {
  const mean = intervals.reduce((sum, rr) => sum + rr, 0) / intervals.length;
  for (let alikeS = ALIKE_S; alikeS <= ALIKE_MAX_S; alikeS += WIDER_S) {
    let [pairs, goOn] = [0, 0];
    for (let i = 0; i < intervals.length - 1; i++) {
      for (let j = i + 1; j < intervals.length - 1; j++) {
        if (Math.abs(intervals[i] - intervals[j]) > alikeS) continue;
        pairs++;
        if (Math.abs(intervals[i + 1] - intervals[j + 1]) <= alikeS) goOn++;
      }
    }
    if (goOn >= PAIRS_MIN) return -Math.log(goOn / pairs) + Math.log(2 * alikeS) - Math.log(mean);
  }
  return -Infinity;
}
