/** What a reader must not take for more than it is: unproven and simulated findings, thresholds that were reached and not said, what was not seen, adults' limits of a child, what was looked at. */
import { describe, expect, test } from 'vitest';
import { LEADS, type Measurements } from '../../src/ecg/index.js';
import { type Facts, LANGUAGES, reportOf } from '../../src/explain/index.js';
import { factsWith, score } from './facts.js';

type Language = (typeof LANGUAGES)[number];
const textsOf = (now: Facts, language: Language = 'en', earlier?: Facts) => Object.fromEntries(reportOf({ now, earlier }, language).sections.map(({ id, sentences }) => [id, sentences.map(({ text }) => text)]));
const both = (now: Facts, section: string, earlier?: Facts) => LANGUAGES.map((language) => textsOf(now, language, earlier)[section]);
const measuring = (over: Partial<Measurements>): { readonly measurements: Measurements } => ({ measurements: { beats: [], voltages: [], st: [], ...over } });
const aged = (ageYears: number) => ({ association: { knownConditions: [], contextOffset: -1, ageYears, sex: 'male' as const } });

describe('unproven and simulated', () => {
  test.each(['none', 'simulated'] as const)('a finding of evidence “%s” does not stand in the line', (evidence) => {
    const now = factsWith([score('AFIB', 0.9, 0.5, { evidence }), score('LVH', 0.9)]);
    expect(LANGUAGES.map((language) => reportOf({ now }, language).line)).toEqual(['voltages are high suggesting lvh.', 'linkshypertrophie möglich']);
    expect(reportOf({ now }, 'en').terms).toContain('AFIB');
  });

  test('gained and lost carry their mark', () => {
    const of = (value: number, evidence: 'none' | 'simulated') => factsWith([score('AFIB', value, 0.5, { evidence })]);
    expect(both(of(0.9, 'none'), 'comparison', of(0.1, 'none'))).toEqual([
      ['New since the earlier tracing: Atrial fibrillation (score 0.90, before 0.10, threshold 0.50; UNPROVEN: too few real recordings bear it out).'],
      ['Neu seit der früheren Aufzeichnung: Vorhofflimmern (Score 0,90, zuvor 0,10, Schwelle 0,50; UNBEWIESEN: durch zu wenige echte Aufzeichnungen belegt).'],
    ]);
    expect(both(of(0.1, 'simulated'), 'comparison', of(0.9, 'simulated'))).toEqual([
      ['No longer seen: Atrial fibrillation (score 0.10, before 0.90, threshold 0.50; UNPROVEN: known of simulated patients alone).'],
      ['Nicht mehr zu sehen: Vorhofflimmern (Score 0,10, zuvor 0,90, Schwelle 0,50; UNBEWIESEN: nur von simulierten Patienten bekannt).'],
    ]);
  });

  test('that it is simulated stands above everything else, first', () => {
    const notices = (now: Facts) => LANGUAGES.map((language) => reportOf({ now }, language).notice);
    expect(notices(factsWith([], { demo: true }))).toEqual([expect.stringMatching(/^SIMULATED: nobody’s ECG\. For research: /), expect.stringMatching(/^SIMULIERT: niemandes EKG\. Zur Forschung: /)]);
    expect(notices(factsWith()).join()).not.toMatch(/SIMUL/);
  });
});

