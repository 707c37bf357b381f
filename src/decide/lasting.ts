import { SEGMENT_SECONDS } from '../ecg/index.js';

/** Findings that a patient may have had for years. */
interface LastingRow {
  readonly findings: readonly string[];
  /** Whether it is announced at the bedside when it begins, or to a reader only. */
  readonly bedside: 'when-new' | 'never';
  readonly why: string;
}

/**
 * What was there when the patient came is no event: it goes to the reader's worklist, once a day. Not in the table, and so an event whenever it is seen: what
 * may need somebody at once (arrhythmia, AV block of the second degree and above, `stemi`, ST elevation with reciprocal change, a QTc of 500 ms).
 */
export const LASTING: readonly LastingRow[] = [
  {
    findings: ['left-bundle-branch-block', 'right-bundle-branch-block', 'nonspecific-intraventricular-conduction-delay', 'left-anterior-fascicular-block', 'left-posterior-fascicular-block', 'rule-wide-qrs'],
    bedside: 'when-new',
    why: 'mostly of years’ standing; new, it may be ischaemia or a drug (ACC/AHA/HRS 2018, bradycardia and conduction delay)',
  },
  { findings: ['first-degree-av-block'], bedside: 'when-new', why: 'benign as it is; a PR that grows is a block on its way (ACC/AHA/HRS 2018)' },
  { findings: ['ventricular-preexcitation', 'rule-preexcitation'], bedside: 'when-new', why: 'a pathway is inborn; its tachycardias have rules of their own (ACC/AHA/HRS 2015, supraventricular tachycardia)' },
  { findings: ['anterior-myocardial-infarction', 'inferior-myocardial-infarction', 'lateral-or-posterior-myocardial-infarction'], bedside: 'when-new', why: 'Q waves are a scar until they are seen to come; an acute infarction shows in ST first (Fourth Universal Definition 2018)' },
  { findings: ['st-depression', 't-wave-abnormality', 'rule-st-elevation-alone'], bedside: 'when-new', why: 'hypertrophy, drugs, early repolarisation, pericarditis and aneurysm have them for long; ischaemia is a change (Sandau 2017, practice standards for monitoring)' },
  { findings: ['prolonged-qt'], bedside: 'when-new', why: 'inborn or by a drug of long; from 500 ms on a rule says so at once (Drew 2010, torsade de pointes in hospital)' },
  { findings: ['sinus-bradycardia', 'sinus-tachycardia'], bedside: 'when-new', why: 'a rate that the patient came with; limits that need somebody have rules (Sandau 2017)' },
  { findings: ['left-ventricular-hypertrophy', 'right-ventricular-hypertrophy', 'right-axis-deviation', 'low-qrs-voltage'], bedside: 'never', why: 'a heart does not grow within a stay: what begins is an electrode that was moved' },
];

const BEDSIDE = new Map(LASTING.flatMap(({ findings, bedside }) => findings.map((finding) => [finding, bedside] as const)));

/** What a patient's first hour was like for a lasting finding, and what came of it. All times on the subject's own. */
export interface FirstHour {
  /** Until when it was counted; the last segment that the finding could be claimed of. */
  readonly countedToMs: number;
  readonly lastMs: number;
  /** Counted, and of it what spoke against the finding, ms. */
  readonly seenMs: number;
  readonly againstMs: number;
  /** It was seen to begin: from then on it is news whenever it comes back. */
  readonly hasBegun?: true;
  /** When a reader last got it. */
  readonly listedMs?: number;
}

/** What one segment says: for it, against it, or neither. */
interface Vote {
  readonly timeMs: number;
  readonly vote: 1 | 0 | -1;
}

const HOUR_MS = 3_600_000;
const SEGMENT_MS = SEGMENT_SECONDS * 1000;
/** Five minutes without it, and nine tenths of the time, or it was not away. */
const AGAINST_MIN_MS = 5 * 60_000;
const AGAINST_SHARE = 0.9;

/**
 * With one more segment that the finding may be claimed of; undefined: it is none of those that last. It is an hour of what was watched, whatever was missed between.
 * @param isDevice nobody says whose ECG it is: after an hour without any it may be another patient's
 */
export function firstHourAfter(known: FirstHour | undefined, finding: string, { timeMs, vote }: Vote, isDevice: boolean): FirstHour | undefined {
  if (!BEDSIDE.has(finding)) return undefined;
  const before = known !== undefined && isDevice && timeMs - known.lastMs >= HOUR_MS ? undefined : known;
  if (before === undefined) return { countedToMs: timeMs, lastMs: timeMs, seenMs: SEGMENT_MS, againstMs: vote === -1 ? SEGMENT_MS : 0 };
  if (before.seenMs >= HOUR_MS) return isDevice ? { ...before, lastMs: timeMs } : before;
  const spanMs = Math.min(SEGMENT_MS, Math.max(0, timeMs - before.lastMs));
  return { ...before, countedToMs: timeMs, lastMs: timeMs, seenMs: before.seenMs + spanMs, againstMs: before.againstMs + (vote === -1 ? spanMs : 0) };
}

/** Is it no news for the bedside: a finding that lasts, and that was not seen to begin? `deciding`: the segments that raise it, of which the first hour may hold some. */
export function isLongStanding(finding: string, firstHour: FirstHour | undefined, deciding: readonly Vote[]): boolean {
  const bedside = BEDSIDE.get(finding);
  if (bedside === undefined) return false;
  if (bedside === 'never' || firstHour === undefined) return true;
  if (firstHour.hasBegun) return false;
  const counted = deciding.filter(({ vote, timeMs }) => vote !== -1 && timeMs <= firstHour.countedToMs);
  const decidingMs = counted.length === 0 ? 0 : counted[counted.length - 1].timeMs - counted[0].timeMs + SEGMENT_MS;
  return firstHour.againstMs < AGAINST_MIN_MS || firstHour.againstMs < AGAINST_SHARE * (firstHour.seenMs - decidingMs);
}
