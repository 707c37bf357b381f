/** Figures of alerts: exact intervals as scipy gives them; what is false, found, late, or a true alarm answered. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent, AlertSnapshot, AlertState } from '../../src/ecg/index.js';
import { alertFigures, challengeFigures, isActiveBefore, judged, peopleFigures, poissonUpper95, shareLower95, type Stay, type TrueEpisode } from '../../src/evaluate/index.js';

const START_MS = 1_700_000_000_000;
const KINDS: Readonly<Record<string, 'episodic' | 'sustained' | 'structural'>> = { 'atrial-fibrillation': 'episodic', 'left-bundle-branch-block': 'sustained', 'low-qrs-voltage': 'sustained', 'rule-tachycardia': 'episodic', 'rule-low-voltage': 'structural' };
const kindOf = (id: string) => KINDS[id];

const event = (finding: string, atS: number, state: AlertState = 'raised', channel: AlertSnapshot['channel'] = 'bedside'): AlertEvent =>
  ({ alertId: finding, state, atMs: START_MS + atS * 1000, snapshot: { finding, channel, kind: KINDS[finding] ?? 'episodic' } }) as AlertEvent;
const stay = (truth: readonly TrueEpisode[] | undefined, events: readonly AlertEvent[], hours = 1): Stay =>
  ({ bed: 'bed', startMs: START_MS, durationMs: hours * 3_600_000, truth, events, segments: { good: 300, limited: 50, unusable: 10 }, unscored: 0 });
const from = (id: string, onsetS: number, fullS = onsetS): TrueEpisode => ({ id, onsetMs: onsetS * 1000, fullMs: fullS * 1000 });

test('intervals are exact', () => {
  // scipy.stats.gamma.ppf(0.975, n + 1) and beta.ppf(0.025, k, n - k + 1)
  for (const [count, upper] of [[0, 3.6888794541], [3, 8.7672730697], [12, 20.9615852]] as const) expect(poissonUpper95(count)).toBeCloseTo(upper, 6);
  for (const [hits, n, lower] of [[0, 20, 0], [19, 20, 0.7512672372], [20, 20, 0.831566529]] as const) expect(shareLower95(hits, n)).toBeCloseTo(lower, 8);
});

describe('a stay', () => {
  const AF = 'atrial-fibrillation';
  test('finds what is announced in the time of its kind, from when it is there in full', () => {
    expect(judged(stay([from(AF, 120)], [event(AF, 150)]), kindOf).episodes).toEqual([{ id: AF, isFound: true, delayS: 30 }]);
    expect(judged(stay([from(AF, 120)], [event(AF, 190)]), kindOf).episodes).toEqual([{ id: AF, isFound: false }]);
    expect(judged(stay([from('left-bundle-branch-block', 120, 140)], [event('left-bundle-branch-block', 400)]), kindOf).episodes[0]).toMatchObject({ isFound: true, delayS: 260 });
    expect(judged(stay([from(AF, 120)], [event(AF, 150, 'raised', 'shadow')]), kindOf).episodes[0].isFound).toBe(false);
  });
  test('takes a rule on the same thing for the finding, and passes over what could not be announced to anyone', () => {
    expect(judged(stay([from('complete-av-block', 0)], [event('rule-av-block', 30)]), (id) => (id === 'rule-av-block' ? 'episodic' : undefined)).episodes).toEqual([{ id: 'complete-av-block', isFound: true, delayS: 30 }]);
    expect(judged(stay([from('low-qrs-voltage', 0)], [event('rule-low-voltage', 1800)]), kindOf).episodes[0].isFound).toBe(true);
    expect(judged(stay([from('ventricular-escape-rhythm', 0)], []), kindOf).episodes).toEqual([]);
  });
  test('calls false what is announced while nothing is wrong, and only that', () => {
    const events = [event(AF, 60), event(AF, 900), event('left-bundle-branch-block', 1000)];
    const { falseAlerts, healthyHours } = judged(stay([{ id: 'normal-ecg', onsetMs: 0, fullMs: 0, offsetMs: 600_000 }, from(AF, 600)], events), kindOf);
    expect(falseAlerts.map(({ atMs }) => atMs - START_MS)).toEqual([60_000]);
    expect(healthyHours).toBeCloseTo(1 / 6);
    expect(judged(stay(undefined, events), kindOf)).toMatchObject({ falseAlerts: [], healthyHours: 0 });
  });
});

test('figures of stays together', () => {
  const stays = [stay([from('normal-ecg', 0)], [event('rule-tachycardia', 100)], 24), stay([from('atrial-fibrillation', 0)], [event('atrial-fibrillation', 20)], 24), stay([from('atrial-fibrillation', 0)], [event('stemi', 30, 'raised', 'shadow')], 24)];
  const figures = alertFigures(stays, stays.map((one) => judged(one, kindOf)), kindOf, { policyHash: 'p', thresholdSetHash: 't', ungated: 30, curve: [] });
  expect(figures).toMatchObject({
    bedDays: 3, policyHash: 'p', thresholdSetHash: 't', ungated: { perBedDay: 10 }, shadowed: 1,
    delivered: { total: 2, byFinding: { 'atrial-fibrillation': 1, 'rule-tachycardia': 1 } },
    falsePerBedDay: { value: 1, bedDays: 1, byFinding: { 'rule-tachycardia': 1 } },
    sensitivity: { value: 0.5, byFinding: { 'atrial-fibrillation': { tp: 1, fn: 1 } } },
    delayS: { p50: 20, p95: 20 }, segments: { total: 1080, good: 900, limited: 150, unusable: 30, unscored: 0 },
  });
  expect(figures.falsePerBedDay.upper95).toBeCloseTo(5.5716, 3);
});

describe('Challenge 2015', () => {
  const FAST = 'rule-tachycardia';
  test('an alert answers an alarm when it is active in the last half minute before it', () => {
    const active = (...events: AlertEvent[]) => isActiveBefore(stay(undefined, events), FAST);
    expect(active(event(FAST, 300))).toBe(true);
    expect(active(event(FAST, 310))).toBe(false);
    expect(active(event(FAST, 100))).toBe(true);
    expect(active(event(FAST, 100), event(FAST, 260, 'resolved'))).toBe(false);
    expect(active(event(FAST, 100), event(FAST, 280, 'resolved'))).toBe(true);
    expect(active(event('stemi', 290))).toBe(false);
    expect(active(event(FAST, 290, 'raised', 'shadow'))).toBe(false);
  });
  test('a missed alarm costs five', () => {
    const [found, nothing] = [stay(undefined, [event(FAST, 290)]), stay(undefined, [])];
    const alarms = [[found, true], [nothing, true], [found, false], [nothing, false], [nothing, false]] as const;
    const figures = challengeFigures([...alarms.map(([one, isTrue]) => ({ stay: one, alarm: 'Tachycardia', isTrue })), { stay: found, alarm: 'Apnoea', isTrue: true }])!;
    expect(figures.byAlarm['Tachycardia']).toMatchObject({ tp: 1, fn: 1, fp: 1, tn: 2 });
    expect([figures.sensitivity, figures.score]).toEqual([0.5, 3 / 9]);
    expect(figures.repeated).toBe(1 / 3);
    expect(challengeFigures([])).toBeUndefined();
  });
  test('each kind of alarm has its rules, and no other answers it', () => {
    const by = (alarm: string, finding: string) => challengeFigures([{ stay: stay(undefined, [event(finding, 290)]), alarm, isTrue: true }])!.sensitivity;
    expect([by('Asystole', 'rule-asystole'), by('Asystole', 'rule-pause'), by('Ventricular_Tachycardia', 'rule-wide-tachycardia'), by('Ventricular_Tachycardia', FAST)]).toEqual([1, 0, 1, 0]);
    expect([by('Ventricular_Flutter_Fib', 'rule-asystole'), by('Ventricular_Flutter_Fib', 'rule-wide-tachycardia')]).toEqual([1, 1]);
  });
});

describe('people as their labels have them', () => {
  const person = (labels: Readonly<Record<string, boolean>>, events: readonly AlertEvent[]) => ({ labels: new Map(Object.entries(labels)), stay: stay(undefined, events, 0.5) });
  const NORMAL = { 'normal-ecg': true, 'atrial-fibrillation': false };
  const canAlert = (id: string) => id !== 'normal-ecg';

  test('a normal person alerted is one whom the bedside heard of; a worklist and the watching itself are not', () => {
    const people = [
      person(NORMAL, [event('rule-tachycardia', 50), event('rule-tachycardia', 90)]),
      person(NORMAL, [event('rule-wide-qrs', 50, 'raised', 'worklist'), event('technical-poor-signal', 60), event('stemi', 70, 'raised', 'shadow')]),
      person({ ...NORMAL, 'left-bundle-branch-block': true }, [event('rule-pause', 50)]),
    ];
    const { normalAlerted } = peopleFigures(people, canAlert);
    expect(normalAlerted).toMatchObject({ count: 1, of: 2, value: 0.5, byFinding: { 'rule-tachycardia': 2 } });
    expect(normalAlerted.upper95).toBeCloseTo(0.98742, 4);
  });

  test('right is what a label says too, of a rule what bears it out; without any label it is not judged', () => {
    const ill = { 'normal-ecg': false, 'atrial-fibrillation': true, 'left-bundle-branch-block': true, 'right-bundle-branch-block': false };
    const events = [event('rule-atrial-fibrillation', 20), event('rule-wide-qrs', 30, 'raised', 'worklist'), event('right-bundle-branch-block', 40), event('rule-qtc-change', 50)];
    expect(peopleFigures([person(ill, events)], canAlert)).toMatchObject({
      right: { count: 2, of: 3, byFinding: { 'rule-atrial-fibrillation': { count: 1, of: 1 }, 'rule-wide-qrs': { count: 1, of: 1 }, 'right-bundle-branch-block': { count: 0, of: 1 } } },
      found: { 'atrial-fibrillation': { count: 1, of: 1 }, 'left-bundle-branch-block': { count: 1, of: 1 } },
      perPerson: { bedside: 3, worklist: 1, people: 1 },
      unjudged: 1,
    });
  });

  test('of nobody nothing is said', () => {
    expect(peopleFigures([], canAlert)).toMatchObject({ normalAlerted: { of: 0, value: null }, right: { of: 0, value: null }, perPerson: { bedside: null } });
  });
});
