/** The hash chain of each alert: whatever is changed, left out, put in twice or put elsewhere is found, and where. */
import { expect, test } from 'vitest';
import { owedIn, verify } from '../../src/cli/alerts/verify.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { decodeAlert, encodeAlert } from '../../src/wire/index.js';
import { AF, decide, outcome, policyWith, series } from '../decide/series.js';

/** Two alerts of two events each, as the log holds them. */
const events: readonly AlertEvent[] = (() => {
  const by = policyWith({ findings: {} });
  const probabilities = [0.99, 0.99, 0.01, 0.01, 0.01];
  const second = probabilities.map((p, k) => outcome(100 + k, p, {}, 'right-bundle-branch-block'));
  return [...decide(series(...probabilities), by).events, ...decide([...second.slice(0, 2), ...Array.from({ length: 8 }, (_, k) => outcome(102 + k, k < 3 ? 0.99 : 0.01, {}, 'right-bundle-branch-block'))], by).events];
})();
const records = (list: readonly AlertEvent[]) => list.map((event, offset) => ({ partition: 0, offset, value: encodeAlert(event) }));
const faults = (list: readonly AlertEvent[]) => verify(records(list)).breaks.map(({ fault, offset }) => [fault, offset]);

test('what was written holds together, also over the wire', () => {
  expect(events.map(({ snapshot, state }) => [snapshot.finding, state])).toEqual([[AF, 'raised'], [AF, 'resolved'], ['right-bundle-branch-block', 'raised'], ['right-bundle-branch-block', 'resolved']]);
  expect(events.every((event) => decodeAlert(encodeAlert(event))!.hash === event.hash)).toBe(true);
  expect(verify(records(events))).toEqual({ alerts: 2, events: 4, cut: 0, breaks: [] });
});

test('an event that was changed', () => {
  const snapshot = { ...events[0].snapshot, probability: 0.5 };
  expect(faults([{ ...events[0], snapshot }, ...events.slice(1)])).toEqual([['hash', 0]]);
  expect(faults([events[0], { ...events[1], atMs: events[1].atMs + 1 }, ...events.slice(2)])).toEqual([['hash', 1]]);
});

test('one that is missing, there twice, or of another chain', () => {
  expect(faults([events[0], events[0], events[1]])).toEqual([['sequence', 1]]);
  expect(faults([events[0], { ...events[3], alertId: events[0].alertId }])).toEqual([['hash', 1]]);
  expect(verify(records(events.slice(1)))).toMatchObject({ cut: 1, breaks: [] });
});

test('bytes that are no event, wherever they lie', () => {
  expect(verify([{ partition: 3, offset: 7, value: Uint8Array.of(255, 1) }, ...records(events)]).breaks).toEqual([{ alertId: '', sequence: 0, fault: 'unreadable', partition: 3, offset: 7 }]);
});

test('evidence that is owed is counted until it is written', () => {
  const value = Uint8Array.of(1);
  const owed = ['decide/0/evidence/a/bed-1/1/0', 'decide/0/evidence/a/bed-1/1/1000', 'decide/1/evidence/b/bed-2/1/0'].map((key) => ({ key, value }));
  expect(owedIn([...owed, { key: 'decide/0/subject/evidence/', value }, { key: undefined, value }])).toBe(3);
  expect(owedIn([...owed, { key: owed[1].key, value: null }])).toBe(2);
});
