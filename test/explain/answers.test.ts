/** Answers on one tracing and on two: yes, no, not sure, lists, none, each with its evidence; what cannot be answered says why. Invariants: I124 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, answerOf, type AskedFacts, ATTRIBUTES, likelihood, LANGUAGES, measuredOnly, type Question, QUESTION_TYPES, QuestionError, wordedAnswer } from '../../src/explain/index.js';
import { anyFacts, factsWith, score } from './facts.js';

const RELATED: Readonly<Record<string, readonly string[]>> = { 'inferior-myocardial-infarction': ['IMI', 'ILMI'], 'cardiac-amyloidosis': [], IMI: ['inferior-myocardial-infarction'] };
const relatedTo = (id: string): readonly string[] | undefined => RELATED[id];
type Facts = ReturnType<typeof factsWith>;
const both = (asked: Facts, listed: Facts = asked): AskedFacts => ({ asked, listed, relatedTo });
const ask = (type: Question['type'], attribute: Question['attribute'], target: readonly string[], now: AskedFacts, earlier?: AskedFacts, options?: readonly string[]): Answer => answerOf({ type, attribute, target, ...(options !== undefined && { options }) }, now, earlier);

const measurements = { beats: [], voltages: [], st: [], heartRateBpm: 50, prMs: 240, qrsMs: 98, qtMs: 400, qtcMs: 420, axisDeg: -48 };
const now = both(
  factsWith([score('SR', 0.9, 0.6), score('IMI', 0.3, 0.12), score('ILMI', 0.01, 0.02), score('AFIB', 0.001, 0.07), score('LVH', 0.1, 0.1), score('PVC', 0.7, 0.05), score('CLBBB', 0.5, 0.02)], { measurements }, { ruledOut: [{ term: 'CLBBB', source: 'QRS of 120 ms or more' }] }),
  factsWith([score('SR', 0.9), score('IMI', 0.3), score('ILMI', 0.01), score('AFIB', 0.001), score('LVH', 0.1), score('PVC', 0.7)], { measurements }),
);

describe('verify', () => {
  test.each([
    ['SR', 'yes'], ['AFIB', 'no'], ['IMI', 'yes'], ['LVH', 'not sure'], ['CLBBB', 'no'],
    // By its codes, the likelier of them; and one that no score speaks of.
    ['inferior-myocardial-infarction', 'yes'], ['cardiac-amyloidosis', 'not sure'],
  ])('%s: %s', (code, answer) => {
    const { answers, because } = ask('verify', 'scp', [code], now);
    expect(answers).toEqual([answer]);
    expect(because.some(({ kind }) => kind === 'segment')).toBe(true);
  });

  test('what a measurement rules out names the definition', () => expect(ask('verify', 'scp', ['CLBBB'], now).because).toContainEqual({ kind: 'criterion', id: 'rules-out-CLBBB', citation: 'QRS of 120 ms or more', limits: {} }));
  test('a criterion that is met stands beside the score', () => {
    const low = both(factsWith([score('LVOLT', 0.005, 0.008)], { measurements: { ...measurements, voltages: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'].map((lead) => ({ lead, rMv: 0.3, sMv: -0.1 })) } }));
    const { answers, because } = ask('verify', 'scp', ['LVOLT'], low);
    // It is the definition: the model's no stands against it.
    expect(answers).toEqual(['not sure']);
    expect(because).toContainEqual(expect.objectContaining({ kind: 'criterion', id: 'low-limb-voltage' }));
  });
  test('several are there where all are', () => {
    expect(ask('verify', 'scp', ['SR', 'IMI'], now).answers).toEqual(['yes']);
    expect(ask('verify', 'scp', ['SR', 'AFIB'], now).answers).toEqual(['no']);
  });
  test('of an unusable signal nobody is sure', () => expect(ask('verify', 'scp', ['SR'], both(factsWith([score('SR', 0.99)], { grade: 'unusable' }))).answers).toEqual(['not sure']));

  test.each([
    ['axis', 'ALAD', 'yes'], ['axis', 'left-axis-deviation', 'yes'], ['axis', 'MID', 'no'],
    ['numeric', 'rate:below', 'yes'], ['numeric', 'pr:above', 'yes'], ['numeric', 'rr:above', 'yes'], ['numeric', 'qrs:above', 'no'], ['numeric', 'qtc:within', 'yes'], ['numeric', 'p:within', 'not sure'],
    ['extra-systole', 'VES', 'yes'], ['extra-systole', 'ES', 'yes'], ['stage', 'unknown', 'no'],
  ] as const)('%s %s: %s', (attribute, target, answer) => expect(ask('verify', attribute, [target], now).answers).toEqual([answer]));

  test('noise is of the leads that are asked of', () => {
    const noisy = both(factsWith([], { leads: [{ lead: 'V2', origin: 'measured', reasons: ['baseline-wander'], gaps: [] }, { lead: 'II', origin: 'measured', reasons: [], gaps: [] }] }));
    expect(ask('verify', 'noise', ['baseline_drift', 'V2'], noisy).answers).toEqual(['yes']);
    expect(ask('verify', 'noise', ['baseline_drift', 'II'], noisy).answers).toEqual(['no']);
    expect(ask('verify', 'noise', ['noise'], noisy).answers).toEqual(['yes']);
    expect(ask('query', 'noise', ['baseline_drift'], noisy).answers).toEqual(['V2']);
    expect(ask('query', 'noise', ['noise', 'II'], noisy).answers).toEqual(['none']);
    expect(ask('query', 'noise', ['noise'], noisy).answers).toEqual(['baseline_drift']);
  });
});

describe('choose and query', () => {
  test('of the options those that are there, or none', () => {
    expect(ask('choose', 'scp', ['SR', 'AFIB'], now, undefined, ['SR', 'AFIB']).answers).toEqual(['SR']);
    expect(ask('choose', 'scp', ['SR', 'PVC'], now).answers).toEqual(['SR', 'PVC']);
    // A second one has to be surer.
    expect(ask('choose', 'scp', ['SR', 'IMI'], now).answers).toEqual(['SR']);
    expect(ask('choose', 'scp', ['AFIB', 'IMI'], now).answers).toEqual(['IMI']);
    expect(ask('choose', 'scp', ['AFIB', 'CLBBB'], now).answers).toEqual(['none']);
    expect(ask('choose', 'scp', ['AFIB', 'LVH'], now).answers).toEqual(['none']);
    // Nothing is known of one of them.
    expect(ask('choose', 'scp', ['AFIB', 'cardiac-amyloidosis'], now).answers).toEqual(['not sure']);
    expect(ask('choose', 'scp', ['cardiac-amyloidosis', 'LVH'], now).answers).toEqual(['not sure']);
  });
  test('a list by the thresholds of lists', () => {
    expect(ask('query', 'scp', ['rhythm'], now).answers).toEqual(['SR']);
    expect(ask('query', 'scp', ['diagnostic'], now).answers).toEqual(['none']);
    expect(ask('query', 'scp', ['form'], now).answers).toEqual(['PVC']);
  });
  test('axis, numbers, extra systoles, stage', () => {
    expect(ask('query', 'axis', ['axis'], now).answers).toEqual(['ALAD']);
    expect(ask('query', 'numeric', ['above'], now).answers).toEqual(['rr', 'pr']);
    expect(ask('query', 'numeric', ['pr'], now).answers).toEqual(['above']);
    expect(ask('query', 'numeric', ['p'], now).answers).toEqual(['not sure']);
    expect(ask('query', 'extra-systole', ['extra-systole'], now).answers).toEqual(['VES']);
    expect(ask('query', 'stage', ['stage'], now).answers).toEqual(['none']);
    const infarct = (holds: boolean) => both(factsWith([score('IMI', 0.9)], {}, { rules: [{ kind: 'rule', id: 'rule-st-elevation', holds }] }));
    expect(ask('query', 'stage', ['stage'], infarct(false)).answers).toEqual(['unknown']);
    expect(ask('query', 'stage', ['stage'], infarct(true)).answers).toEqual(['Stadium I']);
  });
});

describe('two tracings', () => {
  const before = both(factsWith([score('SR', 0.01, 0.6), score('AFIB', 0.95, 0.07), score('IMI', 0.31, 0.12)]), factsWith([score('SR', 0.01), score('AFIB', 0.95), score('IMI', 0.31)]));
  test('what was gained, and what was lost', () => {
    expect(ask('compare-verify', 'scp', ['lost', 'AFIB'], now, before).answers).toEqual(['yes']);
    expect(ask('compare-verify', 'scp', ['AFIB'], now, before).answers).toEqual(['no']);
    expect(ask('compare-verify', 'scp', ['gained', 'SR'], now, before).answers).toEqual(['yes']);
    expect(ask('compare-query', 'scp', ['gained', 'rhythm'], now, before).answers).toEqual(['SR']);
    expect(ask('compare-query', 'scp', ['lost', 'rhythm'], now, before).answers).toEqual(['AFIB']);
    expect(ask('compare-query', 'scp', ['lost', 'diagnostic'], now, before).answers).toEqual(['none']);
  });
  test('what was there and is there is gained only where its odds grew', () => {
    const with_ = (value: number) => both(factsWith([score('IMI', value, 0.12)]));
    expect(ask('compare-verify', 'scp', ['gained', 'IMI'], with_(0.6), with_(0.3)).answers).toEqual(['yes']);
    expect(ask('compare-verify', 'scp', ['gained', 'IMI'], with_(0.32), with_(0.3)).answers).toEqual(['no']);
    expect(ask('compare-verify', 'scp', ['gained', 'IMI'], with_(0.3), with_(0.01)).answers).toEqual(['yes']);
    expect(ask('compare-verify', 'scp', ['gained', 'IMI'], with_(0.3), with_(0.12)).answers).toEqual(['not sure']);
  });
  test('an answer names the samples of both', () => {
    const earlier = both(factsWith([score('AFIB', 0.9)], { id: 'bed-1/1/-5000' }));
    expect(ask('compare-verify', 'scp', ['lost', 'AFIB'], now, earlier).because.flatMap((one) => (one.kind === 'segment' ? [one.id] : [])).sort()).toEqual(['bed-1/1/-5000', 'bed-1/1/0']);
  });
});

test.each([
  ['verify', 'scp', ['no-such-code'], 'nothing is known by the name "no-such-code"'],
  ['verify', 'noise', ['thunder'], '"thunder" is no noise'],
  ['verify', 'numeric', ['qrs'], 'is no place of a number'],
  ['verify', 'scp', ['V2'], 'names nothing to verify'],
  ['query', 'scp', ['everything'], '"everything" is no group of statements'],
  ['choose', 'scp', ['SR'], 'nothing to choose from'],
  ['compare-verify', 'scp', ['SR'], 'there is no earlier tracing'],
] as const)('%s %s %j: %s', (type, attribute, target, message) => expect(() => ask(type, attribute, target, now)).toThrow(expect.objectContaining({ name: 'QuestionError', message: expect.stringContaining(message) })));

describe('unknown facts are answered with not sure', () => {
  const all = { measurements: { ...measurements, voltages: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'].map((lead) => ({ lead, rMv: 0.2, sMv: -0.1 })) } };
  const aged = (ageYears: number) => both(factsWith([score('LVOLT', 0.9)], { ...all, association: { knownConditions: [], contextOffset: -1, ageYears } }));

  test('of a child no axis is named and no number judged by adults’ limits: the numbers and the age stand beside “not sure”', () => {
    for (const [type, attribute, target, id] of [['query', 'axis', 'axis', 'axisDeg'], ['verify', 'axis', 'LAD', 'axisDeg'], ['query', 'numeric', 'pr', 'prMs'], ['verify', 'numeric', 'pr:above', 'prMs'], ['query', 'numeric', 'above', 'qtcMs']] as const) {
      const { answers, because } = ask(type, attribute, [target], aged(9));
      expect([target, answers]).toEqual([target, ['not sure']]);
      expect(because).toContainEqual({ kind: 'measurement', id: 'ageYears', value: 9, unit: 'years' });
      expect(because).toContainEqual(expect.objectContaining({ kind: 'measurement', id }));
      expect(because.some(({ kind }) => kind === 'criterion')).toBe(false);
      expect(ask(type, attribute, [target], aged(18)).answers).not.toEqual(['not sure']);
    }
    const criteria = (years: number) => ask('verify', 'scp', ['LVOLT'], aged(years)).because.filter(({ kind }) => kind === 'criterion').length;
    expect([criteria(17), criteria(18)]).toEqual([0, 1]);
  });

  test('of an unusable signal, or where nothing was scored, no list is empty: it is not known', () => {
    for (const facts of [both(factsWith([score('IMI', 0.9), score('PVC', 0.9), score('PAC', 0.9)], { measurements, grade: 'unusable' })), both(factsWith())]) {
      for (const [attribute, target] of [['scp', 'rhythm'], ['axis', 'axis'], ['numeric', 'above'], ['numeric', 'pr'], ['stage', 'stage'], ['extra-systole', 'extra-systole']] as const) {
        expect([target, ask('query', attribute, [target], facts).answers]).toEqual([target, ['not sure']]);
      }
      expect(ask('verify', 'stage', ['unknown'], facts).answers).toEqual(['not sure']);
    }
  });

  test('a left axis within the normal range is no deviation', () => {
    const at = (axisDeg: number) => both(factsWith([], { measurements: { ...measurements, axisDeg } }));
    expect([-19, -31].map((deg) => ask('verify', 'axis', ['left-axis-deviation'], at(deg)).answers)).toEqual([['no'], ['yes']]);
    expect(ask('verify', 'axis', ['LAD'], at(-19)).answers).toEqual(['yes']);
  });

  test('of a lead that is missing nobody knows its noise', () => {
    const facts = both(factsWith([], { leads: [{ lead: 'V6', origin: 'missing', reasons: [], gaps: [] }, { lead: 'II', origin: 'measured', reasons: [], gaps: [] }] }));
    expect(ask('verify', 'noise', ['static_noise', 'V6'], facts)).toMatchObject({ answers: ['not sure'], because: [{ kind: 'signal', id: 'missing', lead: 'V6' }, { kind: 'segment' }] });
    expect(ask('verify', 'noise', ['static_noise', 'II'], facts).answers).toEqual(['no']);
  });

  test('what was not asked, was ruled out or gave way to a rival on the other tracing has neither come nor gone', () => {
    const list = (there: AskedFacts, other: AskedFacts) => ask('compare-query', 'scp', ['gained', 'rhythm'], there, other).answers;
    const flutter = both(factsWith([score('AFLT', 0.9), score('SR', 0.1)]));
    expect(list(flutter, both(factsWith([score('AFLT', 0.1), score('SR', 0.9)])))).toEqual(['AFLT']);
    expect(list(flutter, both(factsWith([score('SR', 0.9)])))).toEqual(['not sure']);
    expect(list(flutter, both(factsWith([score('AFLT', 0.7), score('SR', 0.9)])))).toEqual(['not sure']);
    const wide = { ruledOut: [{ term: 'CLBBB', source: 'QRS of 120 ms or more' }] };
    const [block, ruledOut] = [both(factsWith([score('CLBBB', 0.9)])), both(factsWith([score('CLBBB', 0.9)], {}, wide))];
    expect(ask('compare-verify', 'scp', ['gained', 'CLBBB'], block, ruledOut).answers).toEqual(['not sure']);
    expect(ask('compare-verify', 'scp', ['lost', 'CLBBB'], ruledOut, block).answers).toEqual(['not sure']);
    expect(ask('compare-verify', 'scp', ['gained', 'CLBBB'], block, both(factsWith([score('CLBBB', 0.1)]))).answers).toEqual(['yes']);
  });

  test('a model’s no does not stand against a definition that is met or a rule that holds; a criterion that only speaks for it leaves it', () => {
    const verified = (code: string, over: object, more: object = {}) => ask('verify', 'scp', [code], both(factsWith([score(code, 0.001, 0.05)], over, more))).answers;
    const numbers = (over: object) => ({ measurements: { beats: [], voltages: [], st: [], ...over } });
    expect(verified('1AVB', numbers({ prMs: 230 }))).toEqual(['not sure']);
    expect(verified('1AVB', numbers({ prMs: 180 }))).toEqual(['no']);
    expect(verified('LNGQT', numbers({ qtcMs: 510 }))).toEqual(['not sure']);
    expect(verified('CRBBB', numbers({ qrsMs: 150 }))).toEqual(['no']);
    for (const holds of [true, false]) expect(verified('STE_', {}, { rules: [{ kind: 'rule', id: 'rule-st-elevation-alone', holds }] })).toEqual([holds ? 'not sure' : 'no']);
  });

  test('a tracing of which a disease is said is not called normal', () => {
    const normal = (...more: Parameters<typeof factsWith>[0] & object) => ask('verify', 'scp', ['NORM'], both(factsWith([score('NORM', 0.9), ...more]))).answers;
    expect([normal(), normal(score('IMI', 0.4)), normal(score('IMI', 0.6))]).toEqual([['yes'], ['yes'], ['not sure']]);
  });

  test('beside a pacemaker no rhythm beneath it is ruled out by a score', () => {
    const paced = both(factsWith([score('PACE', 0.9), score('AFIB', 0.01), score('IMI', 0.01)]));
    expect(['AFIB', 'IMI', 'PACE'].map((code) => ask('verify', 'scp', [code], paced).answers)).toEqual([['not sure'], ['no'], ['yes']]);
    expect(ask('verify', 'scp', ['AFIB'], both(factsWith([score('AFIB', 0.01)], { pacing: 'paced' })))).toMatchObject({ answers: ['not sure'], because: [{ kind: 'score' }, { kind: 'signal', id: 'paced' }, { kind: 'segment' }] });
    expect(ask('verify', 'scp', ['AFIB'], both(factsWith([score('AFIB', 0.9), score('PACE', 0.9)]))).answers).toEqual(['yes']);
  });

  test('extra beats that were counted stand beside what no model says, and speak against one that says no', () => {
    const counted = (...scores: Parameters<typeof factsWith>[0] & object) => ask('verify', 'extra-systole', ['VES'], both(factsWith(scores, { kinds: [{ kind: 'N', confidence: 1 }, { kind: 'V', confidence: 1 }] })));
    expect(counted()).toMatchObject({ answers: ['not sure'], confidence: 0.5, because: [{ kind: 'segment' }, { kind: 'measurement', id: 'beats.V', value: 1 }] });
    expect(counted(score('PVC', 0.01)).answers).toEqual(['not sure']);
    expect(counted(score('PVC', 0.9)).answers).toEqual(['yes']);
    expect(ask('verify', 'extra-systole', ['SVES'], both(factsWith([score('PAC', 0.01)], { kinds: [{ kind: 'S', confidence: 1 }] }))).answers).toEqual(['no']);
    expect(ask('verify', 'extra-systole', ['VES'], both(factsWith())).answers).toEqual(['not sure']);
  });

  test('what is new has its scores of both tracings as its evidence, and no other', () => {
    const [now_, then] = [both(factsWith([score('IMI', 0.9), score('LVH', 0.1, 0.5, { evidence: 'none' })])), both(factsWith([score('IMI', 0.1), score('LVH', 0.2, 0.5, { evidence: 'none' })], { id: 'bed-1/1/-5000' }))];
    const question: Question = { type: 'compare-query', attribute: 'scp', target: ['gained', 'diagnostic'] };
    const answer = answerOf(question, now_, then);
    expect(answer.because.map((one) => (one.kind === 'score' ? `${one.id} ${one.value}` : one.id))).toEqual(['IMI 0.9', 'IMI 0.1', 'bed-1/1/0', 'bed-1/1/-5000']);
    expect(wordedAnswer(question, answer, 'en').answer).not.toContain('UNPROVEN');
  });

  test('a criterion that means nothing beside what is said bears out no answer', () => {
    const tall = { measurements: { ...measurements, voltages: [{ lead: 'V1', rMv: 0.9, sMv: -0.2 }] } };
    const met = (...scores: Parameters<typeof factsWith>[0] & object) => ask('verify', 'scp', ['RVH'], both(factsWith(scores, tall))).because.filter(({ kind }) => kind === 'criterion');
    expect(met(score('RVH', 0.9))).toHaveLength(1);
    expect(met(score('RVH', 0.9), score('CRBBB', 0.9))).toEqual([]);
  });
});

describe('what a reader must not take for more than it is', () => {
  const question = (target: string[], type: Question['type'] = 'verify'): Question => ({ type, attribute: 'scp', target });
  const worded = (asked: Question, facts: AskedFacts, earlier?: AskedFacts) => LANGUAGES.map((language) => wordedAnswer(asked, answerOf(asked, facts, earlier), language));

  test('an answer that rests on an unproven score says so beside its confidence', () => {
    const of = (evidence: 'none' | 'simulated' | 'internal') => worded(question(['AFIB']), both(factsWith([score('AFIB', 0.9, 0.5, { evidence })]))).map(({ answer }) => answer);
    expect(of('internal')).toEqual(['Yes (confidence 0.90).', 'Ja (Sicherheit 0,90).']);
    expect(of('none')).toEqual(['Yes (confidence 0.90; UNPROVEN: too few real recordings bear it out (Atrial fibrillation)).', 'Ja (Sicherheit 0,90; UNBEWIESEN: durch zu wenige echte Aufzeichnungen belegt (Vorhofflimmern)).']);
    expect(of('simulated')[0]).toContain('UNPROVEN: known of simulated patients alone');
    const none = worded(question(['diagnostic'], 'query'), both(factsWith(['IMI', 'AMI', 'LVH', 'CLBBB'].map((id) => score(id, 0.1, 0.5, { evidence: 'none' })))));
    expect(none.map(({ answer }) => answer)).toEqual([expect.stringContaining('(4 statements)'), expect.stringContaining('(4 Aussagen)')]);
  });

  test('of a list only what it names is marked; where nobody is sure, it says why', () => {
    const list = worded(question(['diagnostic'], 'query'), both(factsWith([score('IMI', 0.9), score('LVH', 0.9, 0.5, { evidence: 'none' }), score('AMI', 0.1, 0.5, { evidence: 'none' })])));
    expect(list[0].answer).toContain('UNPROVEN: too few real recordings bear it out (Left ventricular hypertrophy)).');
    expect(worded(question(['AFIB']), both(factsWith())).map(({ answer }) => answer)).toEqual(['Not sure (confidence 0.50). No model at hand says anything of this.', 'Nicht sicher (Sicherheit 0,50). Kein vorhandenes Modell sagt dazu etwas.']);
    const child = both(factsWith([], { measurements, association: { knownConditions: [], contextOffset: -1, ageYears: 5 } }));
    expect(worded({ type: 'query', attribute: 'axis', target: ['axis'] }, child)[0].answer).toBe('Not sure (confidence 0.50). The patient is 5 years old: ranges and criteria of adults are not applied.');
  });

  test('a score that is small is not 0, and nothing is said twice', () => {
    const small = answerOf(question(['AFIB', 'AFLT']), both(factsWith([score('AFIB', 0.9), score('AFLT', 0.9)])));
    expect(small.because.filter(({ kind }) => kind === 'segment')).toHaveLength(1);
    expect(worded(question(['AFIB']), both(factsWith([score('AFIB', 0.00042, 0.003)])))[0].reasons[0]).toBe('score AFIB 0.0004 at 0.003 (internal, m@1)');
  });

  test('that it is simulated stands above everything else, of either tracing', () => {
    const [real, simulated] = [both(factsWith([score('SR', 0.9)])), both(factsWith([score('SR', 0.9)], { demo: true }))];
    const notices = (...facts: [AskedFacts, AskedFacts?]) => worded(question(['SR'], facts[1] === undefined ? 'verify' : 'compare-verify'), ...facts).map(({ notice }) => notice);
    for (const facts of [[simulated], [simulated, real], [real, simulated]] as [AskedFacts, AskedFacts?][]) expect(notices(...facts)).toEqual([expect.stringMatching(/^SIMULATED: nobody’s ECG\. For research: /), expect.stringMatching(/^SIMULIERT: niemandes EKG\. Zur Forschung: /)]);
    expect(notices(real).join()).not.toMatch(/SIMUL/);
  });
});

test('whatever is asked of whatever tracing: an answer of the schema with its reasons, or what is wrong', () => {
  const words = ['SR', 'IMI', 'inferior-myocardial-infarction', 'rhythm', 'diagnostic', 'form', 'ES', 'VES', 'axis', 'LAD', 'noise', 'static_noise', 'stage', 'Stadium I', 'qrs', 'qrs:above', 'above', 'V2', 'gained', 'lost', 'nonsense'];
  const question = fc.record({ type: fc.constantFrom(...QUESTION_TYPES), attribute: fc.constantFrom(...ATTRIBUTES), target: fc.array(fc.constantFrom(...words), { maxLength: 4 }) });
  fc.assert(
    fc.property(question, anyFacts, fc.option(anyFacts, { nil: undefined }), (asked, facts, earlier) => {
      try {
        const { answers, confidence, because } = answerOf(asked, both(facts), earlier && both(earlier));
        expect(answers.length).toBeGreaterThan(0);
        expect(new Set(answers).size).toBe(answers.length);
        expect(confidence >= 0 && confidence <= 1).toBe(true);
        expect(because.some(({ kind }) => kind === 'segment')).toBe(true);
        for (const one of because) if (one.kind === 'score') expect([...facts.scores, ...(earlier?.scores ?? [])]).toContainEqual(one);
      } catch (error) {
        expect(error).toBeInstanceOf(QuestionError);
      }
    }),
    { numRuns: 500 },
  );
});

test('a score at its threshold is at even odds, one above it is likelier; by measurement alone a score is yes or no', () => {
  expect(likelihood({ value: 0.1, threshold: 0.1 })).toBeCloseTo(0.5, 9);
  expect(likelihood({ value: 0.9, threshold: 0.5 })).toBeCloseTo(0.9, 9);
  expect(likelihood({ value: 0, threshold: 0.5 })).toBeLessThan(1e-5);
  expect(measuredOnly(now.asked).scores.map(({ id, value }) => [id, value])).toEqual([['SR', 0], ['IMI', 0], ['ILMI', 0], ['AFIB', 0], ['LVH', 0], ['PVC', 0], ['CLBBB', 0]]);
});
