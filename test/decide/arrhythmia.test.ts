/** Arrhythmia from beats and their kinds: what each rule asks for, what does not break it, and what is no evidence. Invariants: I27 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BeatRun, beatsAfter } from '../../src/decide/rhythm.js';
import { candidates } from '../../src/decide/candidates.js';
import type { BeatKind, Outcome, Trigger } from '../../src/ecg/index.js';

const RATE_HZ = 250;
interface Beat {
  readonly atS: number;
  readonly kind: BeatKind;
}

/** Beats as letters, each so long after the one before: N.8 V.4 …; from 0.5 s on. */
function beatsOf(rhythm: string, fromS = 0.5): Beat[] {
  let atS = fromS;
  return [...rhythm.matchAll(/([NSVFQ])(\d*\.\d+)(?:x(\d+))?/g)].flatMap(([, kind, rr, times = '1']) =>
    Array.from({ length: Number(times) }, () => ({ kind: kind as BeatKind, atS: (atS += Number(rr)) })));
}

interface Seen {
  readonly strideS?: number;
  readonly morphology?: boolean;
  readonly leads?: Outcome['leads'];
  /** Segments in which P waves were seen. */
  readonly withP?: (k: number) => boolean;
}

/** Segments of ten seconds that see all these beats. */
function outcomesOf(beats: readonly Beat[], seconds: number, { strideS = 10, morphology = true, leads = [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }], withP = () => true }: Seen = {}): Outcome[] {
  return Array.from({ length: Math.floor((seconds - 10) / strideS) + 1 }, (_, k) => {
    const fromS = k * strideS;
    const inside = beats.filter(({ atS }) => atS >= fromS && atS < fromS + 10);
    return {
      id: `bed-1/1/${fromS * RATE_HZ}`, device: 'bed-1', epoch: 1, firstSample: fromS * RATE_HZ, samples: 10 * RATE_HZ, rateHz: RATE_HZ, startMs: fromS * 1000,
      reasons: [], grade: 'limited', gates: { rate: true, morphology, twelveLead: false }, leads, findings: [], pacing: 'none', source: { partition: 0, offsets: [k] },
      measurements: { beats: inside.map(({ atS }) => Math.round((atS - fromS) * RATE_HZ)), voltages: [], st: [], ...(withP(k) && { prMs: 160 }) }, kinds: inside.map(({ kind }) => ({ kind, confidence: 0.9 })),
    } as unknown as Outcome;
  });
}

/** What sets off which rule, the first time. */
function triggers(outcomes: readonly Outcome[]): Record<string, Trigger> {
  let runs: readonly BeatRun[] = [];
  const said: Record<string, Trigger> = {};
  for (const outcome of outcomes) {
    const after = beatsAfter(runs, outcome);
    runs = after.runs;
    for (const { id, trigger } of candidates(outcome, after.ended, undefined)) if (trigger !== undefined) said[id] ??= trigger;
  }
  return said;
}
const of = (rhythm: string, seen?: Seen, seconds = 60) => triggers(outcomesOf(beatsOf(rhythm), seconds, seen));
const rules = (rhythm: string, seen?: Seen, seconds?: number) => Object.keys(of(rhythm, seen, seconds)).sort();
const TACHYCARDIA = 'rule-wide-tachycardia';
const RUN = 'rule-ventricular-run';

