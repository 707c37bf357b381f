import type { Because, OfSegment, Scored } from '../because.js';
import type { Claim } from '../claims.js';
import { CRITERIA, judged, RULES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import { MARKS } from '../marks.js';
import type { SectionId } from '../sections.js';
import type { Statement } from '../statement.js';
import { termOf } from '../terms/index.js';
import type { Text } from '../text.js';
import { num, type Value, unitOf, words } from '../value.js';

export const segmentOf = ({ outcome }: Facts): OfSegment => ({ kind: 'segment', id: outcome.id });

/** Digits of a score in a text. */
export const SCORE_DIGITS = 2;

/** What every sentence on a score says of it. */
export const scoreValues = ({ term, score }: Claim): Readonly<Record<string, Value>> => ({ term: words(term.name), score: num(score.value, SCORE_DIGITS), threshold: num(score.threshold, SCORE_DIGITS), mark: words(MARKS[score.evidence]) });

/** Claims of a section: each with its score, and the criteria of guidelines that are met beside it. */
export function claimedIn(section: SectionId, claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const said = idsOf(claims);
  return claims.filter(({ term }) => term.section === section).map((claim): Statement => {
    const { term, score } = claim;
    return { section, template: 'claimed', term: term.id, values: scoreValues(claim), because: [score, ...criteriaOf(term.id, said, facts), segmentOf(facts)] };
  });
}

/** Claims and rules of a section; where there are none, why: nobody was asked, nothing reached its threshold, or what did is ruled out. */
export function foundIn(section: SectionId, claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const found = [...claimedIn(section, claims, facts), ...rulesIn(section, facts)];
  if (found.length > 0) return found;
  const asked = facts.scores.filter(({ id }) => termOf(id)?.section === section);
  const template = asked.length === 0 ? 'notAsked' : asked.some(hasReached) ? 'noneLeft' : 'nothing';
  return [{ section, template, values: {}, because: [...asked, segmentOf(facts)] }];
}

export const hasReached = ({ value, threshold }: Scored): boolean => value >= threshold;

export const idsOf = (claims: readonly Claim[]): ReadonlySet<string> => new Set(claims.map(({ term }) => term.id));

/** Criteria of a term that are met: their numbers, and where they are from. @param said what is said beside it: some criteria mean nothing then */
export function criteriaOf(term: string, said: ReadonlySet<string>, { outcome: { measurements, association: patient } }: Facts): readonly Because[] {
  return CRITERIA.filter(({ bears }) => bears.includes(term)).flatMap((criterion): readonly Because[] => {
    const found = judged(criterion, { measurements, patient, said });
    return found?.met === true ? [...found.from, { kind: 'criterion', id: criterion.id, citation: criterion.citation, limits: { limit: found.limit } }] : [];
  });
}

export const IS: Readonly<Record<(typeof CRITERIA)[number]['is'], Text>> = {
  'at least': { en: 'at least', de: 'mindestens' },
  over: { en: 'over', de: 'über' },
  below: { en: 'below', de: 'unter' },
};

/** Criteria of a section on what was measured. */
export function criteriaIn(section: SectionId, claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const { measurements, association: patient } = facts.outcome;
  const said = idsOf(claims);
  return CRITERIA.filter((criterion) => criterion.section === section).flatMap((criterion): readonly Statement[] => {
    const found = judged(criterion, { measurements, patient, said });
    if (found === undefined || (!found.met && !criterion.saidWhenNot)) return [];
    return [{
      section,
      template: found.met ? 'met' : 'notMet',
      values: { name: words(criterion.name), value: num(found.value, criterion.digits), unit: unitOf(criterion.unit), is: words(IS[criterion.is]), limit: num(found.limit, criterion.unit === 'mV' ? 1 : 0) },
      because: [{ kind: 'measurement', id: criterion.id, value: found.value, unit: criterion.unit }, ...found.from, { kind: 'criterion', id: criterion.id, citation: criterion.citation, limits: { limit: found.limit } }, segmentOf(facts)],
    }];
  });
}

/** Rules that hold. Of ST elevation the fuller one. */
function rulesIn(section: SectionId, facts: Facts): readonly Statement[] {
  const holding = new Set(facts.rules.filter(({ holds }) => holds).map(({ id }) => id));
  if (holding.has('rule-st-elevation')) holding.delete('rule-st-elevation-alone');
  return RULES.filter((rule) => rule.section === section && holding.has(rule.id)).map(({ id, name, citation }): Statement => ({
    section,
    template: 'byRule',
    term: id,
    values: { rule: words(name) },
    because: [{ kind: 'rule', id, holds: true }, { kind: 'criterion', id, citation, limits: {} }, segmentOf(facts)],
  }));
}
