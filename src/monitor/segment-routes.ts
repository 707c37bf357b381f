import type { IncomingMessage, ServerResponse } from 'node:http';
import { reply } from '../adapters/http/index.js';
import { type Paper, PaperError, type PdfThread } from '../adapters/pdf/index.js';
import { isoTime } from '../ecg/index.js';
import { type Answer, answerText, neighboursHtml, neighboursText, neighboursWorded, parsedQuestion, type Question, QuestionError, questionSchema, reportHtml, reportText, type WordedAnswer } from '../explain/index.js';
import type { ApiRoutes } from './api.js';
import { AskedError, type Drafting, type Drawn, type Given } from './drafting.js';
import type { Gate } from './gate.js';
import { guarded, type Handled, json, queryOf, refuse } from './http.js';
import type { Lanes } from './lanes.js';

const timeText = (ms: number): string => isoTime(ms) ?? '';

/** Nothing is loaded, nothing runs, and no other page frames it. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** An answer as the page has it. */
export interface AnswerView extends Answer {
  readonly question: Question;
  readonly worded: WordedAnswer;
}

type Draw = (paper: Paper) => Promise<Uint8Array>;

/** How a report is written. */
const REPORTS = {
  json: { type: 'application/json', of: ({ report, neighbours }: Drawn) => JSON.stringify({ ...report, neighbours }) },
  text: { type: 'text/plain; charset=utf-8', of: ({ report, neighbours }: Drawn) => `${reportText(report, timeText)}${neighbours === undefined ? '' : `\n${neighboursText(neighbours, report.language)}`}` },
  html: { type: 'text/html; charset=utf-8', of: ({ report, strip, neighbours }: Drawn) => reportHtml(report, strip, timeText, neighbours && neighboursHtml(neighbours, report.language)) },
  pdf: { type: 'application/pdf', of: ({ report, strip, neighbours }: Drawn, draw: Draw) => draw({ report, strip, at: timeText(report.startMs), beneath: neighbours && neighboursWorded(neighbours, report.language) }) },
} as const satisfies Readonly<Record<string, { readonly type: string; readonly of: (drawn: Drawn, draw: Draw) => string | Promise<Uint8Array> }>>;
const ANSWERS = ['json', 'text'] as const;

/** Drafted reports and answers on what raised an alert, or on a bed's segment, to callers who may see it. */
export function segmentRoutes(gate: Gate, drafting: Drafting, { papers }: Pick<Lanes, 'papers'>, pdfs: Pick<PdfThread, 'draw'>): Pick<ApiRoutes, '/report' | '/ask'> {
  const report: Handled = async (request, response, principal, call) => {
    const format = oneOf(Object.keys(REPORTS) as (keyof typeof REPORTS)[], 'format', request);
    const isDrawn = format === 'html' || format === 'pdf';
    const { type, of } = REPORTS[format];
    const drafted = await drafting.report(principal, call, givenIn(request), isDrawn);
    const body = await of(drafted, (paper) => papers.run(principal.who, () => pdfs.draw(paper)));
    drafted.stillAllowed();
    if (isDrawn) response.setHeader('content-security-policy', ALONE);
    reply(response, 200, type, body);
  };
  const ask: Handled = async (request, response, principal, call) => {
    const format = oneOf(ANSWERS, 'format', request);
    const question = questionIn(request);
    const { answer, worded } = await drafting.ask(principal, call, givenIn(request), question);
    if (format === 'text') return reply(response, 200, 'text/plain; charset=utf-8', answerText(answer, worded, timeText));
    json(response, { question, ...answer, worded } satisfies AnswerView);
  };
  return {
    '/report': guarded(gate, 'read', 'http /report', mended(report)),
    '/ask': guarded(gate, 'read', 'http /ask', mended(ask)),
  };
}

/** An invalid request is answered with what is wrong with it. */
function mended(handle: Handled): Handled {
  return async (request, response: ServerResponse, principal, call) => {
    try {
      await handle(request, response, principal, call);
    } catch (error) {
      if (error instanceof QuestionError) return refuse(response, 400, `${error.message}: ${error.hint}`);
      if (error instanceof AskedError) return refuse(response, 400, error.message);
      if (error instanceof PaperError) return refuse(response, 503, error.message);
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

/** Throws AskedError. */
const isAsked = (name: string, request: IncomingMessage): boolean => oneOf(['0', '1'], name, request) === '1';

/** Throws AskedError. */
function givenIn(request: IncomingMessage): Given {
  const query = queryOf(request);
  const of = (name: string): string | undefined => query.get(name) || undefined;
  return { alert: of('alert'), bed: of('bed'), at: of('at'), language: of('lang'), rephrase: isAsked('rephrase', request), neighbours: isAsked('neighbours', request) };
}

/** In words, or by its parts; lists are separated by commas. Throws QuestionError, AskedError. */
function questionIn(request: IncomingMessage): Question {
  const query = queryOf(request);
  if (!query.has('type')) return parsedQuestion(query.get('question') ?? '');
  const listOf = (name: string): readonly string[] | undefined => query.get(name)?.split(',').map((one) => one.trim()).filter((one) => one !== '');
  const parsed = questionSchema.safeParse({ type: query.get('type'), attribute: query.get('attribute'), target: listOf('target') ?? [], options: listOf('options') });
  if (!parsed.success) throw new AskedError(`${parsed.error.issues[0].path[0]?.toString() ?? 'question'}: ${parsed.error.issues[0].message}`);
  return parsed.data;
}
