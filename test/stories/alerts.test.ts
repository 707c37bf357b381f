/** What a ward lives through with alerts: a known condition, a patient who moves, a cable that comes back, an order nobody expected. */
import { describe, expect, test } from 'vitest';
import { initial, step, type SubjectState } from '../../src/decide/index.js';
import type { AlertEvent, AlertState, Outcome } from '../../src/ecg/index.js';
import { AF, decide, outcome, policy, policyWith, series, states } from '../decide/series.js';

describe('a patient', () => {
  test('with known AF is not announced as new AF, and it is counted how often it would have been', () => {
    const known = { association: { encounter: 'e-1', knownConditions: [AF], contextOffset: 0 } };
    const { events, suppressed } = decide(Array.from({ length: 20 }, (_, k) => outcome(k, 0.99, known)));
    expect([events, suppressed]).toEqual([[], new Array(20).fill('known-condition')]);
  });
  test('whose AF becomes known while the alert is open: no second one, and the first is left to the person who answers', () => {
    const known = { association: { encounter: 'e-1', knownConditions: [AF], contextOffset: 1 } };
    const { events, state } = decide([...series(0.99, 0.99), ...Array.from({ length: 20 }, (_, k) => outcome(2 + k, 0.99, known))]);
    expect(states(events)).toEqual(['raised']);
    expect(state.findings[AF].active?.state).toBe('raised');
  });
  test('who moves to another bed and device in mid-episode keeps one alert', () => {
    const there = Array.from({ length: 6 }, (_, k) => outcome(3 + k, k < 2 ? 0.99 : 0.01, { id: `bed-9/1/${k * 5000}`, device: 'bed-9', firstSample: k * 5000 }));
    const { events } = decide([...series(0.99, 0.99, 0.99), ...there]);
    expect(states(events)).toEqual(['raised', 'resolved']);
    expect(events[1].alertId).toBe(events[0].alertId);
  });
  test('whose monitor is restarted in mid-episode keeps one alert', () => {
    const again = Array.from({ length: 4 }, (_, k) => outcome(3 + k, 0.99, { id: `bed-1/2/${k * 5000}`, epoch: 2, firstSample: k * 5000 }));
    expect(states(decide([...series(0.99, 0.99, 0.99), ...again]).events)).toEqual(['raised']);
  });
  test('whose alert was acknowledged is not asked again in the next bed', () => {
    const { state, events } = decide(series(0.99, 0.99));
    const taken = step(state, { type: 'command', offset: 5, command: { alertId: events[0].alertId, kind: 'acknowledge', actor: 'nurse', atMs: 1, reason: '' } }, policy);
    let after = taken.state;
    const later = Array.from({ length: 60 }, (_, k) => outcome(3 + k, 0.99, { id: `bed-9/1/${k * 5000}`, device: 'bed-9', firstSample: k * 5000 })).flatMap((one, offset) => {
      const decided = step(after, { type: 'outcome', outcome: one, partition: 0, offset }, policy);
      after = decided.state;
      return decided.out.events;
    });
    expect(later).toEqual([]);
    expect(after.findings[AF].active?.state).toBe('acknowledged');
  });
  test('who has left: what was announced at the bedside is over, what waits for a reader goes on waiting, and nothing is announced twice', () => {
    const readers = policyWith({ findings: { [AF]: { mode: 'reader' } } });
    const left = (by: typeof policy) => {
      const { state } = decide(series(0.99, 0.99), by);
      const departure = { device: 'bed-1', encounter: 'e-1', atMs: 1_700_000_100_000 };
      const first = step(state, { type: 'departure', departure, partition: 0, offset: 7 }, by);
      expect(step(first.state, { type: 'departure', departure, partition: 0, offset: 8 }, by).out.events).toEqual([]);
      return first;
    };
    expect(left(policy).out.events.map(({ event }) => event)).toMatchObject([{ state: 'resolved', cause: 'discharge', atMs: 1_700_000_100_000, outcome: { offset: 7 } }]);
    expect(left(policy).state).toMatchObject({ findings: {}, subject: 'e-1' });
    expect(left(readers).out.events).toEqual([]);
    expect(left(readers).state.findings[AF].active?.state).toBe('raised');
  });
  test('of whom nobody says who it is has alerts all the same, by the device', () => {
    const { events } = decide([0, 1].map((k) => outcome(k, 0.99, { association: { knownConditions: [], contextOffset: -1 } })));
    expect(events[0].snapshot).toMatchObject({ encounter: undefined, device: 'bed-1' });
  });
});

/** What is right for one finding, computed again from all votes at every segment: raised by n of the last m, ended by m against it in a row. */
function slowly(votes: readonly (-1 | 0 | 1)[], n: number, m: number, restSegments: number): (AlertState | undefined)[] {
  const said: (AlertState | undefined)[] = [];
  let [isActive, since, restsUntil] = [false, 0, -1];
  votes.forEach((_, k) => {
    const last = votes.slice(Math.max(since, k - m + 1), k + 1);
    if (isActive && last.length === m && last.every((vote) => vote === -1)) {
      said.push('resolved');
      [isActive, since, restsUntil] = [false, k + 1, k + restSegments];
    } else if (!isActive && k > restsUntil && last.filter((vote) => vote === 1).length >= n) {
      said.push('raised');
      isActive = true;
    } else said.push(undefined);
  });
  return said;
}

test.each([[2, 3, 0], [2, 3, 2], [1, 2, 0], [3, 4, 1]])('every order of eight segments for, between and against: %d of %d, resting %d', { timeout: 60_000 }, (n, m, rest) => {
  const by = policyWith({ findings: { [AF]: { n, m, cooldownS: rest * 10 } } });
  const { threshold, release } = by.entries.get(AF)!;
  const probabilityOf = { [-1]: release / 2, 0: (release + threshold) / 2, 1: (1 + threshold) / 2 } as const;
  const made = ([-1, 0, 1] as const).map((vote) => Array.from({ length: 8 }, (_, k) => outcome(k, probabilityOf[vote])));
  let sequences = 0;
  const walk = (votes: readonly (-1 | 0 | 1)[], state: SubjectState, said: readonly (AlertState | undefined)[]): void => {
    if (votes.length === 8) {
      sequences++;
      if (JSON.stringify(said) !== JSON.stringify(slowly(votes, n, m, rest))) expect({ votes, said }).toEqual({ votes, said: slowly(votes, n, m, rest) });
      return;
    }
    for (const vote of [-1, 0, 1] as const) {
      const of: Outcome = made[vote + 1][votes.length];
      const { state: after, out } = step(state, { type: 'outcome', outcome: of, partition: 0, offset: votes.length }, by);
      const events: AlertEvent[] = out.events.map(({ event }) => event);
      walk([...votes, vote], after, [...said, events[0]?.state]);
    }
  };
  walk([], initial('e-1'), []);
  expect(sequences).toBe(3 ** 8);
});

test('a finding that a site turns off while its alert is open: the alert ends, and says why', () => {
  const { state, events } = decide(series(0.99, 0.99));
  const off = policyWith({ findings: { [AF]: { mode: 'off' } } });
  const { out, state: after } = step(state, { type: 'outcome', outcome: outcome(2, 0.99), partition: 0, offset: 2 }, off);
  expect(out.events.map(({ event }) => event)).toMatchObject([{ alertId: events[0].alertId, state: 'resolved', cause: 'turned-off' }]);
  expect(after.findings[AF]).toBeUndefined();
});