describe('each rule', () => {
  test.each<[string, string, readonly string[]]>([
    ['a healthy heart', 'N.8x70', []],
    ['single ectopic beats', 'N.8x8 V.5 N1.1 N.8x8 V.5 N1.1 N.8x60', []],
    ['a couplet', 'N.8x8 V.5 V.5 N1.1 N.8x60', ['rule-ventricular-couplet']],
    ['a slow pair is no couplet', 'N.8x8 V.9 V.9 N1.1 N.8x60', []],
    ['three at 120 a minute', 'N.8x8 V.5x3 N1.1 N.8x60', [RUN]],
    ['three at 75 a minute', 'N.8x8 V.8x3 N.8 N.8x60', ['rule-idioventricular']],
    ['three at 45 a minute', 'N.8x8 V1.34x3 N.8 N.8x60', []],
    ['five at 120 a minute', 'N.8x8 V.5x5 N1.1 N.8x60', [RUN, TACHYCARDIA]],
    ['five at 96 a minute: within the tolerance of the rate', 'N.8x8 V.625x5 N1.1 N.8x60', [RUN, TACHYCARDIA]],
    ['five at 90 a minute', 'N.8x8 V.667x5 N1.1 N.8x60', ['rule-idioventricular']],
    ['four times bigeminy', 'N.8x4 N.9 V.5 N1.1 V.5 N1.1 V.5 N1.1 V.5 N1.1 N.8x60', ['rule-bigeminy']],
    ['three times bigeminy', 'N.8x4 N.9 V.5 N1.1 V.5 N1.1 V.5 N1.1 N.8x60', []],
    ['four times trigeminy', 'N.8x3 N.8 N.8 V.5 N1.1 N.8 V.5 N1.1 N.8 V.5 N1.1 N.8 V.5 N1.1 N.8x60', ['rule-trigeminy']],
    ['supraventricular beats, two in a row', 'N.8x8 S.5x2 N1.1 N.8x60', []],
    ['three supraventricular beats in a row', 'N.8x8 S.5x3 N1.1 N.8x60', ['rule-supraventricular-run']],
  ])('%s', (_, rhythm, expected) => expect(rules(rhythm)).toEqual(expected));

  test('eleven ectopic beats within a minute, ten are not enough; spread out they are none', () => {
    const every = (rr: number, times: number) => Array.from({ length: times }, () => `N.8 N.8 N.8 N.8 V${rr} N1.1`).join(' ') + ' N.8x30';
    expect(of(every(0.5, 11), {}, 70)['rule-ventricular-ectopics']).toMatchObject({ what: 'ectopics', beats: 11, perMinute: 11 });
    expect(rules(every(0.5, 10), {}, 70)).toEqual([]);
    expect(rules(Array.from({ length: 12 }, () => 'N.8x8 V.5 N1.1').join(' ') + ' N.8x40', {}, 120)).toEqual([]);
  });

  test('a trigger states its beats, their rate and when it was', () => {
    expect(of('N.8x8 V.5x5 N1.1 N.8x60')[TACHYCARDIA]).toEqual({ what: 'ventricular', fromMs: 7400, toMs: 9400, beats: 5, perMinute: 120, kinds: 'VVVVV' });
  });

  test('what lasts for half a minute is one trigger from its first beat on', () => {
    const outcomes = outcomesOf(beatsOf('N.8x8 V.4x120 N1.1 N.8x60'), 70);
    let runs: readonly BeatRun[] = [];
    const lasts = outcomes.map((outcome) => {
      const after = beatsAfter(runs, outcome);
      runs = after.runs;
      const trigger = candidates(outcome, after.ended, undefined).find(({ id }) => id === TACHYCARDIA)?.trigger;
      return trigger && Math.round((trigger.toMs - trigger.fromMs) / 1000);
    });
    expect(lasts).toEqual([2, 12, 22, 32, 42, 48, undefined]);
  });

  test('a slow run that becomes fast lasts as long as it is fast, however slow it was before', () => {
    let runs: readonly BeatRun[] = [];
    const longest = outcomesOf(beatsOf('N.8x4 V1.1x20 V.33x120 N1.1 N.8x60'), 80).map((outcome) => {
      const after = beatsAfter(runs, outcome);
      runs = after.runs;
      const trigger = candidates(outcome, after.ended, undefined).find(({ id }) => id === TACHYCARDIA)?.trigger;
      return trigger === undefined ? 0 : (trigger.toMs - trigger.fromMs) / 1000;
    });
    expect(Math.max(...longest)).toBeGreaterThan(39);
  });
});

