import type { Because } from './because.js';
import { type Claim, claimsOf, isMute, isProven } from './claims.js';
import type { Facts } from './facts.js';
import { lineOf } from './line.js';
import { axis } from './say/axis.js';
import { criteriaIn, foundIn, segmentOf } from './say/claimed.js';
import { comparison } from './say/comparison.js';
import { intervals } from './say/intervals.js';
import { ischaemia } from './say/ischaemia.js';
import { limits } from './say/limits.js';
import { quality } from './say/quality.js';
import { rhythm } from './say/rhythm.js';
import { SECTION_IDS, type SectionId, SECTIONS } from './sections.js';
import type { Statement } from './statement.js';
import { filled, noticeOf } from './templates.js';
import type { Language } from './text.js';
import type { Wording } from './wording.js';

/** A sentence, and all that lets it be said. */
export interface Sentence {
  /** The template that it was made from. */
  readonly id: string;
  /** The term, or the rule, that it claims of this segment; undefined: it claims none. */
  readonly term?: string;
  readonly text: string;
  readonly because: readonly Because[];
  /** What was drafted, where a language model has worded the text. */
  readonly draft?: string;
}

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** A drafted report of one segment. */
export interface Report {
  readonly language: Language;
  readonly segment: string;
  readonly device: string;
  readonly startMs: number;
  /** Name and version; empty: none has scored it. */
  readonly model: string;
  readonly simulated: boolean;
  /** Terms that are said, in the order of their table. */
  readonly terms: readonly string[];
  /** What it is not, and who worded it: stands above everything else. */
  readonly notice: string;
  /** In one line, as carts print it: without what is unproven. */
  readonly line: string;
  readonly sections: readonly Section[];
  /** Undefined: no language model has a part in it. */
  readonly wording?: Wording;
}

/** The segment that is reported, and an earlier one of the same patient. */
export interface Reported {
  readonly now: Facts;
  readonly earlier?: Facts;
}

/** Facts → statements → sentences. Nothing is said that the facts do not carry. */
export function reportOf({ now, earlier }: Reported, language: Language): Report {
  const claims = claimsOf(now);
  const statements = isMute(now) ? muteStatements(now) : statementsOf(claims.said, now, earlier);
  const all = [...statements, ...quality(now), ...limits(claims, now)];
  const { outcome } = now;
  return {
    language,
    segment: outcome.id,
    device: outcome.device,
    startMs: outcome.startMs,
    model: now.scores[0]?.model ?? '',
    simulated: outcome.demo,
    terms: claims.said.map(({ term }) => term.id),
    notice: noticeOf(outcome.demo, language),
    line: isMute(now) ? '' : lineOf(claims.said.filter(isProven), outcome, language),
    sections: SECTION_IDS.map((id) => ({ id, title: SECTIONS[id][language], sentences: all.filter(({ section }) => section === id).map((statement) => sentenceOf(statement, language)) })).filter(({ sentences }) => sentences.length > 0),
  };
}

function statementsOf(claims: readonly Claim[], now: Facts, earlier: Facts | undefined): readonly Statement[] {
  const plain = (section: SectionId): readonly Statement[] => [...foundIn(section, claims, now), ...criteriaIn(section, claims, now)];
  return [...rhythm(claims, now), ...intervals(now), ...axis(now), ...plain('conduction'), ...plain('hypertrophy'), ...ischaemia(claims, now), ...plain('structural'), ...comparison(claims, now, earlier)];
}

function muteStatements(now: Facts): readonly Statement[] {
  return [{ section: 'rhythm', template: 'mute', values: {}, because: [{ kind: 'signal', id: now.outcome.grade }, segmentOf(now)] }];
}

function sentenceOf({ template, term, values, because }: Statement, language: Language): Sentence {
  return { id: template, ...(term !== undefined && { term }), text: filled(template, values, language), because };
}
