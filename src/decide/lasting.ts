/** Findings that a patient may have had for years. */
interface LastingRow {
  readonly findings: readonly string[];
  /** Whether the bedside hears of it when it begins, or only ever a reader. */
  readonly bedside: 'when-new' | 'never';
  readonly why: string;
}

/**
 * What was there when the patient came is no event: it goes to the reader's worklist, once. Not in the table, and so an event whenever it is seen: what
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

/** How the segments of a patient's first hour speak of a lasting finding. */
export interface EarlyVotes {
  /** On the subject's time. */
  readonly sinceMs: number;
  readonly seen: number;
  readonly against: number;
}

/** What one segment says: for it, against it, or neither. */
interface Spoken {
  readonly timeMs: number;
  readonly vote: 1 | 0 | -1;
}

const FIRST_HOUR_MS = 3_600_000;
/** Five minutes without it, and nine in ten of all, or it was not away. */
const AGAINST_MIN = 30;
const AGAINST_SHARE = 0.9;

/** With one more segment that it may be claimed of; undefined: the finding is none of those that last. */
export function earlyAfter(before: EarlyVotes | undefined, finding: string, { vote, timeMs }: Spoken): EarlyVotes | undefined {
  if (!BEDSIDE.has(finding)) return undefined;
  const { sinceMs, seen, against } = before ?? { sinceMs: timeMs, seen: 0, against: 0 };
  if (timeMs - sinceMs >= FIRST_HOUR_MS) return before;
  return { sinceMs, seen: seen + 1, against: against + (vote === -1 ? 1 : 0) };
}

/** Is it no news for the bedside: a finding that lasts, and that was not seen to begin? `recent`: the segments that decide, of which the first hour may hold some. */
export function isLongStanding(finding: string, early: EarlyVotes | undefined, recent: readonly Spoken[]): boolean {
  const bedside = BEDSIDE.get(finding);
  if (bedside === undefined) return false;
  if (bedside === 'never' || early === undefined) return true;
  const before = early.seen - recent.filter(({ vote, timeMs }) => vote !== -1 && timeMs - early.sinceMs < FIRST_HOUR_MS).length;
  return early.against < AGAINST_MIN || early.against < AGAINST_SHARE * before;
}