describe('thresholds', () => {
  const short = { ...measuring({ prMs: 170 }) };
  const out = (term: string) => ({ ruledOut: [{ term, source: 'a definition' }] });

  test('nothing is said to be below its threshold that was ruled out', () => {
    expect(both(factsWith([score('1AVB', 0.9)], short, out('1AVB')), 'conduction')).toEqual([
      ['Whatever reached its threshold here is ruled out by a measurement: see the limits.'],
      ['Was hier seine Schwelle erreichte, ist durch eine Messung ausgeschlossen: siehe Grenzen.'],
    ]);
    expect(textsOf(factsWith([score('STACH', 0.9)], {}, out('STACH')))['rhythm']).toEqual(['Whatever reached its threshold here is ruled out by a measurement: see the limits.']);
    expect(textsOf(factsWith([score('1AVB', 0.4), score('STACH', 0.4)]))).toMatchObject({ conduction: ['No statement reached its threshold.'], rhythm: ['No rhythm reached its threshold.'] });
  });

  test('“the same statements” are the same: a term that the other tracing was not asked is named', () => {
    const [asked, notAsked] = [factsWith([score('SR', 0.9), score('LVH', 0.8)]), factsWith([score('SR', 0.9)])];
    expect(both(asked, 'comparison', notAsked)).toEqual([
      ['Said now, and not asked of the earlier tracing: Left ventricular hypertrophy (score 0.80, threshold 0.50).'],
      ['Jetzt gesagt, bei der früheren Aufzeichnung nicht gefragt: Linksventrikuläre Hypertrophie (Score 0,80, Schwelle 0,50).'],
    ]);
    expect(both(notAsked, 'comparison', asked)).toEqual([
      ['Said of the earlier tracing, and not asked now: Left ventricular hypertrophy (score 0.80, threshold 0.50).'],
      ['Bei der früheren Aufzeichnung gesagt, jetzt nicht gefragt: Linksventrikuläre Hypertrophie (Score 0,80, Schwelle 0,50).'],
    ]);
    expect(textsOf(notAsked, 'en', notAsked)['comparison']).toEqual(['The same statements as in the earlier tracing.']);
  });

  test('without scores of both tracings no statements are compared', () => {
    const scored = factsWith([score('SR', 0.4)]);
    for (const [now, earlier] of [[scored, factsWith()], [factsWith(), scored], [factsWith(), factsWith()]]) expect(textsOf(now, 'en', earlier)['comparison']).toEqual(['No model has scored both tracings: statements are not compared.']);
  });

  test('what is ruled out or gives way to a rival is neither new nor gone', () => {
    const [fibrillates, sinus] = [factsWith([score('AFIB', 0.9), score('SR', 0.6)]), factsWith([score('AFIB', 0.7), score('SR', 0.8)])];
    expect(both(sinus, 'comparison', fibrillates)).toEqual([
      [
        'Said now, and not of the earlier tracing although it reached its threshold there: Sinus rhythm (score 0.80, before 0.60, threshold 0.50).',
        'Said of the earlier tracing, and not now although it reaches its threshold: Atrial fibrillation (score 0.70, before 0.90, threshold 0.50).',
      ],
      [
        'Jetzt gesagt, bei der früheren Aufzeichnung nicht, obwohl die Schwelle auch dort erreicht war: Sinusrhythmus (Score 0,80, zuvor 0,60, Schwelle 0,50).',
        'Bei der früheren Aufzeichnung gesagt, jetzt nicht, obwohl die Schwelle erreicht ist: Vorhofflimmern (Score 0,70, zuvor 0,90, Schwelle 0,50).',
      ],
    ]);
    const ruledOut = factsWith([score('1AVB', 0.9)], short, out('1AVB'));
    expect(textsOf(ruledOut, 'en', factsWith([score('1AVB', 0.9)]))['comparison'].join()).not.toContain('No longer seen');
  });
});

