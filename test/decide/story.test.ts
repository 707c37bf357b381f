/** One patient, one story: what is a sign of something else is folded beneath it, what a measurement rules out is not raised. Invariants: I60 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { step } from '../../src/decide/index.js';
import { chainFault } from '../../src/decide/chain.js';
import { CONTRADICTIONS, isContradicted } from '../../src/decide/story/contradicted.js';
import { causesOf, EXPLANATIONS } from '../../src/decide/story/explains.js';
import type { AlertEvent, Outcome } from '../../src/ecg/index.js';
import { decide, outcome, policy, policyWith, STEADY } from './series.js';

const catalogue = JSON.parse(readFileSync(new URL('../../models/catalogue.json', import.meta.url), 'utf8')) as { findings: { id: string }[] };
const known = new Set(catalogue.findings.map(({ id }) => id));

/** A segment with these findings at .95, of a heart like this. */
const seen = (k: number, findings: readonly string[], measured: Partial<Outcome['measurements']> = {}): Outcome =>
  outcome(k, 0, { findings: findings.map((id) => ({ id, probability: 0.95 })), measurements: { beats: STEADY, voltages: [], st: [], ...measured } });
const raisedOf = (events: readonly AlertEvent[]) => events.filter(({ state }) => state === 'raised');
const latestOf = (events: readonly AlertEvent[]) => new Map(events.map((event) => [event.snapshot.finding, event]));

describe('the tables', () => {
  test('name findings of the catalogue alone, and say where they stand', () => {
    for (const { cause, effects, source } of EXPLANATIONS) for (const id of [cause, ...effects]) expect(known, `${id}, ${source}`).toContain(id);
    for (const { findings, source } of CONTRADICTIONS) for (const id of findings) expect(known, `${id}, ${source}`).toContain(id);
    expect([...EXPLANATIONS, ...CONTRADICTIONS].every(({ source }) => source.length > 10)).toBe(true);
  });
  test('no finding explains itself, by any way round', () => {
    const ends = new Set<string>();
    const walk = (id: string, seenBefore: readonly string[]): void => {
      expect(seenBefore, [...seenBefore, id].join(' ← ')).not.toContain(id);
      if (ends.has(id)) return;
      for (const cause of causesOf(id)) walk(cause, [...seenBefore, id]);
      ends.add(id);
    };
    for (const { effects } of EXPLANATIONS) for (const effect of new Set(effects)) walk(effect, []);
  });
});

