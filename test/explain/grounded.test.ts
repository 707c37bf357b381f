/** Nothing is said that the facts do not carry, whatever they are; and who says more is caught. Invariants: I120, I121 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimsOf, groundingOf, LANGUAGES, type Report, reportOf, TERMS, unmeasured } from '../../src/explain/index.js';
import { anyFacts, factsWith, score } from './facts.js';

const sentencesOf = ({ sections }: Report) => sections.flatMap(({ sentences }) => sentences);

describe('whatever the facts', () => {
  test('every sentence has its reasons, down to the samples; every number and every name is one of them, and is the segment’s', () => {
    fc.assert(
      fc.property(anyFacts, fc.option(anyFacts, { nil: undefined }), fc.constantFrom(...LANGUAGES), (now, earlier, language) => {
        const report = reportOf({ now, earlier }, language);
        for (const { because, text } of sentencesOf(report)) {
          expect(because.some(({ kind }) => kind === 'segment'), text).toBe(true);
          expect(text).not.toMatch(/undefined|NaN|[{}]/);
        }
        expect(groundingOf(report).ungrounded).toEqual([]);
        expect(unmeasured(report, now)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('what is claimed has reached its threshold, is said once, and is not ruled out; of an unusable signal nothing is claimed', () => {
    fc.assert(
      fc.property(anyFacts, (now) => {
        const report = reportOf({ now }, 'en');
        const out = new Set(now.ruledOut.map(({ term }) => term));
        for (const term of report.terms) {
          const { value, threshold } = now.scores.find(({ id }) => id === term)!;
          expect(value).toBeGreaterThanOrEqual(threshold);
          expect(out.has(term)).toBe(false);
          expect(sentencesOf(report).filter((sentence) => sentence.term === term)).toHaveLength(1);
        }
        if (now.outcome.grade === 'unusable') expect([report.terms, report.line]).toEqual([[], '']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a text that says more is caught', () => {
  const now = factsWith([score('SR', 0.97), score('IMI', 0.81), score('AFIB', 0.02)], { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 61, prMs: 190, qrsMs: 116, axisDeg: -19 } });
  const lie = (language: 'en' | 'de', change: (text: string) => string) => {
    const report = reportOf({ now }, language);
    return { ...report, sections: report.sections.map((section) => ({ ...section, sentences: section.sentences.map((sentence) => ({ ...sentence, text: change(sentence.text) })) })) };
  };

  test.each([
    ['another number', 'en', (text: string) => text.replace('PR interval 190', 'PR interval 210'), 'number'],
    ['a decimal moved', 'en', (text: string) => text.replace('score 0.81', 'score 8.1'), 'number'],
    ['a sign lost', 'en', (text: string) => text.replace('−19', '19'), 'number'],
    ['a finding more', 'en', (text: string) => text.replace('Inferior myocardial infarction', 'Inferior myocardial infarction and atrial flutter').replace('atrial flutter', 'Atrial flutter'), 'finding'],
    ['another wall', 'en', (text: string) => text.replace('Inferior myocardial', 'Anterior myocardial'), 'finding'],
    ['a finding of the scores that was not reached, in a sentence of another', 'de', (text: string) => text.replace('Inferiorer Myokardinfarkt', 'Vorhofflimmern'), 'finding'],
    ['a German decimal', 'de', (text: string) => text.replace('0,81', '0,91'), 'number'],
  ] as const)('%s', (_, language, change, kind) => {
    const report = lie(language, change);
    expect(report).not.toEqual(reportOf({ now }, language));
    expect(groundingOf(report).ungrounded.map((one) => one.kind)).toContain(kind);
  });

  test('a measurement that is not the segment’s is caught too', () => {
    const report = reportOf({ now }, 'en');
    expect(unmeasured(report, factsWith(now.scores, { measurements: { ...now.outcome.measurements, prMs: 191 } }))).toHaveLength(1);
    expect(unmeasured(report, factsWith([], { measurements: now.outcome.measurements })).length).toBeGreaterThan(1);
  });
});

describe('what is claimed', () => {
  const said = (...scores: Parameters<typeof score>[]) => claimsOf(factsWith(scores.map((one) => score(...one)))).said.map(({ term }) => term.id);

  test('of rhythms that exclude each other the likeliest', () => expect(said(['SR', 0.6], ['AFIB', 0.7], ['PVC', 0.9])).toEqual(['PVC', 'AFIB']));
  test('no tracing is normal beside a disease; beside an incomplete right bundle branch block it may be', () => {
    expect(said(['NORM', 0.9], ['LVH', 0.6])).toEqual(['LVH']);
    expect(said(['NORM', 0.9], ['IRBBB', 0.6])).toEqual(['IRBBB', 'NORM']);
    expect(said(['NORM', 0.9], ['LVH', 0.4])).toEqual(['NORM']);
  });
  test('of walls that contain each other the likeliest, of a complete and an incomplete block the one that the width speaks for', () => {
    expect(said(['IMI', 0.6], ['ILMI', 0.7], ['ASMI', 0.6])).toEqual(['ASMI', 'ILMI']);
    const blocks = (qrsMs?: number) => claimsOf(factsWith([score('CRBBB', 0.6), score('IRBBB', 0.7)], { measurements: { beats: [], voltages: [], st: [], qrsMs } })).said.map(({ term }) => term.id);
    expect([blocks(129), blocks(112), blocks()]).toEqual([['CRBBB'], ['IRBBB'], ['IRBBB']]);
  });
  test('an unknown id is not said', () => expect(said(['no-such-thing', 0.9])).toEqual([]));
  test('the terms have one id each, and names in both languages', () => {
    expect(new Set(TERMS.map(({ id }) => id)).size).toBe(TERMS.length);
    for (const { id, name } of TERMS) expect([id, name.en.length > 3, name.de.length > 3]).toEqual([id, true, true]);
  });
});