describe('atrial fibrillation by rhythm', () => {
  const AF = 'rule-atrial-fibrillation';
  // Intervals from 0.5 to 1.1 s, none of which says what the next one is.
  const irregular = Array.from({ length: 120 }, (_, i) => `N${(0.5 + 0.6 * ((i * 0.754877 + i * i * 0.0123) % 1)).toFixed(3)}`).join(' ');
  const noP = { withP: () => false };
  test('a minute without P waves and without any order', () => expect(of(irregular, noP, 70)[AF]).toMatchObject({ what: 'irregular', kinds: expect.stringMatching(/^N+$/) }));
  test('half a minute is not enough', () => expect(of(irregular, noP, 40)[AF]).toBeUndefined());
  test('P waves in one stretch of the minute, seen by several segments that overlap, are one', () => {
    const seen = { strideS: 2.5, withP: (k: number) => k % 24 >= 4 && k % 24 <= 7 };
    expect(of(irregular, seen, 70)[AF]).toMatchObject({ what: 'irregular' });
  });
  test('P waves, in two segments of the minute', () => expect(of(irregular, { withP: (k) => k % 3 === 0 }, 70)[AF]).toBeUndefined());
  test.each<[string, string]>([
    ['a regular rhythm', 'N.8x120'],
    ['one that breathes', Array.from({ length: 120 }, (_, i) => `N${(0.8 + 0.12 * Math.sin(i / 3)).toFixed(3)}`).join(' ')],
    ['an irregular one that changes little by little', Array.from({ length: 120 }, (_, i) => `N${(0.9 + 0.25 * Math.sin(i / 7 + 2 * Math.sin(i / 4)) + 0.13 * ((i * 0.754877 + i * i * 0.0123) % 1)).toFixed(3)}`).join(' ')],
    ['bigeminy', 'N.9 V.5 N1.1 V.5 '.repeat(40)],
    ['Wenckebach', 'N.8 N.76 N.74 N1.3 '.repeat(30)],
  ])('%s without P waves is none', (_, rhythm) => expect(of(rhythm, noP, 70)[AF]).toBeUndefined());
});

describe('over borders, beside artefacts', () => {
  test('a run over the border of two segments', () => expect(of('N.8x11 V.4x5 N1.1 N.8x60')[TACHYCARDIA]).toMatchObject({ fromMs: 9700, beats: 5, perMinute: 150 }));

  test.each<[string, string, number]>([
    ['one beat in it that is called normal', 'N.8x8 V.4x3 N.4 V.4x3 N1.1 N.8x60', 7],
    ['one too many, between two beats', 'N.8x8 V.4x3 N.21 V.21 V.4x3 N1.1 N.8x60', 7],
  ])('a run with %s is one run', (_, rhythm, beats) => expect(of(rhythm)[TACHYCARDIA]).toMatchObject({ beats }));

  test.each<[string, string]>([
    ['two beats that are not ventricular', 'N.8x8 V.4x3 N.4 N.4 V.4x3 N1.1 N.8x60'],
    ['one that comes late: the run is over', 'N.8x8 V.4x3 N.9 V.4x3 N1.1 N.8x60'],
  ])('%s end a run', (_, rhythm) => expect(rules(rhythm)).toEqual([RUN]));

  test('bigeminy is no run, however fast', () => expect(rules('N.4 V.4 N.4 V.4 N.4 V.4 N.4 V.4 N.4 V.4 N.4 N.8x80')).toEqual(['rule-bigeminy']));

  test('paced beats are none of its beats', () => expect(rules('Q.55x120')).toEqual([]));

  test('where shapes are not to be trusted kinds say nothing, and neither for nor against', () => {
    const outcomes = outcomesOf(beatsOf('N.8x8 V.4x20 N.8x60'), 30, { morphology: false });
    let runs: readonly BeatRun[] = [];
    for (const outcome of outcomes) {
      const after = beatsAfter(runs, outcome);
      runs = after.runs;
      expect(candidates(outcome, after.ended, undefined).map(({ id }) => id)).not.toContain(TACHYCARDIA);
    }
    expect(runs[0].kinds).toMatch(/^\?+$/);
  });

  test('standing still is reported where the signal is sound, a pause wherever beats can be counted', () => {
    const noisy: Outcome['leads'] = [{ lead: 'II', origin: 'measured', reasons: ['motion'], gaps: [] }];
    expect(of('N.8x8 N4.2 N.6x90')['rule-asystole']).toMatchObject({ what: 'silence', fromMs: 6900, beats: 0 });
    expect(rules('N.48x8 N4.2 N.48x120')).toEqual(['rule-asystole', 'rule-pause']);
    expect(rules('N.48x8 N4.2 N.48x120', { leads: noisy })).toEqual(['rule-pause']);
  });
});

