import type { Principal } from '../deliver/index.js';
import { type Answer, type Language, LANGUAGES, type NeighboursView, type Question, type Report, type Strip, stripOf, wordedAnswer, type WordedAnswer } from '../explain/index.js';
import type { Rephrasing } from '../line/index.js';
import type { Call } from './audit.js';
import { CommandError } from './command-service.js';
import type { NeighbourSearch } from './neighbours.js';
import type { SegmentOf, SegmentReads } from './segment-reads.js';

/** A request that cannot be answered as it is. */
export class AskedError extends Error {
  override readonly name = 'AskedError';
}

/** What a caller gives of a report or a question, over any interface; empty texts count as not given. */
export interface Given {
  readonly alert?: string;
  readonly bed?: string;
  readonly at?: string;
  readonly language?: string;
  readonly rephrase: boolean;
  /** Of a report. */
  readonly neighbours: boolean;
}

/** A report, and what stands beside it. */
export interface Drawn {
  readonly report: Report;
  /** Undefined: its samples are not kept any more, or it was not asked for. */
  readonly strip: Strip | undefined;
  /** Undefined: not asked for. */
  readonly neighbours: NeighboursView | undefined;
  /** To be called after a further wait. Throws CommandError where the caller may not read it any more. */
  readonly stillAllowed: () => void;
}

/** An answer, and its words. */
export interface Answered {
  readonly answer: Answer;
  readonly worded: WordedAnswer;
}

const GONE = 'the segment is not kept any more, or this monitor knows no policy: nothing is said of it';
/** Without a zone it would be that of the reader. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reports and answers for every door alike: the same rights, the same line on the audit, the same refusals, the same words. */
export class Drafting {
  /** @param rephrasing undefined: there is no language model */
  constructor(
    private readonly segments: SegmentReads,
    private readonly search: NeighbourSearch,
    private readonly rephrasing?: Rephrasing,
  ) {}

  /** Rejects with AskedError, CommandError, BusyError. @param isDrawn with its samples on paper */
  async report(principal: Principal, call: Call, given: Given, isDrawn = false): Promise<Drawn> {
    const [language, of, words] = [languageOf(given), segmentOf(given), this.wordsFor(given)];
    const found = await this.segments.report(principal, of, { language, withSamples: isDrawn || given.neighbours }, call);
    if (found === undefined) throw new CommandError('unknown', GONE);
    const { report, outcome, samples } = found;
    // Outside of the lane of reads: models take their time.
    const neighbours = given.neighbours ? await this.search.of(principal.who, outcome, samples) : undefined;
    const worded = (await words?.report(report)) ?? report;
    const stillAllowed = () => this.segments.stillAllowed(principal, of);
    stillAllowed();
    return { report: worded, strip: isDrawn && samples !== undefined ? stripOf(samples) : undefined, neighbours, stillAllowed };
  }

  /** Rejects with QuestionError too. */
  async ask(principal: Principal, call: Call, given: Given, question: Question): Promise<Answered> {
    const [language, of, words] = [languageOf(given), segmentOf(given), this.wordsFor(given)];
    const answer = await this.segments.ask(principal, of, question, call);
    if (answer === undefined) throw new CommandError('unknown', GONE);
    const draft = wordedAnswer(question, answer, language);
    const worded = (await words?.answer(draft, language)) ?? draft;
    this.segments.stillAllowed(principal, of);
    return { answer, worded };
  }

  private wordsFor({ rephrase }: Given): Rephrasing | undefined {
    if (!rephrase) return undefined;
    if (this.rephrasing === undefined) throw new AskedError('this monitor has no language model: leave out rephrase, or have language.url and language.model configured');
    return this.rephrasing;
  }
}

function languageOf({ language = LANGUAGES[0] }: Given): Language {
  const found = LANGUAGES.find((one) => one === language);
  if (found === undefined) throw new AskedError(`lang is one of ${LANGUAGES.join(', ')}`);
  return found;
}

function segmentOf({ alert, bed, at }: Given): SegmentOf {
  if (bed !== undefined && alert !== undefined) throw new AskedError('name an alert or a bed, and not both');
  if (bed === undefined) return { alert: alert ?? '' };
  if (at === undefined) return { bed };
  const atMs = ISO_TIME.test(at) ? Date.parse(at) : NaN;
  if (!Number.isFinite(atMs)) throw new AskedError('at is a time with its zone, as 2026-01-02T03:04:05Z');
  return { bed, atMs };
}