describe('what was not seen', () => {
  test('a segment without a beat is the longest pause of all', () => {
    expect(both(factsWith([], measuring({ longestPauseMs: 10_000 })), 'rhythm')).toEqual([['No beat was found in 10.0 s.'], ['In 10,0 s wurde kein Schlag gefunden.']]);
    expect(textsOf(factsWith([], measuring({ beats: [400, 2400], longestPauseMs: 4000 })))['rhythm']).toEqual(['The longest stretch without a beat is 4.0 s.']);
  });

  test('that ST was not judged is said, and that no statement on ischaemia was made', () => {
    const st = [{ lead: 'V1', mv: 0.02 }];
    expect(both(factsWith(), 'ischaemia')).toEqual([
      ['No model at hand says anything of this.', 'ST was not measured, and is not judged.'],
      ['Kein vorhandenes Modell sagt dazu etwas.', 'ST wurde nicht gemessen und wird nicht beurteilt.'],
    ]);
    expect(both(factsWith([score('IMI', 0.1)], { ...measuring({ st }), gates: { rate: true, morphology: false, twelveLead: false } }), 'ischaemia')).toEqual([
      ['No statement reached its threshold.', 'ST was not judged: the signal does not show the shape of the beats well enough.'],
      ['Keine Aussage erreichte ihre Schwelle.', 'ST wurde nicht beurteilt: das Signal zeigt die Form der Schläge nicht gut genug.'],
    ]);
  });
});

describe('a child', () => {
  const numbers = measuring({
    heartRateBpm: 118, prMs: 210, qrsMs: 92, qtcMs: 455, axisDeg: 110,
    voltages: LEADS.map((lead) => ({ lead, rMv: 2, sMv: -2 })), st: [{ lead: 'V5', mv: -0.08 }, { lead: 'V6', mv: -0.08 }],
  });
  const at = (ageYears: number) => factsWith([score('AFIB', 0.9), score('LVH', 0.9)], { ...numbers, ...aged(ageYears) });

  test('has numbers, and neither the ranges nor the criteria of adults', () => {
    const texts = textsOf(at(17));
    expect(texts['intervals']).toEqual(['Heart rate 118/min.', 'PR interval 210 ms.', 'QRS duration 92 ms.', 'QTc (Fridericia) 455 ms.', 'Not measured: QT interval.']);
    expect(both(at(17), 'axis')).toEqual([['Frontal QRS axis 110 degrees.'], ['QRS-Achse in der Frontalebene 110 Grad.']]);
    expect(Object.values(texts).flat().join()).not.toMatch(/criterion|normal range|depressed by/);
    expect(reportOf({ now: at(17) }, 'en').line).toBe('atrial fibrillation. voltages are high suggesting lvh.');
    const { because } = reportOf({ now: at(17) }, 'en').sections.flatMap(({ sentences }) => sentences).find(({ term }) => term === 'LVH')!;
    expect(because.map(({ kind }) => kind)).toEqual(['score', 'segment']);
    expect(both(at(17), 'limits').map(([first]) => first)).toEqual(['The patient is 17 years old: ranges and criteria of adults are not applied.', 'Der Patient ist 17 Jahre alt: Normbereiche und Kriterien für Erwachsene werden nicht angewandt.']);
  });

  test('is one until 18, and an unknown age is an adult’s', () => {
    expect(textsOf(at(18))['intervals'][0]).toBe('Heart rate 118/min, above the normal range (60 to 100/min).');
    expect(textsOf(factsWith([], numbers))['axis'][0]).toContain('right axis deviation');
    expect(reportOf({ now: at(18) }, 'en').line).toBe('atrial fibrillation with rapid ventricular response. right axis deviation. voltages are high suggesting lvh.');
  });
});

