/** A report as a reader gets it: sections, sentences, comparison, limits, in two languages; as text and as a page with a strip true to scale. */
import { describe, expect, test } from 'vitest';
import { LEADS, type Measurements, type Physical } from '../../src/ecg/index.js';
import { type Facts, LANGUAGES, MM_PER_MV, MM_PER_S, reportHtml, reportOf, reportText, stripOf } from '../../src/explain/index.js';
import { factsWith, score } from './facts.js';

const voltage = (lead: string, rMv: number, sMv: number) => ({ lead, rMv, sMv });
const block: Measurements = {
  beats: [], heartRateBpm: 72.4, rrCv: 0.031, prMs: 214.6, qrsMs: 152.2, qtMs: 431, qtcMs: 458.7, axisDeg: -38,
  voltages: [voltage('V1', 0.1, -1.4), voltage('V3', 0.2, -2.31), voltage('V5', 1.2, -0.2), voltage('V6', 1.5, 0), voltage('aVL', 0.8, -0.1)],
  st: [{ lead: 'V1', mv: 0.21 }, { lead: 'V5', mv: -0.08 }, { lead: 'V6', mv: -0.11 }],
};
const woman = { knownConditions: [], contextOffset: -1, sex: 'female' as const };
const ill = factsWith([score('SR', 0.93), score('CLBBB', 0.88), score('LVH', 0.2), score('IMI', 0.31), score('cardiac-amyloidosis', 0.98, 0.75, { evidence: 'simulated' })], { measurements: block, association: woman });

/** The same ST beside a QRS of normal width. */
const narrow = factsWith([], { measurements: { ...block, qrsMs: 96 } });

const textsOf = (facts: Facts, language: 'en' | 'de' = 'en', earlier?: Facts) => Object.fromEntries(reportOf({ now: facts, earlier }, language).sections.map(({ id, sentences }) => [id, sentences.map(({ text }) => text)]));

describe('a woman with a left bundle branch block', () => {
  test('is reported section by section', () => {
    expect(textsOf(ill)).toEqual({
      rhythm: ['Sinus rhythm (score 0.93, threshold 0.50).', 'The RR intervals vary by 3%.'],
      intervals: [
        'Heart rate 72/min, within the normal range (60 to 100/min).', 'PR interval 215 ms, above the normal range (120 to 200 ms).', 'QRS duration 152 ms, above the normal range (60 to 110 ms).',
        'QT interval 431 ms.', 'QTc (Fridericia) 459 ms, within the normal range (391 to 459 ms).',
      ],
      axis: ['Frontal QRS axis −38 degrees: left axis deviation (−90 to −31 degrees).'],
      conduction: [
        'Complete left bundle branch block (score 0.88, threshold 0.50).', 'PR interval: 215 ms, criterion met (over 200 ms).', 'Wide QRS: 152 ms, criterion met (at least 120 ms).',
        'QRS duration with a negative QRS in V1 (Strauss; notches are not measured): 152 ms, criterion met (at least 130 ms).',
      ],
      hypertrophy: [
        'No statement reached its threshold.', 'Sokolow-Lyon voltage (S in V1 and the taller R of V5 and V6): 2.90 mV, criterion not met (at least 3.5 mV).', 'Cornell voltage (R in aVL and S in V3): 3.11 mV, criterion met (over 2.0 mV).',
      ],
      ischaemia: ['No statement reached its threshold.', 'The beats are paced or broad: ST and T follow from that, and are not judged.'],
      structural: ['Cardiac amyloidosis (score 0.98, threshold 0.75; UNPROVEN: known of simulated patients alone).'],
      quality: ['The signal is good, its quality 0.97 (1 is the best).'],
      comparison: ['There is no earlier tracing to compare with.'],
      limits: ['What comes and goes may be missing: 10 s were looked at.'],
    });
  });

  test('every claim names its score, its criteria with their citations, and its samples', () => {
    const said = reportOf({ now: ill }, 'en').sections.flatMap(({ sentences }) => sentences).find(({ term }) => term === 'CLBBB')!;
    expect(said.because.map(({ kind }) => kind)).toEqual(['score', 'measurement', 'criterion', 'measurement', 'measurement', 'measurement', 'criterion', 'segment']);
    expect(said.because).toContainEqual({ kind: 'criterion', id: 'strauss-width', citation: expect.stringContaining('Strauss'), limits: { limit: 130 } });
    expect(said.because).toContainEqual({ kind: 'measurement', id: 'voltages.sMv', lead: 'V1', value: -1.4, unit: 'mV' });
  });

  test('says the same in German, with its decimal sign', () => {
    const { conduction, axis, ischaemia } = textsOf(ill, 'de');
    expect(conduction[0]).toBe('Kompletter Linksschenkelblock (Score 0,88, Schwelle 0,50).');
    expect(axis).toEqual(['QRS-Achse in der Frontalebene −38 Grad: überdrehter Linkstyp (−90 bis −31 Grad).']);
    expect(ischaemia).toEqual(['Keine Aussage erreichte ihre Schwelle.', 'Die Schläge sind stimuliert oder breit: ST und T folgen daraus und werden nicht beurteilt.']);
    expect(textsOf(narrow, 'de')['ischaemia'].slice(1)).toEqual(['ST 60 ms nach dem QRS: von −0,11 mV in V6 bis 0,21 mV in V1.', expect.stringMatching(/^ST ist in V5 und V6 um 0,05 mV oder mehr gesenkt, 60 ms nach dem QRS;/)]);
  });

  test('has a line as carts print it', () => {
    expect(LANGUAGES.map((language) => reportOf({ now: ill }, language).line)).toEqual(['sinus rhythm. left axis deviation. left bundle branch block.', 'sinusrhythmus ueberdrehter linkstyp linksschenkelblock']);
    const walls = factsWith([score('SR', 0.9), score('IMI', 0.9), score('ASMI', 0.9), score('LVH', 0.9), score('VCLVH', 0.9)]);
    expect(reportOf({ now: walls }, 'de').line).toBe('sinusrhythmus mässige amplitudenkriterien für linkshypertrophie qrs(t) abnorm inferiorer infarkt alter unbest. anteroseptaler infarkt alter unbest.');
    expect(reportOf({ now: factsWith([score('SR', 0.9), score('NORM', 0.9)]) }, 'en').line).toBe('sinus rhythm. normal ecg.');
    expect(reportOf({ now: factsWith([score('AFIB', 0.9)], { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 120 } }) }, 'de').line).toBe('tachykardes vorhofflimmern');
    expect(reportOf({ now: factsWith([score('AFIB', 0.9)], { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 80 } }) }, 'en').line).toBe('atrial fibrillation.');
    expect(reportOf({ now: factsWith([score('SBRAD', 0.9), score('NORM', 0.9)]) }, 'en').line).toBe('sinus bradycardia. otherwise normal ecg.');
  });
});

