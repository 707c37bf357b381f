import type { Because, Scored } from '../because.js';
import { claimsOf } from '../claims.js';
import type { Facts } from '../facts.js';
import { criteriaOf, idsOf, segmentOf } from '../say/claimed.js';
import { NORMAL_IDS, PACED, RHYTHMS, termOf } from '../terms/index.js';
import { NO, NOT_SURE, QuestionError, YES } from './question.js';

/** One segment, its scores beside each of their thresholds. */
export interface AskedFacts {
  /** Beside the thresholds of a question on one thing alone. */
  readonly asked: Facts;
  /** Beside those of a list. */
  readonly listed: Facts;
  /** What a finding of the catalogue and the codes of PTB-XL are to each other: codes of the one, findings of the other. Undefined: there is no such thing. */
  readonly relatedTo: (id: string) => readonly string[] | undefined;
}

/** One answer, its confidence (0.5 to 1; of `not sure` 0.5) and why. */
export interface Found {
  readonly answer: typeof YES | typeof NO | typeof NOT_SURE;
  readonly confidence: number;
  readonly because: readonly Because[];
}

/** Between these the answer is `not sure`: as likely the one as the other. */
const UNSURE_FROM = 0.45;
const UNSURE_TO = 0.55;
/** Begins the name of a definition that a measurement does not meet. */
const RULES_OUT = 'rules-out-';
/** Of what is known by a measurement or a count. */
const MEASURED = 0.9;

/** 0 and 1 are held away from: odds of them are none. */
const oddsOf = (p: number): number => Math.min(Math.max(p, 1e-6), 1 - 1e-6) / (1 - Math.min(Math.max(p, 1e-6), 1 - 1e-6));

/** Likelihood that it is there, for somebody for whom it is at even odds: the score against its threshold. */
export function likelihood({ value, threshold }: Pick<Scored, 'value' | 'threshold'>): number {
  const odds = oddsOf(value) / oddsOf(threshold);
  return odds / (1 + odds);
}

export function foundOf(isThere: boolean, because: readonly Because[], confidence = MEASURED): Found {
  return { answer: isThere ? YES : NO, confidence, because };
}

export const unsure = (because: readonly Because[]): Found => ({ answer: NOT_SURE, confidence: 0.5, because });

/** Scores that a code or a finding is answered by. Throws QuestionError where nothing is known by that name. */
function scoresOf(id: string, { asked, relatedTo }: AskedFacts): readonly Scored[] {
  const own = asked.scores.filter((score) => score.id === id);
  if (own.length > 0) return own;
  const related = relatedTo(id);
  if (related === undefined && termOf(id) === undefined) throw new QuestionError(`nothing is known by the name ${JSON.stringify(id)}`, 'ask by a code of PTB-XL, as IMI, or an id of the catalogue, as inferior-myocardial-infarction');
  return asked.scores.filter((score) => related?.includes(score.id) === true);
}