describe('sources', () => {
  const sentenceOf = (now: Facts, id: string) => reportOf({ now }, 'en').sections.flatMap(({ sentences }) => sentences).find((one) => one.id === id || one.term === id)!;
  const citationsOf = (now: Facts, id: string) => sentenceOf(now, id).because.flatMap((one) => (one.kind === 'criterion' ? [one.citation] : []));

  test('a QTc that part IV calls long or short is not normal', () => {
    const placed = (qtcMs: number, sex?: 'male' | 'female') => textsOf(factsWith([], { ...measuring({ qtcMs }), association: { knownConditions: [], contextOffset: -1, ...(sex !== undefined && { sex }) } }))['intervals'][0];
    for (const [qtcMs, sex, where] of [[449, 'male', 'within'], [450, 'male', 'above'], [459, 'female', 'within'], [460, 'female', 'above'], [460, undefined, 'above'], [391, 'male', 'within'], [390, 'female', 'below']] as const) expect(placed(qtcMs, sex), `${qtcMs} ${sex}`).toContain(where);
  });

  test('low voltage and dextrocardia are cited to texts that define them', () => {
    const held = factsWith([], measuring({ voltages: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'].map((lead) => ({ lead, rMv: 0.2, sMv: -0.1 })) }), { rules: ['rule-low-voltage', 'rule-dextrocardia'].map((id) => ({ kind: 'rule', id, holds: true })) });
    expect(citationsOf(held, 'rule-low-voltage')).toEqual([expect.stringContaining('Madias')]);
    expect(citationsOf(held, 'met')).toEqual([expect.stringContaining('Madias')]);
    expect(citationsOf(held, 'rule-dextrocardia')).toEqual([expect.stringContaining('Marriott')]);
  });

  test('ST is read 60 ms after the QRS, and the definition that its limit is from reads at J: both are said', () => {
    const now = factsWith([], measuring({ st: [{ lead: 'V5', mv: -0.08 }, { lead: 'V6', mv: -0.11 }] }), { rules: [{ kind: 'rule', id: 'rule-st-elevation', holds: true }] });
    expect(citationsOf(now, 'stRange')).toEqual([]);
    expect(both(now, 'ischaemia').map((texts) => texts.at(-1))).toEqual([
      'ST is depressed by 0.05 mV or more in V5 and V6, 60 ms after the QRS; the definition that the limit is from reads at the J point.',
      'ST ist in V5 und V6 um 0,05 mV oder mehr gesenkt, 60 ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.',
    ]);
    for (const id of ['stDepressed', 'rule-st-elevation']) expect(citationsOf(now, id)[0]).toContain('at the J point');
  });

  test('a criterion that means nothing beside what is said bears out no claim', () => {
    const tall = measuring({ voltages: [{ lead: 'V1', rMv: 0.9, sMv: -0.2 }] });
    expect(citationsOf(factsWith([score('RVH', 0.9)], tall), 'RVH')).toHaveLength(1);
    expect(citationsOf(factsWith([score('RVH', 0.9), score('CRBBB', 0.9)], tall), 'RVH')).toEqual([]);
  });
});

describe('how long it looked', () => {
  const lookedAt = (outcome: Facts['outcome']) => both(factsWith([], outcome), 'limits').map((texts) => texts.at(-1));
  const leads = (gaps: (lead: string) => readonly { readonly fromMs: number; readonly toMs: number }[]) => LEADS.map((lead) => ({ lead, origin: lead === 'V6' ? ('missing' as const) : ('measured' as const), reasons: [], gaps: gaps(lead) }));
  const withOver = (over: Partial<Facts['outcome']>) => lookedAt({ ...factsWith().outcome, ...over });

  test('is without what nobody observed, and without gaps of all leads', () => {
    expect(withOver({ partial: true, unobserved: [{ fromMs: 3000, toMs: 10_000 }] })).toEqual(['What comes and goes may be missing: 3 s were looked at.', 'Was kommt und geht, kann fehlen: betrachtet wurden 3 s.']);
    expect(withOver({ leads: leads((lead) => (lead === 'V6' ? [] : lead === 'II' ? [{ fromMs: 1000, toMs: 3000 }] : [{ fromMs: 500, toMs: 2500 }, { fromMs: 2900, toMs: 4000 }])) })[0]).toBe('What comes and goes may be missing: 8.4 s were looked at.');
    expect(withOver({ unobserved: [{ fromMs: 0, toMs: 2000 }], leads: leads(() => [{ fromMs: 1000, toMs: 3000 }]) })[0]).toContain(' 7 s ');
    expect(withOver({ leads: leads((lead) => (lead === 'I' ? [] : [{ fromMs: 0, toMs: 9000 }])) })[0]).toContain(' 10 s ');
  });
});
