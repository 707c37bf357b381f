/** From outcomes to alerts: persistence, hysteresis, cool-down, evidence, and what is never claimed. Invariants: I17, I18, I19 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventHash, initial, POLICY_DEFAULTS, policyOf, RULES, step, type SubjectState } from '../../src/decide/index.js';
import { type AlertEvent, LEADS, type Outcome } from '../../src/ecg/index.js';
import { AF, CATALOGUE, CONTRACT, decide, outcome, policy, series, states, STEADY } from './series.js';

test('where the two detectors dispute the beats, rules on them do not speak', () => {
  const slow = (k: number, reasons: string[]) => outcome(k, 0, { reasons, measurements: { beats: [2400, 4300], voltages: [], st: [] } });
  const raised = (reasons: string[]) => decide(Array.from({ length: 12 }, (_, k) => slow(k, reasons))).events;
  expect(raised([]).length).toBeGreaterThan(0);
  expect(raised(['detectors-disagree'])).toEqual([]);
});

describe('an episode', () => {
  test('two of three raise it, three against it end it, and one alert is the same alert', () => {
    const { events } = decide(series(0.1, 0.95, 0.1, 0.95, 0.95, 0.1, 0.1, 0.1));
    expect(states(events)).toEqual(['raised', 'resolved']);
    expect(new Set(events.map((e) => e.alertId)).size).toBe(1);
    expect(events[0].snapshot).toMatchObject({ finding: AF, channel: 'bedside', evidence: 'internal', simulated: false, onsetMs: 1_700_000_010_000 });
  });
  test('between the two thresholds nothing changes', () => {
    const entry = policy.entries.get(AF)!;
    const between = (entry.threshold + entry.release) / 2;
    expect(states(decide(series(0.95, 0.95, between, between, between, between)).events)).toEqual(['raised']);
  });
  test('it rests after its end: the next one within the cool-down is counted, not announced', () => {
    const again = decide(series(0.95, 0.95, 0.1, 0.1, 0.1, 0.95, 0.95, 0.95));
    expect(states(again.events)).toEqual(['raised', 'resolved']);
    expect(again.suppressed).toContain('cool-down');
  });
});

describe('what is never claimed', () => {
  test('a finding that the model itself holds for unlikely, however rare it is elsewhere', () => {
    const rare = CONTRACT.targets.find(({ threshold }) => threshold < POLICY_DEFAULTS.probabilityMin)!;
    const statesAt = (probability: number) => states(decide([0, 1, 2, 3].map((k) => outcome(k, probability, {}, rare.id))).events);
    expect(statesAt((rare.threshold + POLICY_DEFAULTS.probabilityMin) / 2)).toEqual([]);
    expect(statesAt(POLICY_DEFAULTS.probabilityMin)).toEqual(['raised']);
  });
  const why = (more: Partial<Outcome>) => decide([0, 1, 2].map((k) => outcome(k, 0.99, more)));
  const cases: [string, Partial<Outcome>][] = [
    ['unusable', { grade: 'unusable' }],
    ['known-condition', { association: { encounter: 'e-1', knownConditions: [AF], contextOffset: 0 } }],
    ['not-scored', { status: 'shed' }],
    ['paced', { pacing: 'paced' }],
    ['placement', { placement: 'easi' }],
    ['band', { lowpassHz: 30 }],
    ['leads', { leads: [{ lead: 'II', origin: 'modified', reasons: [], gaps: [] }] }],
  ];
  for (const [reason, more] of cases) {
    test(reason, () => {
      const { events, suppressed } = why(more);
      expect(events).toEqual([]);
      expect(new Set(suppressed)).toEqual(new Set([reason]));
    });
  }
  test('without evidence a real bed gets it in shadow, a simulated one with its mark', () => {
    for (const level of ['simulated', 'none'] as const) {
      const unproven = policyOf(CATALOGUE, CONTRACT.targets.map((t) => ({ ...t, evidence: { level } })), { ...POLICY_DEFAULTS, openToSimulated: true });
      expect(decide(series(0.99, 0.99), unproven).events[0].snapshot.channel).toBe('shadow');
      const simulated = [0, 1].map((k) => outcome(k, 0.99, { demo: true }));
      expect(decide(simulated, unproven).events[0].snapshot).toMatchObject({ channel: 'bedside', simulated: true });
    }
  });
  test('a watch phrase: low at most, in shadow on a real bed, and one ordinary record in a thousand does not raise it', () => {
    const phrase = { id: 'watch-giant-t', leads: CONTRACT.input.leads };
    const watching = policyOf(CATALOGUE, CONTRACT.targets, { ...POLICY_DEFAULTS, priorityCeiling: 'high' }, [phrase]);
    const ranked = (rank: number) => decide([0, 1, 2, 3, 4].map((k) => outcome(k, rank, {}, phrase.id)), watching).events;
    expect(ranked(0.9985)).toEqual([]);
    expect(ranked(0.9995)[0].snapshot).toMatchObject({ finding: phrase.id, priority: 'low', channel: 'shadow', evidence: 'none' });
    expect(watching.hash).not.toBe(policy.hash);
    expect(() => policyOf(CATALOGUE, CONTRACT.targets, { ...POLICY_DEFAULTS, findings: { [phrase.id]: { mode: 'reader', threshold: 0.5 } } }, [phrase])).toThrow('of a watch phrase only the mode can be set, not threshold');
  });
  test('no priority is above the ceiling', () => {
    for (const entry of policy.entries.values()) expect(entry.priority).not.toBe('high');
  });
});

describe('a structural finding', () => {
  const voltages = LEADS.map((lead) => ({ lead, rMv: 0.2, sMv: -0.1 }));
  const low = (k: number, is = true) => outcome(k, 0, { measurements: { beats: STEADY, voltages: is ? voltages : voltages.map((v) => ({ ...v, rMv: 2 })), st: [] } });
  const MINUTES = 60 / 10;
  test('is decided at thirty segments over thirty minutes, once, for the worklist', () => {
    const { events } = decide(Array.from({ length: 60 * MINUTES }, (_, k) => low(k)));
    expect(events.map(({ state, snapshot }) => [state, snapshot.finding, snapshot.channel])).toEqual([['raised', 'rule-low-voltage', 'worklist']]);
    expect(events[0].atMs).toBe(1_700_000_000_000 + 30 * 60_000);
  });
  test('goes by the median: a third of the half-hour does not make it', () => {
    expect(decide(Array.from({ length: 40 * MINUTES }, (_, k) => low(k, k % 3 === 0))).events).toEqual([]);
  });
});

describe('time', () => {
  const HOUR = 360;
  const shifted = (outcomes: readonly Outcome[], from: number, byMs: number) => outcomes.map((o, k) => (k < from ? o : { ...o, startMs: o.startMs + byMs }));
  test('a device clock set back a day silences nothing: the cool-down passes as samples do', () => {
    const ill = [0.95, 0.95, 0.1, 0.1, 0.1, ...Array(60).fill(0.95)];
    const steady = decide(series(...ill));
    const setBack = decide(shifted(series(...ill), 5, -86_400_000));
    expect(states(steady.events)).toEqual(['raised', 'resolved', 'raised']);
    expect(states(setBack.events)).toEqual(states(steady.events));
  });
  test('a device clock set forward half an hour does not make half an hour of signal', () => {
    const voltages = LEADS.map((lead) => ({ lead, rMv: 0.2, sMv: -0.1 }));
    const low = (minutes: number) => Array.from({ length: 6 * minutes }, (_, k) => outcome(k, 0, { measurements: { beats: STEADY, voltages, st: [] } }));
    expect(decide(shifted(low(7), 20, 1_800_000)).events).toEqual([]);
    expect(states(decide(low(30)).events)).toEqual(['raised']);
  });
  test('a patient on two devices whose clocks are five minutes apart: time passes once', () => {
    const voltages = LEADS.map((lead) => ({ lead, rMv: 0.2, sMv: -0.1 }));
    const on = (device: string, k: number, byMs: number): Outcome => {
      const one = outcome(k, 0, { measurements: { beats: STEADY, voltages, st: [] } });
      return { ...one, id: `${device}/1/${k}`, device, startMs: one.startMs + byMs };
    };
    const both = (minutes: number) => Array.from({ length: 6 * minutes }, (_, k) => [on('bed-1', k, 0), on('telemetry-1', k, 300_000)]).flat();
    expect(decide(both(20)).events).toEqual([]);
    expect(states(decide(both(30)).events)).toEqual(['raised']);
  });
  test('two votes a day apart raise nothing', () => {
    expect(decide([outcome(0, 0.95), outcome(24 * HOUR, 0.95)]).events).toEqual([]);
  });
  test('what nothing speaks for is not remembered', () => {
    expect(decide(series(0.95, 0.1, 0.1, 0.1, 0.1)).state.findings[AF]).toBeUndefined();
  });
});

test('an alert names the segments that decided, and where the samples of each lie', () => {
  let state: SubjectState = initial('e-1');
  const raised = series(0.95, 0.1, 0.95).flatMap((o, offset) => {
    const result = step(state, { type: 'outcome', outcome: o, partition: 0, offset }, policy);
    state = result.state;
    return result.out.events;
  });
  expect(raised.map(({ sources }) => sources)).toEqual([[{ segment: 'bed-1/1/0', source: { partition: 0, offsets: [0] } }, { segment: 'bed-1/1/10000', source: { partition: 0, offsets: [2] } }]]);
  expect(raised[0].event.snapshot.segments).toEqual(['bed-1/1/0', 'bed-1/1/10000']);
});

describe('people', () => {
  test('what they dismiss rests: it is not back with the next two segments', () => {
    const { events, state } = decide(series(0.95, 0.95));
    let after = step(state, { type: 'command', command: { alertId: events[0].alertId, kind: 'dismiss', actor: 'nurse', atMs: 1, reason: 'artefact' }, offset: 0 }, policy).state;
    for (let k = 2; k < 6; k++) {
      const result = step(after, { type: 'outcome', outcome: outcome(k, 0.95), partition: 0, offset: k }, policy);
      expect(result.out.events).toEqual([]);
      after = result.state;
    }
  });
  test('acknowledge and dismiss: legal transitions, each chained to the one before; anything else is counted', () => {
    const { events, state } = decide(series(0.95, 0.95));
    const command = (kind: 'acknowledge' | 'dismiss', alertId: string) => ({ type: 'command', command: { alertId, kind, actor: 'nurse', atMs: 1, reason: '' }, offset: 0 }) as const;
    const acknowledged = step(state, command('acknowledge', events[0].alertId), policy);
    expect(acknowledged.out.events[0].event).toMatchObject({ state: 'acknowledged', sequence: 2, previousHash: events[0].hash, actor: 'nurse' });
    expect(step(acknowledged.state, command('acknowledge', events[0].alertId), policy).out.suppressed[0].why).toBe('illegal-transition');
    expect(step(acknowledged.state, command('dismiss', 'unknown'), policy).out.events).toEqual([]);
    expect(step(acknowledged.state, command('dismiss', events[0].alertId), policy).out.events[0].event.state).toBe('dismissed');
  });
});

test('whatever the outcomes, every alert begins raised, ends once, and its hashes follow from what it says', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 }), (probabilities) => {
      const byAlert = new Map<string, AlertEvent[]>();
      for (const event of decide(series(...probabilities)).events) byAlert.set(event.alertId, [...(byAlert.get(event.alertId) ?? []), event]);
      for (const events of byAlert.values()) {
        expect(events[0].state).toBe('raised');
        expect(events.slice(1).every((event, i) => event.previousHash === events[i].hash && event.sequence === i + 2)).toBe(true);
        expect(states(events).filter((state) => state === 'resolved').length).toBeLessThanOrEqual(1);
        for (const event of events) expect(eventHash(event)).toBe(event.hash);
      }
    }),
    { numRuns: 300 },
  );
});

test('every rule has an id of its own in the catalogue', () => {
  for (const { id, kind } of RULES) expect(CATALOGUE.findings.find((finding) => finding.id === id)?.kind).toBe(kind);
});
