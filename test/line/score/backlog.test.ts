/** What is read and not published, and since when. */
import { expect, test } from 'vitest';
import { Credits } from '../../../src/line/credits.js';
import { Backlog } from '../../../src/line/score/backlog.js';
import { beating, logOf } from '../bench.js';

test('records that wait for the capacity that another partition holds are as old as they are', () => {
  const backlog = new Backlog(new Credits({ segments: 1, bytes: Infinity }));
  expect(backlog.oldestMs()).toBeUndefined();
  const records = logOf([0, beating(0, 100)], [1, beating(100, 100)]);
  backlog.arrive(records);
  expect(backlog.oldestMs()).toBe(records[0].timestampMs);
  backlog.pass();
  expect(backlog.oldestMs()).toBe(records[1].timestampMs);
  const held = backlog.enter('bed-1', records[0].timestampMs);
  expect(backlog.oldestMs()).toBe(records[0].timestampMs);
  expect(backlog.oldestMs(new Set([held]))).toBe(records[1].timestampMs);
  backlog.pass();
  backlog.leave([held]);
  expect(backlog.oldestMs()).toBeUndefined();
});
