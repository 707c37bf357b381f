import type { Scored } from './because.js';
import { isChild } from './criteria/index.js';
import type { Facts, RuledOut } from './facts.js';
import { BESIDE_NORMAL, BY_WIDTH, COMPLETE_MS, inOrder, NORMAL_IDS, ONE_OF, type Term, termOf } from './terms/index.js';
import { shownValue } from './text.js';

/** A term that the report says, and the score that lets it. */
export interface Claim {
  readonly term: Term;
  readonly score: Scored;
}

/** The claims made from the models' scores, and the terms that reached their threshold and are withheld. */
export interface Claims {
  readonly said: readonly Claim[];
  readonly ruledOut: readonly (Claim & { readonly source: string })[];
}

/** What is known of it from recordings of real patients, or by definition: the line says nothing else. */
export function isProven({ score: { evidence } }: Claim): boolean {
  return evidence !== 'none' && evidence !== 'simulated';
}

/** Models that say nothing of a segment, or must not be believed of it. */
export function isMute({ outcome }: Facts): boolean {
  return outcome.grade === 'unusable';
}

/**
 * Terms at their thresholds, but for those that a measurement rules out; of those that exclude each other the one with the highest score, or by the width of the QRS; "normal" only where
 * nothing else of the heart is said. In the order of the terms' table.
 */
export function claimsOf(facts: Facts): Claims {
  if (isMute(facts)) return { said: [], ruledOut: [] };
  const reached = facts.scores.flatMap((score): Claim[] => {
    const term = termOf(score.id);
    return term === undefined || score.value < score.threshold ? [] : [{ term, score }];
  }).sort((a, b) => inOrder(a.term, b.term));
  const sourceOf = new Map(facts.ruledOut.map(({ term, source }: RuledOut) => [term, source]));
  const ruledOut = reached.flatMap((claim) => (sourceOf.has(claim.term.id) ? [{ ...claim, source: sourceOf.get(claim.term.id)! }] : []));
  const held = reached.filter(({ term }) => !sourceOf.has(term.id));
  const likeliest = ONE_OF.flatMap((ids) => best(held.filter(({ term }) => ids.includes(term.id))));
  const isRival = ({ term }: Claim) => ONE_OF.some((ids) => ids.includes(term.id));
  const one = byWidth(held.filter((claim) => !isRival(claim) || likeliest.includes(claim)), facts);
  const speaksOfDisease = one.some(({ term }) => isOfDisease(term));
  return { said: one.filter(({ term }) => !speaksOfDisease || !NORMAL_IDS.has(term.id)), ruledOut };
}

/** Beside which no tracing is normal. */
function isOfDisease({ id, groups, section }: Term): boolean {
  if (NORMAL_IDS.has(id) || BESIDE_NORMAL.has(id)) return false;
  return groups.includes('diagnostic') || (groups.length === 0 && section !== 'rhythm');
}

function best(rivals: readonly Claim[]): readonly Claim[] {
  return rivals.length === 0 ? [] : [rivals.reduce((a, b) => (b.score.value > a.score.value ? b : a))];
}

/** Of a complete and an incomplete block the one that the width of the QRS speaks for; not measured, or of a child, whose QRS is narrower, the likelier. */
function byWidth(claims: readonly Claim[], { outcome }: Facts): readonly Claim[] {
  const qrsMs = isChild(outcome.association) ? undefined : outcome.measurements.qrsMs;
  return BY_WIDTH.reduce((left, { complete, incomplete }) => {
    const both = left.filter(({ term }) => term.id === complete || term.id === incomplete);
    if (both.length < 2) return left;
    const kept = qrsMs === undefined ? best(both)[0] : both.find(({ term }) => term.id === (shownValue(qrsMs, 0) >= COMPLETE_MS ? complete : incomplete));
    return left.filter((claim) => !both.includes(claim) || claim === kept);
  }, claims);
}
