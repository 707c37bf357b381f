import type { Scored } from './because.js';
import type { Facts, RuledOut } from './facts.js';
import { BESIDE_NORMAL, inOrder, NORMAL_IDS, ONE_OF, type Term, termOf } from './terms/index.js';

/** A term that the report says, and the score that lets it. */
export interface Claim {
  readonly term: Term;
  readonly score: Scored;
}

/** What is said of the models' scores, and what is not although it reached its threshold. */
export interface Claims {
  readonly said: readonly Claim[];
  readonly ruledOut: readonly (Claim & { readonly source: string })[];
}

/** Models that say nothing of a segment, or must not be believed of it. */
export function isMute({ outcome }: Facts): boolean {
  return outcome.grade === 'unusable';
}

/**
 * Terms at their thresholds, but for those that a measurement rules out; of rhythms that exclude each other the one with the highest score; "normal" only where
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
  const rhythms = ONE_OF.flatMap((ids) => likeliest(held.filter(({ term }) => ids.includes(term.id))));
  const isRival = ({ term }: Claim) => ONE_OF.some((ids) => ids.includes(term.id));
  const one = held.filter((claim) => !isRival(claim) || rhythms.includes(claim));
  const speaksOfDisease = one.some(({ term }) => isOfDisease(term));
  return { said: one.filter(({ term }) => !speaksOfDisease || !NORMAL_IDS.has(term.id)), ruledOut };
}

/** Beside which no tracing is normal. */
function isOfDisease({ id, groups, section }: Term): boolean {
  if (NORMAL_IDS.has(id) || BESIDE_NORMAL.has(id)) return false;
  return groups.includes('diagnostic') || (groups.length === 0 && section !== 'rhythm');
}

function likeliest(rivals: readonly Claim[]): readonly Claim[] {
  return rivals.length === 0 ? [] : [rivals.reduce((a, b) => (b.score.value > a.score.value ? b : a))];
}
