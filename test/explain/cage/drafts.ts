import fc from 'fast-check';
import { type Drafted, type Language, LANGUAGES, reportOf } from '../../../src/explain/index.js';
import { anyFacts } from '../facts.js';

/** A sentence of a report, in its language. */
export interface Draft extends Drafted {
  readonly language: Language;
}

/** Sentences of reports over seeded facts, with and without an earlier tracing, each once. */
export function draftsOf(reports: number, seed: number): readonly Draft[] {
  const facts = fc.sample(anyFacts, { numRuns: 2 * reports, seed });
  const all = Array.from({ length: reports }, (_, i) => i).flatMap((i) =>
    LANGUAGES.flatMap((language) => reportOf({ now: facts[2 * i], ...(i % 2 === 0 && { earlier: facts[2 * i + 1] }) }, language).sections.flatMap(({ sentences }) => sentences.map(({ id, text }): Draft => ({ id, text, language })))),
  );
  return [...new Map(all.map((draft) => [`${draft.language} ${draft.text}`, draft])).values()];
}