describe('withheld statements', () => {
  test('of a signal that is unusable nothing, and that is said', () => {
    const texts = textsOf(factsWith([score('AFIB', 0.99)], { grade: 'unusable', status: 'unusable', signalQuality: 0.1, reasons: ['noise'] }));
    expect(texts['rhythm']).toEqual(['The signal is unusable: nothing is said of the heart.']);
    expect(Object.keys(texts)).toEqual(['rhythm', 'quality', 'limits']);
    expect(texts['quality']).toContain('Of the whole signal: noise.');
  });

  test('without a model: that none has scored it, and nothing that reads like health', () => {
    const texts = textsOf(factsWith([], { status: 'unscored', measurements: block }));
    expect(texts['limits'][0]).toBe('No model has scored this segment: what is said rests on measurements alone.');
    expect(texts['structural']).toEqual(['No model at hand says anything of this.']);
    expect(Object.values(texts).flat().join(' ')).not.toContain('reached its threshold');
  });

  test('a score that a measurement rules out stands under the limits, with the definition', () => {
    const facts = factsWith([score('CLBBB', 0.9)], { measurements: { ...block, qrsMs: 92 } }, { ruledOut: [{ term: 'CLBBB', source: 'QRS of 120 ms or more' }] });
    expect(textsOf(facts)['conduction'][0]).toBe('Whatever reached its threshold here is ruled out by a measurement: see the limits.');
    expect(textsOf(facts)['limits'][0]).toBe('Not said: Complete left bundle branch block reached its threshold (score 0.90, threshold 0.50), and a measurement rules it out.');
  });

  test('ST is not spoken of where the device’s band moves it, and Cornell not of an unknown sex', () => {
    const texts = textsOf(factsWith([], { measurements: narrow.outcome.measurements }, { carriesSt: false }));
    expect(texts['ischaemia']).toContain('The band of the device moves ST: nothing is said of it.');
    expect(texts['hypertrophy'].join()).not.toContain('Cornell');
  });

  test('beside a pacemaker no voltage and no ST is judged, beside a right bundle branch block no R in V1', () => {
    const tall = { ...narrow.outcome.measurements, voltages: [...block.voltages.filter(({ lead }) => lead !== 'V1'), voltage('V1', 0.9, -0.2)] };
    const said = (...ids: string[]) => textsOf(factsWith(ids.map((id) => score(id, 0.9)), { measurements: tall, association: woman }));
    expect(said('PACE')['hypertrophy']).toEqual(['No model at hand says anything of this.']);
    expect(said('PACE')['ischaemia']).toEqual(['No model at hand says anything of this.', 'The beats are paced or broad: ST and T follow from that, and are not judged.']);
    expect(said('SR')['hypertrophy'].join()).toContain('R in V1: 0.90 mV, criterion met');
    expect(said('CRBBB')['hypertrophy'].join()).not.toContain('R in V1:');
  });

  test('early atrial beats are ectopic beside a sinus rhythm alone, and where most are not', () => {
    const kinds = (s: number) => Array.from({ length: 10 }, (_, i) => ({ kind: i < s ? ('S' as const) : ('N' as const), confidence: 1 }));
    const rhythmOf = (id: string, s: number) => textsOf(factsWith([score(id, 0.9)], { kinds: kinds(s) }))['rhythm'].join();
    expect(rhythmOf('SR', 3)).toContain('3 of 10 beats are supraventricular ectopic.');
    for (const [id, s] of [['AFIB', 3], ['SR', 6]] as const) expect(rhythmOf(id, s)).not.toContain('ectopic');
  });
});

