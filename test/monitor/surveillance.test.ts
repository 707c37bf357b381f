/** For every bed and finding: watched, or not and why, and what share of the last day. Silence never reads as "no disease". Invariants: I29 */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import type { LeadState, Outcome } from '../../src/ecg/index.js';
import { SurveillanceBook } from '../../src/monitor/surveillance.js';
import type { Clock, Meter } from '../../src/ports/index.js';
import { AF, outcome, policyWith } from '../decide/series.js';

const START = 1_700_000_000_000;
const SIMULATED_ONLY = 'cardiac-amyloidosis';

/** A clock that stands where it is put, and the gauge by its labels. */
function bookOf(policy = policyWith({})) {
  let nowMs = START;
  let tick: (() => void) | undefined;
  const gauge = new Map<string, number>();
  const clock: Clock = { ...systemClock(), nowMs: () => nowMs, after: (_ms, run) => ((tick = run), () => (tick = undefined)) };
  const none = { add() {}, observe() {} };
  const meter: Meter = { counter: () => none, histogram: () => none, gauge: () => ({ set: (value, { unit, why } = {}) => void gauge.set(`${unit} ${why}`, value) }) };
  const book = new SurveillanceBook(policy, clock, meter, () => nowMs);
  return {
    book,
    gauge,
    take(more: Partial<Outcome> = {}, count = 1) {
      for (let k = 0; k < count; k++) book.take(outcome(0, 0.1, more), (nowMs += 10_000));
    },
    end: (device: string) => book.end(device, nowMs),
    pass: (ms: number) => void (nowMs += ms),
    tick: () => tick?.(),
    of: (id: string) => book.beds()[0].findings.find((finding) => finding.id === id)!,
  };
}

const inUnit = (unit: string, knownConditions: readonly string[] = []) => ({ association: { unit, bed: '7', knownConditions, contextOffset: 0 } });
const onlyII: readonly LeadState[] = [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }];

describe('a finding at a bed', () => {
  test('is watched while a segment is good for it, and says since when', () => {
    const { take, of, book } = bookOf();
    take(inUnit('icu'), 6);
    expect(of(AF)).toMatchObject({ watched: true, sinceMs: START + 10_000, share24h: 1 });
    expect(book.beds()[0]).toMatchObject({ device: 'bed-1', bed: '7', unit: 'icu' });
  });

  test.each<[string, Partial<Outcome>]>([
    ['unusable', { grade: 'unusable', status: 'unusable' }],
    ['not-scored', { status: 'unscored' }],
    ['paced', { pacing: 'paced' }],
    ['placement', { placement: 'easi' }],
    ['band', { lowpassHz: 20 }],
    ['leads', { leads: onlyII }],
  ])('is not, because of %s', (why, more) => {
    const { take, of } = bookOf();
    take(more);
    expect(of(AF)).toMatchObject({ watched: false, why });
  });

  test('is not where it is known, off, in shadow, or without evidence', () => {
    const { take, of } = bookOf(policyWith({ units: { icu: { 'left-bundle-branch-block': 'off', 'sinus-tachycardia': 'shadow' } } }));
    take(inUnit('icu', [AF]));
    expect([AF, 'left-bundle-branch-block', 'sinus-tachycardia', SIMULATED_ONLY].map((id) => of(id).why)).toEqual(['known-condition', 'off', 'shadow', 'no-evidence']);
  });

  test('by a rule is watched without an encoder', () => {
    const { take, of } = bookOf();
    take({ status: 'unscored' });
    expect([of('rule-tachycardia').watched, of(AF).watched]).toEqual([true, false]);
  });

  test('that nobody hears of any more is not watched, and its share falls', () => {
    const { take, pass, of } = bookOf();
    take({}, 360);
    expect(of(AF).share24h).toBe(1);
    pass(3_600_000);
    expect(of(AF)).toMatchObject({ watched: false, why: 'silent' });
    expect(of(AF).share24h).toBeCloseTo(0.5, 2);
    pass(24 * 3_600_000);
    expect(of(AF).share24h).toBe(0);
  });

  test('of a device that ended its stream is not watched for that, and not for silence; the segments that waited change nothing, a new epoch does', () => {
    const { take, end, pass, of, book } = bookOf();
    take({}, 6);
    end(book.beds()[0].device);
    take();
    expect(of(AF)).toMatchObject({ watched: false, why: 'ended', sinceMs: START + 60_000 });
    pass(3_600_000);
    expect(of(AF)).toMatchObject({ watched: false, why: 'ended' });
    take({ epoch: 99 });
    expect(of(AF)).toMatchObject({ watched: true });
    end('a device that is not known');
  });

  test('has the share of the time that it was watched, by its own reasons', () => {
    const { take, of } = bookOf();
    take({}, 90);
    take({ status: 'unscored' }, 90);
    take({}, 90);
    take({ leads: onlyII }, 90);
    expect(of(AF).share24h).toBeCloseTo(0.5, 2);
    expect(of('rule-pause').share24h).toBe(1);
  });
});

test('units are counted by reason in metrics, and a reason that is over says zero', () => {
  const { take, tick, gauge } = bookOf();
  take({ ...inUnit('icu'), status: 'unscored' });
  tick();
  expect(gauge.get('icu not-scored')).toBeGreaterThan(20);
  const all = [...gauge].reduce((sum, [, value]) => sum + value, 0);
  take(inUnit('icu'));
  tick();
  expect(gauge.get('icu not-scored')).toBe(0);
  expect(gauge.get('icu watched')).toBeGreaterThan(20);
  expect([...gauge].reduce((sum, [, value]) => sum + value, 0)).toBe(all);
});
