/** What stands in the way of watching is reported: a silent device, five minutes without a usable signal, an encoder that does not answer. Invariants: I28 */
import { describe, expect, test } from 'vitest';
import { initial, step, type SubjectState } from '../../src/decide/index.js';
import type { AlertEvent, Outcome, Silence } from '../../src/ecg/index.js';
import { AF, decide, outcome, policy, policyWith, series } from './series.js';

const reported = (events: readonly AlertEvent[]) => events.map(({ snapshot, state }) => `${snapshot.finding} ${state}`);
const run = (count: number, more: Partial<Outcome>, from = 0) => Array.from({ length: count }, (_, k) => outcome(from + k, 0.01, more));

test('five minutes of a signal that says nothing, and its end', () => {
  const bad = run(29, { grade: 'unusable', status: 'unusable' });
  expect(reported(decide(bad).events)).toEqual([]);
  const { events } = decide([...run(30, { grade: 'unusable', status: 'unusable' }), ...run(3, {}, 30)]);
  expect(reported(events)).toEqual(['technical-poor-signal raised', 'technical-poor-signal resolved']);
  expect(events[0].snapshot).toMatchObject({ evidence: 'rule', channel: 'bedside', priority: 'low', model: '' });
  expect((events[0].atMs - events[0].snapshot.onsetMs) / 1000).toBe(300);
});

test('an encoder that is away for a minute, and its return; a segment that was not worth asking says nothing of it', () => {
  const { events } = decide([...run(3, { status: 'unscored', findings: [] }), outcome(3, 0, { grade: 'unusable', status: 'unusable' }), ...run(3, { status: 'unscored', findings: [] }, 4), ...run(1, {}, 7)]);
  expect(reported(events)).toEqual(['technical-encoder-away raised', 'technical-encoder-away resolved']);
});

test('they take nothing from the budget, and a unit can turn them off', () => {
  const series = [...run(6, { status: 'unscored', findings: [] }), ...run(1, {}, 6)];
  expect(reported(decide(series, policyWith({ lowPerBedDay: 0 })).events)).toHaveLength(2);
  const association = { unit: 'icu', knownConditions: [], contextOffset: 0 };
  expect(reported(decide(series.map((one) => ({ ...one, association })), policyWith({ units: { icu: { 'technical-encoder-away': 'off' } } })).events)).toEqual([]);
});

describe('a silent device', () => {
  const AT = 1_700_000_000_000;
  const silence = (silent: boolean, atMs = AT, more: Partial<Silence> = {}): Silence => ({ device: 'bed-1', silent, atMs, lastRecordMs: AT - 30_000, encounter: 'e-1', bed: '1', unit: 'icu', ...more });
  function heard(news: readonly Silence[], by = policy): AlertEvent[] {
    let state: SubjectState = initial('e-1');
    return news.flatMap((one, offset) => {
      const decided = step(state, { type: 'silence', silence: one, partition: 0, offset }, by);
      state = decided.state;
      return decided.out.events.map(({ event }) => event);
    });
  }
  test('is announced once, since when, and over when it is heard again', () => {
    const events = heard([silence(true), silence(true, AT + 60_000), silence(false, AT + 90_000), silence(true, AT + 300_000, { lastRecordMs: AT + 270_000 })]);
    expect(reported(events)).toEqual(['technical-device-silent raised', 'technical-device-silent resolved', 'technical-device-silent raised']);
    expect(events[0].snapshot).toMatchObject({ device: 'bed-1', bed: '1', unit: 'icu', onsetMs: AT - 30_000, measurements: { beats: [] } });
    expect(events[1]).toMatchObject({ previousHash: events[0].hash, cause: 'heard-again' });
    expect(events[2].alertId).not.toBe(events[0].alertId);
  });
  test('another device of the same patient does not end it', () => {
    expect(reported(heard([silence(true), silence(false, AT + 10_000, { device: 'telemetry-7' })]))).toEqual(['technical-device-silent raised']);
  });
  test('heard without having been silent, or turned off, is nothing', () => {
    expect(heard([silence(false)])).toEqual([]);
    // What sends, and nothing usable, says so.
    expect(heard([silence(true)])[0].snapshot.reasons).toEqual([]);
    expect(heard([silence(true, AT, { sends: true })])[0].snapshot.reasons).toEqual(['sends-no-segment']);
    const changed = heard([silence(true), silence(true, AT + 60_000, { sends: true }), silence(true, AT + 120_000, { sends: true }), silence(true, AT + 180_000)]);
    expect(changed.map(({ state, cause, snapshot }) => [state, cause, snapshot.reasons])).toEqual([['raised', 'silent', []], ['updated', 'sends-no-segment', ['sends-no-segment']], ['updated', 'silent', []]]);
    expect(changed[1]).toMatchObject({ alertId: changed[0].alertId, previousHash: changed[0].hash, sequence: 2, atMs: AT + 60_000 });
    // Nor is it younger for that: nobody has answered it for as long.
    expect(reported(heard([silence(true), silence(true, AT + 240_000, { sends: true }), silence(true, AT + 300_000, { sends: true })])).at(-1)).toBe('technical-device-silent escalated');
    expect(heard([silence(true)], policyWith({ findings: { 'technical-device-silent': { mode: 'off' } } }))).toEqual([]);
  });
});

