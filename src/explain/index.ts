/** Facts of one segment → statements → sentences, each with what lets it be said. Criteria, terms and templates are data. Pure. */
export * from './ask/index.js';
export { type Because, type ByRule, type Scored } from './because.js';
export { type Claim, type Claims, claimsOf } from './claims.js';
export type { Facts, RuledOut } from './facts.js';
export { type Grounding, groundingOf, type Ungrounded, unmeasured } from './grounded.js';
export * from './neighbours/index.js';
export { type Report, type Reported, reportOf, type Section, type Sentence } from './report.js';
export { answerText, type WordedAnswer, wordedAnswer } from './render/answer.js';
export { reportHtml } from './render/html.js';
export { neighboursHtml, neighboursText } from './render/neighbours.js';
export { becauseText, reportText } from './render/text.js';
export { columnScoresOf, findingScoresOf, type ScoreBasis } from './scores.js';
export { type Group, GROUPS, SAME_FINDING, type Term, termOf, TERMS } from './terms/index.js';
export { MM_PER_MV, MM_PER_S, type Strip, stripOf } from './strip.js';
export { noStripText } from './templates.js';
export { type Language, LANGUAGES } from './text.js';
export { isChild } from './criteria/index.js';
