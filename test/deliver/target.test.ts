/** One target: what it gets is in order and never skipped, waits grow and end, a day of failure waits for a person. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, ATTEMPTS_BEFORE_PARKED, initialTarget, isSamePosition, PARKED_AFTER_MS, positionOf, stepTarget, type TargetState, WAIT_MAX_MS, WAIT_MIN_MS, waitMs } from '../../src/deliver/index.js';

const FAILED: Answer = { type: 'failed', why: 'status', about: 'HTTP 500' };
const answered = (state: TargetState, answer: Answer, nowMs: number, cursor?: string, jitter = 0.5): TargetState => stepTarget(state, { type: 'answered', answer, id: 'a-1', cursor, nowMs, jitter });
const anyAnswer = fc.constantFrom<Answer>({ type: 'accepted' }, { type: 'refused', about: 'no' }, FAILED);

test('waits double from a second to five minutes, spread over the upper half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempts, jitter) => {
      const wait = waitMs(attempts, jitter);
      expect(wait).toBeGreaterThanOrEqual(WAIT_MIN_MS);
      expect(wait).toBeLessThanOrEqual(WAIT_MAX_MS);
      expect(wait).toBeGreaterThanOrEqual(Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** (attempts - 1)) / 2);
      expect(waitMs(attempts + 1, jitter)).toBeGreaterThanOrEqual(wait);
    }),
  );
  expect([1, 2, 3, 9, 10, 400].map((attempts) => waitMs(attempts, 0))).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000]);
});

test('its place moves with an answer and never with a failure; every answer is counted once', () => {
  fc.assert(
    fc.property(fc.array(anyAnswer, { maxLength: 200 }), (answers) => {
      let state = initialTarget();
      const expected = { delivered: 0, refused: 0, cursor: undefined as string | undefined };
      for (const [k, answer] of answers.entries()) {
        state = answered(state, answer, k * 1000, `c${k}`);
        if (answer.type === 'failed') {
          expect(state.failingSinceMs).toBeDefined();
          expect(state.nextAtMs).toBeGreaterThanOrEqual(k * 1000 + WAIT_MIN_MS);
        } else {
          expected.cursor = `c${k}`;
          expected[answer.type === 'accepted' ? 'delivered' : 'refused'] += 1;
          expect([state.failingSinceMs, state.attempts, state.nextAtMs, state.parkedSinceMs]).toEqual([undefined, 0, undefined, undefined]);
        }
        expect({ delivered: state.delivered, refused: state.refused, cursor: state.cursor }).toEqual(expected);
      }
    }),
  );
});

describe('a target that fails', () => {
  /** Tries whenever it may, as long as it is not parked; answers with how often, and when it ended. */
  function fail(state: TargetState, fromMs: number, untilMs: number): { state: TargetState; attempts: number; atMs: number } {
    let [atMs, attempts] = [fromMs, 0];
    while (atMs < untilMs && state.parkedSinceMs === undefined) {
      state = answered(state, FAILED, atMs, `never-${attempts}`);
      attempts++;
      atMs = state.nextAtMs!;
    }
    return { state, attempts, atMs };
  }

  test('for a day is parked, where it was', () => {
    const before = answered(initialTarget(), { type: 'accepted' }, 0, 'here');
    const { state, attempts } = fail(before, 1000, Infinity);
    expect(state).toMatchObject({ cursor: 'here', delivered: 1, refused: 0, failingSinceMs: 1000 });
    expect(state.parkedSinceMs! - 1000).toBeGreaterThanOrEqual(PARKED_AFTER_MS);
    expect(state.parkedSinceMs! - 1000).toBeLessThan(PARKED_AFTER_MS + WAIT_MAX_MS);
    // Every five minutes at least.
    expect(attempts).toBeGreaterThan(PARKED_AFTER_MS / WAIT_MAX_MS);
  });

  test('for less is not, and an answer forgives all of it', () => {
    const { state, atMs } = fail(initialTarget(), 0, PARKED_AFTER_MS - 1);
    expect(state.parkedSinceMs).toBeUndefined();
    expect(answered(state, { type: 'accepted' }, atMs, 'on')).toMatchObject({ cursor: 'on', failingSinceMs: undefined, attempts: 0 });
  });

  test('before a weekend in which nobody tried is not parked at the first attempt after it', () => {
    const kept = positionOf(answered(initialTarget(), FAILED, 0));
    const started = initialTarget(kept);
    const first = answered(started, FAILED, 3 * PARKED_AFTER_MS);
    expect(first).toMatchObject({ failingSinceMs: 0, parkedSinceMs: undefined });
    const { state, attempts } = fail(first, first.nextAtMs!, Infinity);
    expect(state.parkedSinceMs).toBeDefined();
    expect(attempts + 1).toBe(ATTEMPTS_BEFORE_PARKED);
  });

  test('and is resumed starts over: at once, with a day before it', () => {
    const { state, atMs } = fail(initialTarget(), 0, Infinity);
    const resumed = stepTarget(state, { type: 'resumed' });
    expect(resumed).toMatchObject({ parkedSinceMs: undefined, failingSinceMs: undefined, nextAtMs: undefined, attempts: 0 });
    expect(fail(resumed, atMs, atMs + PARKED_AFTER_MS / 2).state.parkedSinceMs).toBeUndefined();
  });

  test('survives a restart as it was: failing since, parked, refused, and what it owes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAnswer, fc.integer({ min: 1, max: PARKED_AFTER_MS })), { maxLength: 60 }), (answers) => {
        let [state, nowMs] = [stepTarget(initialTarget(), { type: 'begun', cursor: 'c', nowMs: 0 }), 0];
        for (const [answer, later] of answers) state = answered(state, answer, (nowMs += later), `c${nowMs}`);
        expect(isSamePosition(positionOf(initialTarget(positionOf(state))), positionOf(state))).toBe(true);
      }),
    );
  });
});

test('a refusal is set aside: the stream goes on, and people see which, why and how many', () => {
  const state = answered(initialTarget(), { type: 'refused', about: 'AE: no such bed' }, 5, 'on');
  expect(state).toMatchObject({ cursor: 'on', refused: 1, delivered: 0, lastRefusal: { about: 'a-1: AE: no such bed', atMs: 5 } });
});

test('a place that was lost is reported, and the snapshot is owed until it is delivered', () => {
  const begun = stepTarget(initialTarget(), { type: 'begun', cursor: 'now', missed: 'expired', nowMs: 7 });
  expect(begun).toMatchObject({ cursor: 'now', owesSnapshot: true, lastMissed: { atMs: 7, about: expect.stringContaining('expired') } });
  expect(answered(begun, { type: 'accepted' }, 8)).toMatchObject({ cursor: 'now', owesSnapshot: true });
  expect(stepTarget(begun, { type: 'snapshot-delivered' }).owesSnapshot).toBe(false);
});
