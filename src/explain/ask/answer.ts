import { type Because, measured } from '../because.js';
import { claimsOf } from '../claims.js';
import type { Facts } from '../facts.js';
import { hasReached, segmentOf } from '../say/claimed.js';
import { type Group, GROUPS, type Term, termOf } from '../terms/index.js';
import { allThere, type AskedFacts, type Found, foundOf, isGained, isThere, likelihood, unsure } from './asked.js';
import { axisOf, featuresAt, hasExtra, isAxis, isNoisy, leadsWith, type Named, noisesIn, placeIn } from './measured.js';
import { type Attribute, DIRECTIONS, EXTRA_SYSTOLES, FEATURES, isLeadName, NO, NOISES, NONE, NOT_SURE, PLACES, type Question, QuestionError, STAGES, YES } from './question.js';

/** What is answered, and why: of one segment, or of two. */
export interface Answer {
  /** Codes as asked, or one of `yes`, `no`, `not sure`, `none`. */
  readonly answers: readonly string[];
  /** That it is right as a whole: 0 to 1. */
  readonly confidence: number;
  readonly because: readonly Because[];
  /** Where the tracing is from, and when it began. */
  readonly device: string;
  readonly startMs: number;
  /** One of the tracings is nobody's. */
  readonly simulated: boolean;
}

type Given = Pick<Answer, 'answers' | 'confidence' | 'because'>;

/** Of lists by measurement. */
const LISTED_CONFIDENCE = 0.7;

/** Throws QuestionError where something is asked of that is not known, or where a comparison lacks its earlier tracing. */
export function answerOf(question: Question, now: AskedFacts, earlier?: AskedFacts): Answer {
  const { device, startMs, demo } = now.asked.outcome;
  const given = givenOf(question, now, earlier);
  // What several parts of an answer rest on is said once.
  const because = [...new Map(given.because.map((one) => [JSON.stringify(one), one])).values()];
  return { ...given, because, device, startMs, simulated: demo || earlier?.asked.outcome.demo === true };
}

function givenOf(question: Question, now: AskedFacts, earlier?: AskedFacts): Given {
  switch (question.type) {
    case 'verify':
      return single(verified(question.attribute, question.target, now));
    case 'choose':
      return chosen(question, now);
    case 'query':
      return listed(queried(question, now));
    case 'compare-verify':
      return single(comparedVerify(question, now, needed(earlier)));
    case 'compare-query':
      return listed(comparedQuery(question, now, needed(earlier)));
  }
}

function needed(earlier: AskedFacts | undefined): AskedFacts {
  if (earlier === undefined) throw new QuestionError('there is no earlier tracing to compare with', 'give one of the same patient');
  return earlier;
}

const single = ({ answer, confidence, because }: Found): Given => ({ answers: [answer], confidence, because });

interface Listed extends Named {
  readonly confidence: number;
  /** Nothing is known at all: not sure, instead of none. */
  readonly isUnknown?: boolean;
}

function listed({ answers, because, confidence, isUnknown }: Listed): Given {
  if (isUnknown === true) return { answers: [NOT_SURE], confidence: 0.5, because };
  return { answers: answers.length === 0 ? [NONE] : answers, confidence, because };
}

function verified(attribute: Attribute, target: readonly string[], facts: AskedFacts): Found {
  const words = target.filter((word) => !isLeadName(word));
  if (words.length === 0) throw new QuestionError('the question names nothing to verify', 'name at least one statement, or a word of the attribute, as its target');
  return allThere(words.map((word) => verifiedWord(attribute, word, target.filter(isLeadName), facts)));
}

function verifiedWord(attribute: Attribute, word: string, leads: readonly string[], facts: AskedFacts): Found {
  switch (attribute) {
    case 'scp':
      return isThere(word, facts);
    case 'axis':
      return isAxis(word, facts);
    case 'noise':
      return word === 'noise' ? anyOf(NOISES.map((noise) => isNoisy(noise, leads, facts))) : isNoisy(known(word, NOISES, 'noise'), leads, facts);
    case 'extra-systole':
      return hasExtra(word === 'extra-systole' ? 'ES' : known(word, EXTRA_SYSTOLES, 'extra systole'), facts);
    case 'stage': {
      const stage = known(word, STAGES, 'stage of infarction');
      const { answers, because, isUnknown } = stageOf(facts);
      return isUnknown ? unsure(because) : foundOf(answers.includes(stage), because);
    }
    case 'numeric': {
      const [feature, place] = word.split(':');
      const asked = known(place ?? '', PLACES, 'place of a number');
      const at = placeIn(known(feature, FEATURES, 'numeric feature'), facts);
      return at.place === undefined ? unsure(at.because) : foundOf(at.place === asked, at.because);
    }
  }
}

