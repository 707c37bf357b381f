/** What a site says: modes by unit and finding, named unproven findings, budgets, latching, escalation; and what it may not say. Invariants: I17, I19 */
import { describe, expect, test } from 'vitest';
import { initial, type Policy, PolicyError, step, type SubjectState } from '../../src/decide/index.js';
import type { AlertCommand, AlertEvent, Outcome } from '../../src/ecg/index.js';
import { AF, decide, outcome, policy, policyWith, series, states } from './series.js';

const SIMULATED_ONLY = 'cardiac-amyloidosis';
const inUnit = (unit: string) => [0, 1, 2].map((k) => outcome(k, 0.99, { association: { encounter: 'e-1', unit, knownConditions: [], contextOffset: 0 } }));
const channelIn = (by: Policy, unit = 'icu') => decide(inUnit(unit), by).events[0]?.snapshot.channel;

describe('modes', () => {
  test('off says nothing and counts it, shadow and reader go where they say', () => {
    const by = (mode: 'off' | 'shadow' | 'reader' | 'advisory') => policyWith({ findings: { [AF]: { mode } } });
    expect(decide(inUnit('icu'), by('off'))).toMatchObject({ events: [], suppressed: ['off', 'off', 'off'] });
    expect([channelIn(by('shadow')), channelIn(by('reader')), channelIn(by('advisory'))]).toEqual(['shadow', 'worklist', 'bedside']);
  });
  test('a unit has the last word, on one finding before all of them', () => {
    const by = policyWith({ units: { ward: { '*': 'shadow', [AF]: 'reader' }, icu: { '*': 'off' } } });
    expect([channelIn(by, 'ward'), channelIn(by, 'icu'), channelIn(by, 'elsewhere')]).toEqual(['worklist', undefined, 'bedside']);
  });
  test('what is unproven goes to a reader where a site names it, and says so', () => {
    const raised = (by: Policy, demo = false) => decide(Array.from({ length: 200 }, (_, k) => outcome(k, 0.99, { demo }, SIMULATED_ONLY)), by).events[0].snapshot;
    expect(raised(policy)).toMatchObject({ channel: 'shadow', evidence: 'simulated' });
    expect(raised(policyWith({ findings: { [SIMULATED_ONLY]: { mode: 'reader' } } }))).toMatchObject({ channel: 'worklist', evidence: 'simulated' });
    expect(raised(policy, true).channel).toBe('shadow');
    expect(raised(policyWith({ openToSimulated: true }), true)).toMatchObject({ channel: 'worklist', simulated: true });
  });
  test('an impossible policy is refused with what is wrong with it', () => {
    expect(() => policyWith({ findings: { 'moon-disease': {} } })).toThrow(new PolicyError("policy.findings: there is no finding 'moon-disease'; models/catalogue.json has them all"));
    expect(() => policyWith({ units: { icu: { 'moon-disease': 'off' } } })).toThrow(/policy\.units\.icu: there is no finding/);
    expect(() => policyWith({ findings: { [SIMULATED_ONLY]: { mode: 'advisory' } } })).toThrow(/unproven \(evidence: simulated\).*reader at most/);
  });
  test('every word of the site is in the hash, thresholds in their own', () => {
    const [mode, threshold] = [policyWith({ findings: { [AF]: { mode: 'reader' } } }), policyWith({ findings: { [AF]: { threshold: 0.9 } } })];
    expect(new Set([policy.hash, mode.hash, threshold.hash, policyWith({ findings: {}, lowPerBedDay: 3 }).hash]).size).toBe(4);
    expect(mode.thresholdSetHash).toBe(policy.thresholdSetHash);
    expect(threshold.thresholdSetHash).not.toBe(policy.thresholdSetHash);
  });
});

test('AF is announced after half a minute in total where twelve leads are not there', () => {
  const few = { gates: { rate: true, morphology: true, twelveLead: false } };
  const raisedAt = (more: Partial<Outcome>) => decide([0, 1, 2, 3].map((k) => outcome(k, 0.99, more)), policyWith({})).events[0].snapshot.segments.length;
  expect([raisedAt({}), raisedAt(few)]).toEqual([2, 3]);
});

describe('the budget of a bed-day', () => {
  const LOW = 'premature-atrial-complex';
  /** Half a minute of it every ten minutes. */
  const day = (finding: string, count: number) => Array.from({ length: count * 60 }, (_, k) => outcome(k, k % 60 < 3 ? 0.99 : 0.01, {}, finding));
  test('lets so many of low priority through, counts the rest, and starts over after a day', () => {
    const by = policyWith({ lowPerBedDay: 3 });
    const { events, suppressed } = decide(day(LOW, 10), by);
    expect(states(events).filter((state) => state === 'raised')).toHaveLength(3);
    expect(suppressed.filter((why) => why === 'budget').length).toBeGreaterThan(0);
    expect(states(decide([...day(LOW, 4), ...[0, 1, 2].map((k) => outcome(8700 + k, 0.99, {}, LOW))], by).events).filter((state) => state === 'raised')).toHaveLength(4);
  });
  test('never holds back what is above low', () => {
    const { events } = decide(day(AF, 5), policyWith({ lowPerBedDay: 0 }));
    expect(states(events).filter((state) => state === 'raised')).toHaveLength(5);
  });
});

