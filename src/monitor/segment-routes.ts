import type { IncomingMessage, ServerResponse } from 'node:http';
import { reply, type Routes } from '../adapters/http/index.js';
import { isoTime } from '../ecg/index.js';
import { type Answer, answerText, type Language, LANGUAGES, parsedQuestion, type Question, QuestionError, questionSchema, reportHtml, reportText, type WordedAnswer, wordedAnswer } from '../explain/index.js';
import type { Rephrasing } from '../line/index.js';
import type { Gate } from './gate.js';
import { guarded, type Handled, json, queryOf, refuse } from './http.js';
import type { Drawn, SegmentOf, SegmentReads } from './segment-reads.js';

const GONE = 'the segment is not kept any more, or this monitor knows no policy: nothing is said of it';
const timeText = (ms: number): string => isoTime(ms) ?? '';

/** Nothing is loaded, nothing runs, and no other page frames it. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** An answer as the page has it. */
export interface AnswerView extends Answer {
  readonly question: Question;
  readonly worded: WordedAnswer;
}

/** How a report is written. */
const REPORTS = {
  json: { type: 'application/json', of: ({ report }: Drawn) => JSON.stringify(report) },
  text: { type: 'text/plain; charset=utf-8', of: ({ report }: Drawn) => reportText(report, timeText) },
  html: { type: 'text/html; charset=utf-8', of: ({ report, strip }: Drawn) => reportHtml(report, strip, timeText) },
  // Loaded for a PDF only: fonts take time.
  pdf: { type: 'application/pdf', of: async ({ report, strip }: Drawn) => (await import('../adapters/pdf.js')).reportPdf(report, strip, timeText) },
} as const satisfies Readonly<Record<string, { readonly type: string; readonly of: (drawn: Drawn) => string | Promise<Uint8Array> }>>;
const ANSWERS = ['json', 'text'] as const;

/** Drafted reports and answers on what raised an alert, or on a bed's segment, to callers who may see it. @param rephrasing undefined: there is no language model */
export function segmentRoutes(gate: Gate, segments: SegmentReads, rephrasing?: Rephrasing): Routes {
  const report: Handled = async (request, response, principal, call) => {
    const [language, format] = [languageIn(request), oneOf(Object.keys(REPORTS) as (keyof typeof REPORTS)[], 'format', request)];
    const isDrawn = format === 'html' || format === 'pdf';
    const words = wordsFor(request, rephrasing);
    const found = await segments.report(principal, segmentIn(request), { language, isDrawn }, call);
    if (found === undefined) return refuse(response, 404, GONE);
    const { type, of } = REPORTS[format];
    // Outside of the lane of reads: a language model takes seconds.
    const body = await of({ ...found, report: (await words?.report(found.report)) ?? found.report });
    if (isDrawn) response.setHeader('content-security-policy', ALONE);
    reply(response, 200, type, body);
  };
  const ask: Handled = async (request, response, principal, call) => {
    const [language, format] = [languageIn(request), oneOf(ANSWERS, 'format', request)];
    const question = questionIn(request);
    const words = wordsFor(request, rephrasing);
    const found = await segments.ask(principal, segmentIn(request), question, call);
    if (found === undefined) return refuse(response, 404, GONE);
    const draft = wordedAnswer(question, found, language);
    const worded = (await words?.answer(draft, language)) ?? draft;
    if (format === 'text') return reply(response, 200, 'text/plain; charset=utf-8', answerText(found, worded, timeText));
    json(response, { question, ...found, worded } satisfies AnswerView);
  };
  return {
    '/report': guarded(gate, 'read', 'http /report', mended(report)),
    '/ask': guarded(gate, 'read', 'http /ask', mended(ask)),
  };
}

/** What is asked amiss. */
class AskedError extends Error {}

/** What is asked amiss is said to the caller. */
function mended(handle: Handled): Handled {
  return async (request, response: ServerResponse, principal, call) => {
    try {
      await handle(request, response, principal, call);
    } catch (error) {
      if (error instanceof QuestionError) return refuse(response, 400, `${error.message}: ${error.hint}`);
      if (error instanceof AskedError) return refuse(response, 400, error.message);
      throw error;
    }
  };
}

/** The first where nothing is said. Throws AskedError. */
function oneOf<Word extends string>(words: readonly Word[], name: string, request: IncomingMessage): Word {
  const said = queryOf(request).get(name) ?? words[0];
  const word = words.find((one) => one === said);
  if (word === undefined) throw new AskedError(`${name} is one of ${words.join(', ')}`);
  return word;
}

/** Undefined: not asked for. Throws AskedError where nobody is there to word it. */
function wordsFor(request: IncomingMessage, rephrasing: Rephrasing | undefined): Rephrasing | undefined {
  if (oneOf(['0', '1'], 'rephrase', request) === '0') return undefined;
  if (rephrasing === undefined) throw new AskedError('this monitor has no language model: leave out rephrase, or have language.url and language.model configured');
  return rephrasing;
}

const languageIn = (request: IncomingMessage): Language => oneOf(LANGUAGES, 'lang', request);

/** In words, or by its parts; lists are separated by commas. Throws QuestionError, AskedError. */
function questionIn(request: IncomingMessage): Question {
  const query = queryOf(request);
  if (!query.has('type')) return parsedQuestion(query.get('question') ?? '');
  const listOf = (name: string): readonly string[] | undefined => query.get(name)?.split(',').map((one) => one.trim()).filter((one) => one !== '');
  const parsed = questionSchema.safeParse({ type: query.get('type'), attribute: query.get('attribute'), target: listOf('target') ?? [], options: listOf('options') });
  if (!parsed.success) throw new AskedError(`${parsed.error.issues[0].path[0]?.toString() ?? 'question'}: ${parsed.error.issues[0].message}`);
  return parsed.data;
}

/** Without a zone it would be that of the reader. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Throws AskedError. */
function segmentIn(request: IncomingMessage): SegmentOf {
  const query = queryOf(request);
  const [bed, at] = [query.get('bed'), query.get('at')];
  if (bed !== null && query.has('alert')) throw new AskedError('name an alert or a bed, and not both');
  if (bed === null) return { alert: query.get('alert') ?? '' };
  if (at === null) return { bed };
  const atMs = ISO_TIME.test(at) ? Date.parse(at) : NaN;
  if (!Number.isFinite(atMs)) throw new AskedError('at is a time with its zone, as 2026-01-02T03:04:05Z');
  return { bed, atMs };
}
