import type { Principal } from '../deliver/index.js';
import { type Because, type NeighboursView, parsedQuestion, sourceText, type Wording } from '../explain/index.js';
import type { AskRequest, AskResponse, Because as BecauseMessage, Neighbours, ReportRequest, ReportResponse, SegmentOf, Wording as WordingMessage } from '../wire/gen/ecg/v1/explain.js';
import type { Call } from './audit.js';
import type { Drafting, Given } from './drafting.js';

export interface ExplainHandlers {
  report(request: ReportRequest, principal: Principal, call: Call): Promise<ReportResponse>;
  ask(request: AskRequest, principal: Principal, call: Call): Promise<AskResponse>;
}

/** ExplainService: what HTTP has at /report and /ask, as messages. */
export function explainHandlers(drafting: Drafting): ExplainHandlers {
  return {
    async report({ of, language, rephrase, neighbours: asked }, principal, call) {
      const { report, neighbours } = await drafting.report(principal, call, givenOf(of, language, rephrase, asked));
      const sections = report.sections.map(({ id, title, sentences }) => ({ id, title, sentences: sentences.map(({ id: template, term = '', text, because, draft = '' }) => ({ id: template, term, text, draft, because: because.map(becauseMessage) })) }));
      const { notice, segment, device, startMs, model, simulated, terms, line, wording } = report;
      return { notice, segment, device, startMs: Math.round(startMs), model, simulated, terms: [...terms], line, sections, wording: wordingMessage(wording), neighbours: neighbours && neighboursMessage(neighbours) };
    },
    async ask({ of, question, language, rephrase }, principal, call) {
      const { answer, worded } = await drafting.ask(principal, call, givenOf(of, language, rephrase, false), parsedQuestion(question));
      const { answers, confidence, because, device, startMs, simulated } = answer;
      return { notice: worded.notice, understood: worded.understood, answers: [...answers], confidence, answer: worded.answer, reasons: [...worded.reasons], because: because.map(becauseMessage), device, startMs: Math.round(startMs), simulated, draft: worded.draft ?? '', wording: wordingMessage(worded.wording) };
    },
  };
}

/** On the wire a text that is not given is empty. */
const said = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const givenOf = (of: SegmentOf | undefined, language: string, rephrase: boolean, neighbours: boolean): Given => ({ alert: said(of?.alertId), bed: said(of?.bed), at: said(of?.at), language: said(language), rephrase, neighbours });

const EMPTY: BecauseMessage = { kind: '', id: '', lead: '', value: undefined, unit: '', threshold: undefined, evidence: '', model: '', holds: undefined, citation: '', limits: {} };
const becauseMessage = (one: Because): BecauseMessage => ({ ...EMPTY, ...one, ...('limits' in one && { limits: { ...one.limits } }) });

const wordingMessage = (wording: Wording | undefined): WordingMessage | undefined => wording && { ...wording, refused: { ...wording.refused }, failed: wording.failed ?? '' };

const neighboursMessage = ({ source, model = '', isSufficient, similarity = 0, floor = 0, why, neighbours }: NeighboursView): Neighbours => ({
  ...{ source: sourceText(source), model, sufficient: isSufficient, similarity, floor, why: why ?? '' },
  neighbours: neighbours.map((one) => ({ id: one.id, similarity: one.similarity, statements: [...one.statements], report: one.report ?? '' })),
});