describe('folding', () => {
  const WIDE = { qrsMs: 150 };
  const LBBB = 'left-bundle-branch-block';
  test('a left bundle branch block and its wide QRS: one alert at the top, the other says what explains it', () => {
    const { events } = decide([0, 1, 2, 3, 4, 5].map((k) => seen(k, [LBBB], WIDE)));
    const latest = latestOf(events);
    expect(latest.get('rule-wide-qrs')!.snapshot.explainedBy).toBe(latest.get(LBBB)!.alertId);
    expect(latest.get(LBBB)!.snapshot.explainedBy).toBeUndefined();
    expect(new Set(events.map(({ snapshot }) => snapshot.episode)).size).toBe(1);
  });
  test('a cause that comes later takes in what was there: an event says so, and the chain holds', () => {
    const { events } = decide([...[0, 1, 2, 3, 4, 5].map((k) => seen(k, [], WIDE)), ...[6, 7, 8, 9, 10].map((k) => seen(k, [LBBB], WIDE))]);
    const wide = events.filter(({ snapshot }) => snapshot.finding === 'rule-wide-qrs');
    expect(wide.map(({ state, cause, snapshot }) => [state, cause, snapshot.explainedBy !== undefined])).toEqual([['raised', 'not-new', false], ['updated', 'explained', true]]);
    expect(chainFault(wide[0], wide[1])).toBeUndefined();
    expect(latestOf(events).get(LBBB)!.snapshot.episode).toBe(wide[0].alertId);
  });
  test('the cause is dismissed: what it explained stands by itself again, at once', () => {
    const { events, state } = decide([0, 1, 2, 3, 4, 5].map((k) => seen(k, [LBBB], WIDE)));
    const { alertId } = latestOf(events).get(LBBB)!;
    const { out } = step(state, { type: 'command', command: { alertId, kind: 'dismiss', actor: 'nurse-7', atMs: 1_700_000_100_000, reason: 'not-present' }, offset: 4 }, policy);
    expect(out.events.map(({ event }) => [event.snapshot.finding, event.state, event.cause, event.snapshot.explainedBy])).toEqual([
      [LBBB, 'dismissed', 'not-present', undefined],
      ['rule-wide-qrs', 'updated', 'no-longer-explained', undefined],
    ]);
  });
  test('what somebody acknowledged stays as it was answered; a less urgent cause explains nothing', () => {
    const before = decide([0, 1, 2, 3, 4, 5].map((k) => seen(k, [], WIDE)));
    const { alertId } = latestOf(before.events).get('rule-wide-qrs')!;
    const { state } = step(before.state, { type: 'command', command: { alertId, kind: 'acknowledge', actor: 'n', atMs: 1, reason: '' }, offset: 1 }, policy);
    let now = state;
    const events: AlertEvent[] = [];
    for (let k = 6; k < 12; k++) {
      const next = step(now, { type: 'outcome', outcome: seen(k, [LBBB], WIDE), partition: 0, offset: k }, policy);
      now = next.state;
      events.push(...next.out.events.map(({ event }) => event));
    }
    expect(events.map(({ snapshot, state: is }) => [snapshot.finding, is])).toEqual([[LBBB, 'raised']]);
    const low = policyWith({ findings: { [LBBB]: { priority: 'low' }, 'rule-wide-qrs': { priority: 'medium' } } });
    expect(latestOf(decide([0, 1, 2, 3, 4, 5].map((k) => seen(k, [LBBB], WIDE)), low).events).get('rule-wide-qrs')!.snapshot.explainedBy).toBeUndefined();
  });
  test('a cause that was acknowledged before explains nothing new: who answered it did not see that', () => {
    const before = decide([0, 1, 2, 3, 4, 5].map((k) => seen(k, [LBBB])));
    const { alertId } = latestOf(before.events).get(LBBB)!;
    let { state } = step(before.state, { type: 'command', command: { alertId, kind: 'acknowledge', actor: 'n', atMs: 1, reason: '' }, offset: 1 }, policy);
    const events: AlertEvent[] = [];
    for (let k = 6; k < 12; k++) {
      const next = step(state, { type: 'outcome', outcome: seen(k, [LBBB], WIDE), partition: 0, offset: k }, policy);
      ({ state } = next);
      events.push(...next.out.events.map(({ event }) => event));
    }
    expect(events.map(({ snapshot }) => [snapshot.finding, snapshot.explainedBy])).toEqual([['rule-wide-qrs', undefined]]);
  });
  test('what is explained is not escalated; its cause is', () => {
    const medium = policyWith({ findings: { 'rule-wide-qrs': { priority: 'medium' } } });
    const { events } = decide(Array.from({ length: 90 }, (_, k) => (k < 40 ? outcome(k, 0.01, { measurements: { beats: STEADY, voltages: [], st: [], qrsMs: 90 } }, LBBB) : seen(k, [LBBB], WIDE))), medium);
    expect(events.filter(({ state }) => state === 'escalated').map(({ snapshot }) => snapshot.finding)).toEqual([LBBB]);
  });
});

test('a supraventricular tachycardia at 35 a minute is held back and counted; one that is there ends by it', () => {
  const SVT = 'supraventricular-tachycardia';
  const advisory = policyWith({});
  const { events, suppressed } = decide([0, 1, 2, 3].map((k) => seen(k, [SVT], { heartRateBpm: 35 })), advisory);
  expect(raisedOf(events).map(({ snapshot }) => snapshot.finding)).not.toContain(SVT);
  expect(suppressed.filter((why) => why === 'contradicted')).toHaveLength(4);
  const fast = decide([...[0, 1, 2, 3].map((k) => seen(k, [SVT], { heartRateBpm: 170 })), ...[4, 5, 6].map((k) => seen(k, [SVT], { heartRateBpm: 70 }))], advisory);
  expect(fast.events.filter(({ snapshot }) => snapshot.finding === SVT).map(({ state }) => state)).toEqual(['raised', 'resolved']);
});

