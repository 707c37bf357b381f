/** Pauses between attempts at one partition, and the life of an assignment as a table. */
import { expect, test } from 'vitest';
import { type AssignmentState, Backoff, HEALTHY_AFTER_MS, isLegal, RETAKE_FIRST_MS, RETAKE_LONGEST_MS } from '../../src/log/index.js';

test('pauses double up to the longest, over any number of new assignments, and start over after one that lived', () => {
  const backoff = new Backoff();
  const pauses = Array.from({ length: 12 }, () => backoff.afterFailure(HEALTHY_AFTER_MS - 1));
  expect(pauses.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * RETAKE_FIRST_MS));
  expect(pauses.at(-1)).toBe(RETAKE_LONGEST_MS);
  expect(backoff.afterFailure(HEALTHY_AFTER_MS)).toBe(RETAKE_FIRST_MS);
});

test('an assignment restores, runs, drains and closes; it may fail or be revoked at any time; nothing follows its end', () => {
  const states: readonly AssignmentState[] = ['restoring', 'running', 'draining', 'closed', 'failed'];
  const legal = states.flatMap((from) => states.filter((to) => isLegal(from, to)).map((to) => `${from} ${to}`));
  expect(legal).toEqual(['restoring running', 'restoring closed', 'restoring failed', 'running draining', 'running closed', 'running failed', 'draining closed', 'draining failed']);
});