describe('each beat counts once', () => {
  const rhythm = fc.array(fc.tuple(fc.constantFrom<BeatKind>('N', 'N', 'V', 'V', 'S'), fc.integer({ min: 60, max: 380 })), { minLength: 20, maxLength: 90 })
    .map((beats) => {
      let atS = 0.4;
      return beats.map(([kind, step]) => ({ kind, atS: (atS += step / RATE_HZ) }));
    });
  const onceOf = (beats: readonly Beat[], strideS: number): [string, string, readonly number[]] => {
    let runs: readonly BeatRun[] = [];
    let [kinds, found] = ['', new Set<string>()];
    const at: number[] = [];
    for (const outcome of outcomesOf(beats, 60, { strideS })) {
      const after = beatsAfter(runs, outcome);
      runs = after.runs;
      const [run] = runs;
      kinds += run.kinds!.slice(run.before);
      at.push(...run.beats.slice(run.before));
      for (const { id, trigger } of candidates(outcome, after.ended, undefined)) if (trigger !== undefined) found.add(id);
    }
    return [kinds, [...found].sort().join(), at];
  };

  test('however windows overlap: its time and its kind are kept once, and the same is found', () => {
    fc.assert(fc.property(rhythm, fc.constantFrom(1, 2, 2.5, 5), (beats, strideS) => {
      const [kinds, found, at] = onceOf(beats, 10);
      expect(kinds).toBe(beats.filter(({ atS }) => atS < 60).map(({ kind }) => kind).join(''));
      expect(at).toEqual([...at].sort((a, b) => a - b));
      const overlapping = onceOf(beats, strideS);
      expect([overlapping[0], overlapping[2]]).toEqual([kinds, at]);
      expect(overlapping[1]).toBe(found);
    }), { numRuns: 200 });
  });

  test('what is kept has a bound, however fast and however long', () => {
    let runs: readonly BeatRun[] = [];
    for (const outcome of outcomesOf(beatsOf('V.21x3000'), 600)) runs = beatsAfter(runs, { ...outcome, source: { partition: 0, offsets: Array.from({ length: 500 }, (_, i) => i) } }).runs;
    expect(runs[0].beats.length).toBeLessThanOrEqual(350);
    expect(runs[0].kinds).toHaveLength(runs[0].beats.length);
    expect(runs[0].segments!.reduce((sum, { source }) => sum + source.offsets.length, 0)).toBeLessThanOrEqual(1024);
  });

  test('a run that an older engine kept goes on, its kinds unknown', () => {
    const [first, second] = outcomesOf(beatsOf('N.8x8 V.4x20 N.8x60'), 20);
    const { kinds: _k, segments: _s, soundFromS: _f, ...older } = beatsAfter([], first).runs[0];
    const [run] = beatsAfter([older], second).runs;
    expect(run.kinds!.slice(0, run.before)).toMatch(/^\?+$/);
    expect(run.kinds).toHaveLength(run.beats.length);
    expect(run.kinds!.slice(run.before)).toMatch(/^V+N+$/);
  });
});