const anyOf = (found: readonly Found[]): Found => found.find(({ answer }) => answer === YES) ?? found[0];

function known<Word extends string>(word: string, words: readonly Word[], what: string): Word {
  const found = words.find((one) => one === word);
  if (found === undefined) throw new QuestionError(`${JSON.stringify(word)} is no ${what}`, `one of: ${words.join(', ')}`);
  return found;
}

/** Of options one has to be likelier than not, and a second one more so. Chosen on fold 8 (docs/explain.md). */
const CHOSEN_FROM = 0.55;
const SECOND_FROM = 0.8;

/** Those of the options that are there; none, where none is. */
function chosen({ attribute, target, options }: Question, facts: AskedFacts): Given {
  const words = [...new Set(options ?? target)];
  if (words.length < 2) throw new QuestionError('there is nothing to choose from', 'name at least two options');
  const each = words.map((word) => ({ word, found: verified(attribute, [word, ...(options === undefined ? [] : target.filter(isLeadName))], facts) }));
  const because = each.flatMap(({ found }) => found.because);
  const chance = ({ answer, confidence }: Found): number => (answer === NO ? 1 - confidence : confidence);
  const most = Math.max(...each.map(({ found }) => chance(found)));
  const there = each.filter(({ found }) => chance(found) >= (chance(found) === most ? CHOSEN_FROM : SECOND_FROM));
  // None of them: only where something is known of each.
  if (there.length === 0 && (each.some(({ found }) => isUnasked(found)) || each.every(({ found }) => found.answer === NOT_SURE))) return { answers: [NOT_SURE], confidence: 0.5, because };
  const confidence = each.reduce((product, { found }) => product * found.confidence, 1);
  return { answers: there.length === 0 ? [NONE] : there.map(({ word }) => word), confidence, because };
}

/** No score speaks of it: that it is as likely as not is not known either. */
const isUnasked = ({ answer, because }: Found): boolean => answer === NOT_SURE && !because.some(({ kind }) => kind === 'score');

function queried({ attribute, target }: Question, facts: AskedFacts): Listed {
  const leads = target.filter(isLeadName);
  const [word = attribute] = target.filter((one) => !isLeadName(one));
  const sure = (named: Named): Listed => ({ ...named, confidence: LISTED_CONFIDENCE });
  switch (attribute) {
    case 'scp':
      return statementsIn(known(word, GROUPS, 'group of statements'), facts);
    case 'axis': {
      const axis = axisOf(facts);
      return { ...sure(axis), isUnknown: axis.answers.length === 0 };
    }
    case 'noise': {
      if (word === 'noise') return sure(noisesIn(leads, facts));
      const noise = known(word, NOISES, 'noise');
      return sure({ answers: leadsWith(noise, facts), because: isNoisy(noise, [], facts).because });
    }
    case 'extra-systole': {
      // A list: by the thresholds of lists.
      const each = EXTRA_SYSTOLES.filter((kind) => kind !== 'ES').map((kind) => ({ kind, found: hasExtra(kind, { ...facts, asked: facts.listed }) }));
      const there = each.filter(({ found }) => found.answer === YES).map(({ kind }) => kind);
      const isUnknown = there.length === 0 && (each.some(({ found }) => isUnasked(found)) || each.every(({ found }) => found.answer === NOT_SURE));
      return { answers: there, because: each.flatMap(({ found }) => found.because), confidence: each.reduce((product, { found }) => product * found.confidence, 1), isUnknown };
    }
    case 'stage':
      return { ...stageOf(facts), confidence: LISTED_CONFIDENCE };
    case 'numeric': {
      const place = PLACES.find((one) => one === word);
      if (place !== undefined) return { ...featuresAt(place, facts), confidence: LISTED_CONFIDENCE };
      const at = placeIn(known(word, FEATURES, 'numeric feature'), facts);
      return { answers: at.place === undefined ? [] : [at.place], because: at.because, confidence: LISTED_CONFIDENCE, isUnknown: at.place === undefined };
    }
  }
}

