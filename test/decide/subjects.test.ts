/** An encounter and a device may have one name: they are two subjects, and neither receives what belongs to the other. Invariants: I54 */
import { describe, expect, test } from 'vitest';
import { type DecideInput, initial, step, subjectKey, type SubjectState } from '../../src/decide/index.js';
import type { AlertEvent, Outcome, Silence } from '../../src/ecg/index.js';
import { AF, outcome, policy } from './series.js';

/** A partition: every input by the key of its record, as the line has it. */
function partition() {
  const states = new Map<string, SubjectState>();
  const events: AlertEvent[] = [];
  let offset = 0;
  const take = (name: string, input: DecideInput): string => {
    const key = subjectKey(name, input, (one) => states.get(one));
    const done = step(states.get(key) ?? initial(name), input, policy);
    states.set(key, done.state);
    events.push(...done.out.events.map(({ event }) => event));
    return key;
  };
  return {
    states,
    events,
    outcome: (name: string, one: Outcome) => take(name, { type: 'outcome', outcome: one, partition: 0, offset: offset++ }),
    silence: (name: string, silence: Silence) => take(name, { type: 'silence', silence, partition: 0, offset: offset++ }),
    command: (name: string, alertId: string) => take(name, { type: 'command', offset: offset++, command: { alertId, kind: 'acknowledge', actor: 'nurse', atMs: 1.7e12, reason: '' } }),
    departure: (name: string) => take(name, { type: 'departure', departure: { device: 'bed-9', encounter: name, atMs: 1.7e12 }, partition: 0, offset: offset++ }),
  };
}

const NAME = '4711';
/** The encounter 4711, on device bed-9. */
const ofEncounter = (k: number, probability = 0.99): Outcome => outcome(k, probability, { id: `bed-9/1/${k * 5000}`, device: 'bed-9', association: { encounter: NAME, knownConditions: [], contextOffset: 0 } });
/** The device 4711, on which nobody is known. */
const ofDevice = (k: number, probability = 0.99): Outcome => outcome(k, probability, { id: `${NAME}/1/${k * 5000}`, device: NAME, association: { knownConditions: [], contextOffset: -1 } });
const silenceOf = (more: Partial<Silence>): Silence => ({ device: NAME, silent: true, atMs: 1_700_000_060_000, lastRecordMs: 1_700_000_000_000, ...more });

describe('an encounter and a device of one name', () => {
  test('half a vote of each raises nothing; two of one do, and say whose they are', () => {
    const { outcome: take, events } = partition();
    take(NAME, ofEncounter(0));
    take(NAME, ofDevice(0));
    expect(events).toEqual([]);
    take(NAME, ofEncounter(1));
    expect(events.map(({ snapshot }) => [snapshot.finding, snapshot.encounter, snapshot.device])).toEqual([[AF, NAME, 'bed-9']]);
    take(NAME, ofDevice(1));
    expect(events.map(({ snapshot }) => snapshot.encounter)).toEqual([NAME, undefined]);
    expect(new Set(events.map(({ alertId }) => alertId)).size).toBe(2);
  });
  test('who came first has the name, so that older engines find it; the other is apart', () => {
    for (const [first, second, key] of [[ofEncounter, ofDevice, `@device/${NAME}`], [ofDevice, ofEncounter, `@encounter/${NAME}`]] as const) {
      const { outcome: take, states } = partition();
      expect([take(NAME, first(0)), take(NAME, second(0)), take(NAME, first(1)), take(NAME, second(1))]).toEqual([NAME, key, NAME, key]);
      expect([...states.values()].map(({ subject }) => subject)).toEqual([NAME, NAME]);
    }
  });
  test('the one that is apart stays so when the first is forgotten', () => {
    const { outcome: take, states } = partition();
    take(NAME, ofEncounter(0));
    take(NAME, ofDevice(0));
    states.delete(NAME);
    expect([take(NAME, ofDevice(1)), take(NAME, ofEncounter(1))]).toEqual([`@device/${NAME}`, NAME]);
  });
  test('a command finds the alert that it names, whose ever it is', () => {
    const { outcome: take, command, events } = partition();
    for (const k of [0, 1]) for (const of of [ofEncounter, ofDevice]) take(NAME, of(k));
    for (const { alertId } of events.slice()) command(NAME, alertId);
    expect(events.map(({ state }) => state)).toEqual(['raised', 'raised', 'acknowledged', 'acknowledged']);
    expect(command(NAME, 'of nobody')).toBe(NAME);
  });
  test('one who leaves takes no alert of the device along', () => {
    const { outcome: take, departure, events } = partition();
    for (const k of [0, 1]) for (const of of [ofDevice, ofEncounter]) take(NAME, of(k));
    departure(NAME);
    expect(events.filter(({ state }) => state === 'resolved').map(({ snapshot }) => snapshot.encounter)).toEqual([NAME]);
  });
  test('the silence of a device, and that of a patient of its name on it, are two alerts', () => {
    const { silence, events } = partition();
    silence(NAME, silenceOf({}));
    silence(NAME, silenceOf({ encounter: NAME }));
    expect(events.map(({ snapshot }) => snapshot.encounter)).toEqual([undefined, NAME]);
    expect(new Set(events.map(({ alertId }) => alertId)).size).toBe(2);
  });
});

describe('what was there before', () => {
  // But for silences: a device that comes back and makes no segment falls silent twice since the same one.
  test('ids of alerts are what they were', () => {
    const { outcome: take, silence, events } = partition();
    for (const k of [0, 1]) take('e-1', outcome(k, 0.99));
    silence('bed-9', { device: 'bed-9', silent: true, atMs: 1_700_000_060_000, lastRecordMs: 1_700_000_000_000 });
    silence('e-7', { device: 'bed-7', silent: true, atMs: 1_700_000_060_000, lastRecordMs: 1_700_000_000_000, encounter: 'e-7' });
    expect(events.map(({ alertId }) => alertId)).toEqual(['f0990e83918e8aee48a472a56d5509d1', '6e28e1d5939721d13fbd57d7216e59e2', 'f0cd88ead373744204a33814e33c1d1a']);
  });
  test('a state of an older engine is whose its alerts are', () => {
    const { outcome: take, states } = partition();
    for (const k of [0, 1]) take(NAME, ofEncounter(k));
    const { kind: _, ...old } = states.get(NAME)!;
    states.set(NAME, old);
    expect([take(NAME, ofDevice(0)), take(NAME, ofEncounter(2))]).toEqual([`@device/${NAME}`, NAME]);
    expect(states.get(NAME)?.kind).toBe('encounter');
  });
  test('a name that looks like another one behind its kind is never taken for it', () => {
    const { outcome: take } = partition();
    const odd = `@encounter/${NAME}`;
    expect(take(odd, outcome(0, 0.9, { device: odd, association: { knownConditions: [], contextOffset: -1 } }))).toBe(`@device/${odd}`);
    expect(take(odd, outcome(0, 0.9, { association: { encounter: odd, knownConditions: [], contextOffset: 0 } }))).toBe(`@encounter/${odd}`);
  });
});