describe('beside an earlier tracing', () => {
  const before = factsWith([score('SR', 0.93), score('CLBBB', 0.12), score('PVC', 0.7), score('IMI', 0.2)], { id: 'bed-1/1/-5000', measurements: { ...block, qrsMs: 96, axisDeg: 20, heartRateBpm: 71, st: [{ lead: 'V1', mv: 0.02 }] } });
  const now = factsWith([score('SR', 0.95), score('CLBBB', 0.88), score('PVC', 0.1), score('IMI', 0.21)], { measurements: block });

  test('what was gained and lost, and numbers beyond what measuring differs by', () => {
    expect(textsOf(now, 'en', before)['comparison']).toEqual([
      'New since the earlier tracing: Complete left bundle branch block (score 0.88, before 0.12, threshold 0.50).',
      'No longer seen: Ventricular premature complexes (score 0.10, before 0.70, threshold 0.50).',
      'QRS duration 152 ms, before 96 ms.', 'Frontal QRS axis −38°, before 20°.', 'ST in V1 0.21 mV, before 0.02 mV.',
    ]);
  });

  test('the same tracing is the same; one that is unusable is compared with nothing', () => {
    expect(textsOf(now, 'en', now)['comparison']).toEqual(['The same statements as in the earlier tracing.']);
    expect(textsOf(now, 'en', factsWith([], { grade: 'unusable' }))['comparison']).toEqual(['The earlier tracing is unusable: nothing is compared.']);
  });
});

describe('on paper', () => {
  const rateHz = 500;
  const physical = (of: (lead: string, i: number) => number, samples = 5000): Physical => ({ rateHz, samples, rows: LEADS.map((lead) => ({ lead, origin: lead === 'V6' ? ('missing' as const) : ('measured' as const), mv: Float32Array.from({ length: samples }, (_, i) => of(lead, i)), gaps: [] })) });

  test('a second is 25 mm and a millivolt 10 mm, in three rows of four and a rhythm strip', () => {
    // A beat of 1 mV at the beginning of every second.
    const strip = stripOf(physical((_, i) => (i % rateHz === 0 ? 1 : 0)));
    expect(strip.traces.map(({ lead }) => lead)).toEqual(['I', 'aVR', 'V1', 'V4', 'II', 'aVL', 'V2', 'V5', 'III', 'aVF', 'V3', 'II']);
    const [run] = strip.traces.at(-1)!.runs;
    const baseline = Math.max(...run.map(([, y]) => y));
    const peaks = run.filter(([, y]) => y < baseline - 1);
    expect(peaks).toHaveLength(10);
    peaks.slice(1).forEach(([x], i) => expect(x - peaks[i][0]).toBeCloseTo(MM_PER_S, 6));
    expect(baseline - peaks[0][1]).toBeCloseTo(MM_PER_MV, 6);
    expect(strip.pulse[3][0] - strip.pulse[2][0]).toBeCloseTo(5, 6);
  });

  test('a gap is a gap, and a curve that leaves its row is cut off there', () => {
    const strip = stripOf(physical((lead, i) => (lead === 'II' && i >= 1000 && i < 1100 ? NaN : lead === 'I' && i === 10 ? 50 : 0)));
    expect(strip.traces.at(-1)!.runs).toHaveLength(2);
    for (const { runs } of strip.traces) for (const [, y] of runs.flat()) expect(y >= -12 && y <= strip.heightMm).toBe(true);
  });

  test('the page has every sentence, in millimetres, and nothing of a name is markup', () => {
    const named = factsWith(ill.scores, { ...ill.outcome, device: '<script>alert(1)</script>' });
    const html = reportHtml(reportOf({ now: named }, 'en'), stripOf(physical(() => 0)), () => 'a time');
    expect(html).not.toContain('<script');
    expect(html).toContain('width="260mm" height="100mm" viewBox="0 0 260 100"');
    for (const { sentences } of reportOf({ now: named }, 'en').sections) for (const { text } of sentences) expect(html).toContain(text);
  });

  test('a terminal gets what the report is not, then each sentence with its reasons under it', () => {
    const text = reportText(reportOf({ now: ill }, 'en'), () => 'a time');
    expect(text).toMatch(/^bed-1, a time\nFor research: drafted by rules and a model, confirmed by nobody; not for diagnosis or treatment\.\n/);
    expect(text).toContain('  Sinus rhythm (score 0.93, threshold 0.50).\n      score SR 0.93 at 0.5 (internal, m@1); segment bed-1/1/0\n');
  });
});