/** Is it there? Of a finding with several codes the likeliest counts. What a measurement rules out is not; of an unusable signal, or without a score, nobody is sure. */
export function isThere(id: string, facts: AskedFacts): Found {
  const { asked } = facts;
  const scores = scoresOf(id, facts);
  const segment = segmentOf(asked);
  if (asked.outcome.grade === 'unusable') return unsure([{ kind: 'signal', id: 'unusable' }, segment]);
  if (scores.length === 0) return unsure([segment]);
  const best = scores.reduce((a, b) => (likelihood(b) > likelihood(a) ? b : a));
  const ruledOut = asked.ruledOut.find(({ term }) => term === best.id);
  if (ruledOut !== undefined) return foundOf(false, [best, { kind: 'criterion', id: `${RULES_OUT}${best.id}`, citation: ruledOut.source, limits: {} }, segment]);
  const p = likelihood(best);
  const said = idsOf(claimsOf(facts.listed).said);
  const [criteria, rules] = [criteriaOf(best.id, said, asked), rulesOf(best.id, asked)];
  const because = [best, ...criteria, ...rules, segment];
  // The model says no: a definition that is met says otherwise, and beside a pacemaker's rhythm no reader names the one beneath it.
  const isDefined = rules.length > 0 || criteria.some(({ kind, id: criterion }) => kind === 'criterion' && DEFINING.has(criterion));
  const isBeneath = p < 0.5 && isRhythm(best.id) && (asked.outcome.pacing === 'paced' || PACED.some((paced) => said.has(paced)));
  if (isBeneath) return unsure([best, { kind: 'signal', id: 'paced' }, segment]);
  const isDisputed = p < 0.5 && isDefined;
  // Normal is what nothing else is said beside.
  const isBesideDisease = p >= 0.5 && NORMAL_IDS.has(best.id) && !said.has(best.id);
  return isDisputed || isBesideDisease || (p > UNSURE_FROM && p < UNSURE_TO) ? unsure(because) : foundOf(p >= 0.5, because, Math.max(p, 1 - p));
}

/** Criteria that are the definition of what they bear on; others only speak for it. */
const DEFINING: ReadonlySet<string> = new Set(['first-degree-av-block', 'low-limb-voltage', 'very-long-qtc']);

/** Rules on measurements that say the same as a statement. */
const SAID_BY_RULE: Readonly<Record<string, readonly string[]>> = {
  'rule-st-elevation': ['STE_'],
  'rule-st-elevation-alone': ['STE_'],
  'rule-low-voltage': ['LVOLT', 'low-qrs-voltage'],
  'rule-preexcitation': ['WPW', 'ventricular-preexcitation'],
};

const rulesOf = (id: string, { rules }: Facts): readonly Because[] => rules.filter((rule) => rule.holds && SAID_BY_RULE[rule.id]?.includes(id) === true);

const isRhythm = (id: string): boolean => !PACED.includes(id) && (RHYTHMS.flat().includes(id) || termOf(id)?.groups.includes('rhythm') === true);

/** A change is one where the odds are so many times what they were. Chosen on fold 8 (docs/explain.md). */
const CHANGE_RATIO = 1.5;

/** Is it there, and was it less likely before? */
export function isGained(id: string, now: AskedFacts, before: AskedFacts): Found {
  const found = isThere(id, now);
  const was = isThere(id, before);
  const because = [...found.because, ...was.because];
  if (found.answer !== YES) return { ...found, because };
  // Ruled out on the other side: it has neither come nor gone.
  if (was.answer === NO && isRuledOut(was)) return unsure(because);
  if (was.answer !== YES) return { answer: was.answer === NO ? YES : NOT_SURE, confidence: was.answer === NO ? Math.min(found.confidence, was.confidence) : 0.5, because };
  const [score] = found.because.flatMap((one) => (one.kind === 'score' ? [one] : []));
  const earlier = before.asked.scores.find((one) => one.id === score?.id);
  if (score === undefined || earlier === undefined) return unsure(because);
  const ratio = oddsOf(score.value) / oddsOf(earlier.value);
  return { answer: ratio >= CHANGE_RATIO ? YES : NO, confidence: Math.max(ratio, 1) / (1 + Math.max(ratio, 1)), because };
}

/** By a measurement, although its score may say otherwise. */
const isRuledOut = ({ because }: Found): boolean => because.some(({ kind, id }) => kind === 'criterion' && id.startsWith(RULES_OUT));

/** Several in one: there where all are. */
export function allThere(found: readonly Found[]): Found {
  const no = found.find(({ answer }) => answer === NO);
  if (no !== undefined) return no;
  const because = found.flatMap((one) => one.because);
  if (found.length === 0 || found.some(({ answer }) => answer === NOT_SURE)) return unsure(because);
  return { answer: YES, confidence: Math.min(...found.map(({ confidence }) => confidence)), because };
}
