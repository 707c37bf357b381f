import type { Scored } from '../because.js';
import { CRITERIA, judged, placeOf, RANGES } from '../criteria/index.js';
import type { Facts } from '../facts.js';

/** An irregular rhythm by the variation of its RR intervals: far beyond a breathing heart's. */
const IRREGULAR_CV = 0.15;
const REGULAR_CV = 0.1;
const MODEL = 'measurements';

/** Scores of 0 and 1 by measurement alone: what an answer is worth without any model. The codes are those that a model was asked of. */
export function measuredOnly(facts: Facts): Facts {
  const there = new Set(measuredTerms(facts));
  const scores = facts.scores.map(({ id }): Scored => ({ kind: 'score', id, value: there.has(id) ? 1 : 0, threshold: 0.5, evidence: 'rule', model: MODEL }));
  return { ...facts, scores };
}

function measuredTerms({ outcome: { measurements, kinds = [], association: patient } }: Facts): readonly string[] {
  const { rrCv = 0, heartRateBpm } = measurements;
  const rate = heartRateBpm === undefined ? undefined : placeOf(heartRateBpm, RANGES[0].normal(undefined));
  const rhythm = rrCv > IRREGULAR_CV ? 'AFIB' : rate === 'below' ? 'SBRAD' : rate === 'above' ? 'STACH' : rrCv > REGULAR_CV ? 'SARRH' : 'SR';
  const criteria = CRITERIA.filter((criterion) => judged(criterion, { measurements, patient })?.met === true).flatMap(({ bears }) => bears.slice(0, 1));
  const has = (kind: string): boolean => kinds.some((one) => one.kind === kind);
  return [rhythm, ...criteria, ...(has('V') ? ['PVC'] : []), ...(has('S') ? ['PAC'] : []), ...(criteria.length === 0 ? ['NORM'] : [])];
}