test('an electrode that is off for a minute, and its end', () => {
  const off = { leads: outcome(0, 0).leads.map((lead) => (lead.lead === 'V3' ? { ...lead, reasons: ['lead-off'] } : lead)) };
  expect(reported(decide(run(5, off)).events)).toEqual([]);
  expect(reported(decide([...run(6, off), ...run(1, {}, 6)]).events)).toEqual(['technical-leads-off raised', 'technical-leads-off resolved']);
});

describe('what was watched in a patient, and is not for five minutes', () => {
  const few = { leads: outcome(0, 0).leads.map((lead) => (['I', 'II', 'III'].includes(lead.lead) ? lead : { ...lead, origin: 'missing' as const })), gates: { rate: true, morphology: true, twelveLead: false } };
  test('is announced, and so is its end', () => {
    const { events } = decide([outcome(0, 0.01), ...run(30, few, 1), ...run(3, {}, 31)]);
    expect(reported(events)).toEqual(['technical-not-watched raised', 'technical-not-watched resolved']);
  });
  test('but not of a bed that never had those leads', () => expect(reported(decide(run(60, few)).events)).toEqual([]));
  test('nor twice, where the whole signal says nothing', () => {
    expect(reported(decide([outcome(0, 0.01), ...run(60, { ...few, grade: 'unusable', status: 'unusable' }, 1)]).events)).toEqual(['technical-poor-signal raised']);
  });
});

test('two patients are said to be on the device: announced at once; what is decided once in a stay waits', () => {
  const disputed = { association: { bed: '1', isDisputed: true as const, knownConditions: [], contextOffset: 3 } };
  const { events, suppressed } = decide([outcome(0, 0.99, disputed, 'cardiac-amyloidosis'), outcome(1, 0.01)]);
  expect(reported(events)).toEqual(['technical-identity-disputed raised', 'technical-identity-disputed resolved']);
  expect(suppressed).toEqual(['identity']);
});

describe('nobody answers an alert, and the device falls silent', () => {
  const silence: Silence = { device: 'bed-1', silent: true, atMs: 0, lastRecordMs: 0, encounter: 'e-1' };
  const again = (state: SubjectState, afterS: number) => step(state, { type: 'silence', silence: { ...silence, atMs: afterS * 1000 }, partition: 0, offset: 9 }, policy);
  test('it is escalated all the same, by the silence that is reported again each minute', () => {
    const { state } = decide(series(0.99, 0.99));
    const open = state.findings[AF].active!;
    const early = again(state, 60);
    expect(reported(early.out.events.map(({ event }) => event))).toEqual(['technical-device-silent raised']);
    const late = again(early.state, 360);
    const escalated = { state: 'escalated', cause: 'unanswered', atMs: 360_000, outcome: { offset: 9 } };
    // The silence itself is as old by now, and nobody has answered it either.
    expect(late.out.events.map(({ event }) => event)).toMatchObject([{ alertId: open.alertId, ...escalated }, { ...escalated, snapshot: { finding: 'technical-device-silent', priority: 'medium' } }]);
    expect(again(late.state, 420).out.events).toEqual([]);
  });
});