test('an infarction with ST elevation needs one, or depression over the posterior wall; where a lead was not measured nothing is ruled out', () => {
  const leads = ['I', 'II', 'III', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
  const st = (levels: Readonly<Record<string, number>>, without = '', band: Pick<Outcome, 'highpassHz' | 'phase'> = { phase: 'unknown' }) =>
    isContradicted('stemi', { ...band, measurements: { beats: [], voltages: [], st: leads.filter((lead) => lead !== without).map((lead) => ({ lead, mv: levels[lead] ?? 0 })) } });
  expect([st({}), st({ V5: -0.2, V6: -0.2 }), st({ V2: 0.3 }), st({ V2: 0.3, V5: 0.3 })]).toEqual([true, true, true, true]);
  expect([st({ II: 0.08, aVF: 0.09 }), st({ V2: -0.1 }), st({}, 'V4'), st({}, '', { highpassHz: 0.5, phase: 'causal' })]).toEqual([false, false, false, false]);
});

test('nothing is ruled out by what was not measured', () => {
  for (const { findings } of CONTRADICTIONS) for (const id of findings) expect(isContradicted(id, { measurements: { beats: [], voltages: [], st: [] }, phase: 'unknown' })).toBe(false);
});

test('whatever comes in whatever order, an explanation names an alert that is active, that is at least as urgent, and that it does not explain itself', () => {
  const ids = [...new Set(EXPLANATIONS.flatMap(({ cause, effects }) => [cause, ...effects]))].filter((id) => !id.startsWith('rule-'));
  fc.assert(
    fc.property(fc.array(fc.record({ findings: fc.subarray(ids), qrsMs: fc.constantFrom(90, 150), heartRateBpm: fc.constantFrom(35, 75, 150), dismissed: fc.option(fc.nat(40), { freq: 5 }) }), { minLength: 5, maxLength: 25 }), (segments) => {
      let state = decide([]).state;
      const active = new Map<string, AlertEvent>();
      const chains = new Map<string, AlertEvent>();
      const take = (events: readonly { event: AlertEvent }[]) => {
        for (const { event } of events) {
          expect(chainFault(chains.get(event.alertId), event)).toBeUndefined();
          chains.set(event.alertId, event);
          if (event.state === 'resolved' || event.state === 'dismissed') active.delete(event.alertId);
          else active.set(event.alertId, event);
        }
        for (const { alertId, state: is, snapshot } of active.values()) {
          if (snapshot.explainedBy === undefined) continue;
          const cause = active.get(snapshot.explainedBy)!;
          expect(cause, `${snapshot.finding} ${is}`).toBeDefined();
          expect(causesOf(snapshot.finding)).toContain(cause.snapshot.finding);
          expect(cause.snapshot.explainedBy).not.toBe(alertId);
        }
      };
      segments.forEach(({ findings, qrsMs, heartRateBpm, dismissed }, k) => {
        const next = step(state, { type: 'outcome', outcome: seen(k, findings, { qrsMs, heartRateBpm }), partition: 0, offset: k }, policy);
        ({ state } = next);
        take(next.out.events);
        const target = dismissed === null ? undefined : [...active.keys()][dismissed];
        if (target === undefined) return;
        const answered = step(state, { type: 'command', command: { alertId: target, kind: k % 2 === 0 ? 'dismiss' : 'acknowledge', actor: 'n', atMs: 1, reason: '' }, offset: k }, policy);
        ({ state } = answered);
        take(answered.out.events);
      });
    }),
    { numRuns: 60 },
  );
});
