import type { Principal } from '../deliver/index.js';
import { type Answer, type Language, LANGUAGES, type Question, wordedAnswer, type WordedAnswer } from '../explain/index.js';
import type { Rephrasing } from '../line/index.js';
import type { Call } from './audit.js';
import { CommandError } from './command-service.js';
import type { Drawn, SegmentOf, SegmentReads } from './segment-reads.js';

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
    private readonly rephrasing?: Rephrasing,
  ) {}

  /** Rejects with AskedError, CommandError, BusyError. @param isDrawn with its samples on paper */
  async report(principal: Principal, call: Call, given: Given, isDrawn = false): Promise<Drawn> {
    const [language, of, words] = [languageOf(given), segmentOf(given), this.wordsFor(given)];
    const found = await this.segments.report(principal, of, { language, isDrawn }, call);
    if (found === undefined) throw new CommandError('unknown', GONE);
    // Outside of the lane of reads: a language model takes seconds.
    return { ...found, report: (await words?.report(found.report)) ?? found.report };
  }

  /** Rejects with QuestionError too. */
  async ask(principal: Principal, call: Call, given: Given, question: Question): Promise<Answered> {
    const [language, of, words] = [languageOf(given), segmentOf(given), this.wordsFor(given)];
    const answer = await this.segments.ask(principal, of, question, call);
    if (answer === undefined) throw new CommandError('unknown', GONE);
    const draft = wordedAnswer(question, answer, language);
    return { answer, worded: (await words?.answer(draft, language)) ?? draft };
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