/** What is said of a group, by the thresholds of lists. */
function statementsIn(group: Group, { listed: facts, relatedTo }: AskedFacts): Listed {
  // Findings of the catalogue are in PTB-XL's groups where no statement was asked: beside statements they would be said twice.
  const areFindings = facts.scores.every(({ id }) => termOf(id)?.groups.length === 0);
  const isIn = (term: Term | undefined): boolean => term !== undefined && (areFindings ? groupsOfFinding(term, relatedTo) : term.groups).includes(group);
  const own = facts.scores.filter(({ id }) => isIn(termOf(id)));
  if (facts.outcome.grade === 'unusable' || own.length === 0) return { answers: [], because: [segmentOf(facts)], confidence: 0.5, isUnknown: true };
  const said = claimsOf(facts).said.filter(({ term }) => isIn(term));
  const confidence = own.reduce((product, score) => product * Math.max(likelihood(score), 1 - likelihood(score)), 1);
  // Of a group the catalogue has some findings: that none of these is there does not say that nothing is.
  const isUnknown = said.length === 0 && areFindings;
  const { heartRateBpm } = facts.outcome.measurements;
  const rate = isUnknown && group === 'rhythm' && heartRateBpm !== undefined ? [measured('heartRateBpm', heartRateBpm, '/min')] : [];
  return { answers: said.map(({ term }) => term.id), because: [...(said.length === 0 ? own : said.map(({ score }) => score)), ...rate, segmentOf(facts)], confidence, isUnknown };
}

/** Those of its codes; of a finding without a code by what it is of. */
function groupsOfFinding({ id, section }: Term, relatedTo: AskedFacts['relatedTo']): readonly Group[] {
  const groups = relatedTo(id)?.flatMap((code) => termOf(code)?.groups ?? []) ?? [];
  return groups.length > 0 ? groups : [section === 'rhythm' ? 'rhythm' : 'diagnostic'];
}

/** The ST of two neighbouring leads is up: the first stage. Else the age of an infarction is not known from one tracing; without one there is no stage. */
function stageOf(facts: AskedFacts): Named & { readonly isUnknown: boolean } {
  const infarctions = claimsOf(facts.listed).said.filter(({ term }) => isInfarction(term));
  const because: Because[] = [...infarctions.map(({ score }) => score), segmentOf(facts.asked)];
  // Nobody was asked of an infarction: that there is none is not known.
  const isUnknown = facts.listed.outcome.grade === 'unusable' || !facts.listed.scores.some(isInfarction);
  if (infarctions.length === 0) return { answers: [], because, isUnknown };
  const isAcute = facts.asked.rules.find(({ id, holds }) => id === 'rule-st-elevation' && holds);
  return isAcute === undefined ? { answers: ['unknown'], because, isUnknown } : { answers: ['Stadium I'], because: [isAcute, ...because], isUnknown };
}

const isInfarction = ({ id }: { readonly id: string }): boolean => /MI$|-myocardial-infarction$/.test(id);

/** What one tracing has and the other has not. */
function comparedVerify({ attribute, target }: Question, now: AskedFacts, earlier: AskedFacts): Found {
  const { lost, words } = directed(target);
  const [there, gone] = lost ? [earlier, now] : [now, earlier];
  if (attribute === 'scp' && words.length > 0) return allThere(words.map((word) => isGained(word, there, gone)));
  const [one, other] = [verified(attribute, words, there), verified(attribute, words, gone)];
  const because = [...one.because, ...other.because];
  if (one.answer === NOT_SURE || other.answer === NOT_SURE) return unsure(because);
  return foundOf(one.answer === YES && other.answer === NO, because, one.confidence * other.confidence);
}

function comparedQuery({ attribute, target }: Question, now: AskedFacts, earlier: AskedFacts): Listed {
  const { lost, words } = directed(target);
  const question = (facts: AskedFacts) => queried({ type: 'query', attribute, target: words }, facts);
  const [there, gone] = lost ? [question(earlier), question(now)] : [question(now), question(earlier)];
  const moved = there.answers.filter((word) => !gone.answers.includes(word));
  const sure = attribute === 'scp' ? moved.filter((word) => !isLeftOpen(word, (lost ? now : earlier).listed)) : moved;
  return {
    answers: sure,
    because: attribute === 'scp' && moved.length > 0 ? [...[now, earlier].flatMap(({ listed: { scores } }) => scores.filter(({ id }) => moved.includes(id))), segmentOf(now.listed), segmentOf(earlier.listed)] : [...there.because, ...gone.because],
    confidence: Math.min(there.confidence, gone.confidence),
    isUnknown: there.isUnknown === true || gone.isUnknown === true || (sure.length === 0 && moved.length > 0),
  };
}

/** Not asked of the other tracing, or at its threshold there and ruled out, or given way to a rival: it has neither come nor gone. */
function isLeftOpen(id: string, { scores }: Facts): boolean {
  const score = scores.find((one) => one.id === id);
  return score === undefined || hasReached(score);
}

/** Gained, where nothing else is said. */
function directed(target: readonly string[]): { readonly lost: boolean; readonly words: readonly string[] } {
  return { lost: target.includes('lost'), words: target.filter((word) => !(DIRECTIONS as readonly string[]).includes(word)) };
}
