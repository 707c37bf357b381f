/** The circuit breaker's transitions, one by one. */
import { expect, it } from 'vitest';
import { FAILURES_TO_OPEN, OPEN_MS, OPEN_MS_MAX, calling, closed, failed, permits, succeeded, type Breaker } from '../../src/adapters/inference/breaker.js';

function opened(nowMs: number): Breaker {
  let breaker: Breaker = closed;
  for (let i = 0; i < FAILURES_TO_OPEN; i++) breaker = failed(breaker, nowMs);
  return breaker;
}

it('opens after failures in a row, and a success in between starts the count again', () => {
  const twice = failed(failed(closed, 0), 0);
  expect(permits(twice, 0)).toBe(true);
  expect(succeeded()).toEqual(closed);
  expect(permits(opened(0), 0)).toBe(false);
});

it('lets one call through when its time is over', () => {
  const breaker = opened(100);
  expect([permits(breaker, 100 + OPEN_MS - 1), permits(breaker, 100 + OPEN_MS)]).toEqual([false, true]);
  expect(permits(calling(breaker), 100 + OPEN_MS)).toBe(false);
});

it('stays open twice as long after each failed trial, up to a bound', () => {
  let breaker = opened(0);
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    if (breaker.kind !== 'open') throw new Error(breaker.kind);
    waits.push(breaker.waitMs);
    breaker = failed(calling(breaker), breaker.untilMs);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, OPEN_MS_MAX, OPEN_MS_MAX, OPEN_MS_MAX]);
});

it('ignores stragglers of the time before it opened', () => {
  const breaker = opened(0);
  expect(failed(breaker, 50)).toBe(breaker);
});