describe('when nobody answers', () => {
  function live(by: Policy, outcomes: readonly Outcome[], commandAfter?: { readonly k: number; readonly kind: AlertCommand['kind'] }): { events: AlertEvent[]; state: SubjectState } {
    let state: SubjectState = initial('e-1');
    const events: AlertEvent[] = [];
    outcomes.forEach((one, k) => {
      const decided = step(state, { type: 'outcome', outcome: one, partition: 0, offset: k }, by);
      events.push(...decided.out.events.map(({ event }) => event));
      state = decided.state;
      if (commandAfter?.k !== k) return;
      const command = { alertId: events[0].alertId, kind: commandAfter.kind, actor: 'nurse', atMs: one.startMs, reason: '' };
      const obeyed = step(state, { type: 'command', command, offset: k }, by);
      events.push(...obeyed.out.events.map(({ event }) => event));
      state = obeyed.state;
    });
    return { events, state };
  }
  const lasting = Array.from({ length: 60 }, (_, k) => outcome(k, 0.99));

  test('it is escalated once, after its time, and not when somebody did', () => {
    const { events } = live(policyWith({ escalateAfterS: 120 }), lasting);
    expect(states(events)).toEqual(['raised', 'escalated']);
    expect(events[1]).toMatchObject({ cause: 'unanswered', previousHash: events[0].hash });
    expect((events[1].atMs - events[0].atMs) / 1000).toBe(120);
    expect(states(live(policyWith({ escalateAfterS: 120 }), lasting, { k: 5, kind: 'acknowledge' }).events)).toEqual(['raised', 'acknowledged']);
  });
  test('nor what is low, or in shadow', () => {
    expect(states(live(policyWith({ escalateAfterS: 60 }), lasting.map((_, k) => outcome(k, 0.99, {}, 'sinus-tachycardia'))).events)).toEqual(['raised']);
    expect(states(live(policyWith({ escalateAfterS: 60, findings: { [AF]: { mode: 'shadow' } } }), lasting).events)).toEqual(['raised']);
  });
  test('a latching alert outlives what it reports, until it is acknowledged', () => {
    const by = policyWith({ findings: { [AF]: { latching: true, escalateAfterS: 10_000 } } });
    const short = series(0.99, 0.99, ...new Array<number>(20).fill(0.01));
    const waiting = live(by, short);
    expect(waiting.events.map(({ state, cause }) => [state, cause])).toEqual([['raised', 'threshold'], ['updated', 'over-and-latched']]);
    const late = live(policyWith({ findings: { [AF]: { latching: true, escalateAfterS: 40 } } }), short);
    expect(states(late.events)).toEqual(['raised', 'updated', 'escalated']);
    const lateStill = live(policyWith({ findings: { [AF]: { latching: true, escalateAfterS: 20 } } }), short);
    expect(states(lateStill.events)).toEqual(['raised', 'escalated']);
    const answered = live(by, short, { k: 15, kind: 'acknowledge' });
    expect(states(answered.events)).toEqual(['raised', 'updated', 'acknowledged', 'resolved']);
    expect(answered.state.findings[AF]?.active).toBeUndefined();
    expect(states(live(by, short, { k: 3, kind: 'acknowledge' }).events)).toEqual(['raised', 'acknowledged', 'resolved']);
  });
});

test('a finding whose expected PPV may lie below the floor is not delivered; an alert carries what is expected', () => {
  const ppv = (lower95: number) => ({ findings: { [AF]: { threshold: 0.5, ppv: { value: 0.4, lower95, prevalence: 0.05, data: 'ours' } } }, ppvFloor: 0.2 });
  const raised = (lower95: number) => decide(inUnit('icu'), policyWith(ppv(lower95))).events[0].snapshot;
  expect(raised(0.3)).toMatchObject({ channel: 'bedside', expectedPpv: 0.4 });
  expect(raised(0.1).channel).toBe('shadow');
  // A unit that is open to all findings is not open to this one.
  expect(channelIn(policyWith({ ...ppv(0.1), units: { icu: { '*': 'advisory' } } }))).toBe('shadow');
  expect(decide(inUnit('icu')).events[0].snapshot.expectedPpv).toBeUndefined();
});
