/** The audit says from where and by which request; refusals in a loop fill no disk, and none is left out. Invariants: I105 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditLine } from '../../src/monitor/audit.js';
import { Gate, RefusedError } from '../../src/monitor/gate.js';
import { Refusals } from '../../src/monitor/refusals.js';
import { countingMeter } from '../encoder/support.js';
import { SimulatedClock } from '../simulation/clock.js';
import { wordDoor } from './support.js';

function scene() {
  const clock = new SimulatedClock();
  const lines: AuditLine[] = [];
  const gate = new Gate(wordDoor, (line) => void lines.push(line), countingMeter(), clock);
  const attempt = (token: string, from = '10.0.0.1', surface = 'http /beds') => gate.admit({ authorization: token === '' ? undefined : `Bearer ${token}` }, 'read', gate.call(surface, from)).catch((error: unknown) => expect(error).toBeInstanceOf(RefusedError));
  return { clock, lines, gate, attempt, run: (ms: number) => clock.run(clock.monotonicMs() + ms) };
}

test('5,000 refused calls of one address are one line at once and one more, that says how many; after a pause the next is a line again', async () => {
  const { lines, attempt, run } = scene();
  for (let n = 0; n < 5000; n++) await attempt('');
  expect(lines).toHaveLength(1);
  await run(10_000);
  expect(lines.map(({ who, from, surface, outcome, why, repeated }) => [who, from, surface, outcome, why, repeated])).toEqual([
    ['', '10.0.0.1', 'http /beds', 'refused', 'no-credentials', undefined],
    ['', '10.0.0.1', 'http /beds', 'refused', 'no-credentials', 4999],
  ]);
  expect(new Set(lines.map(({ request }) => request)).size).toBe(2);
  await run(20_000);
  await attempt('');
  expect(lines).toHaveLength(3);
});

test('another address, principal, door or reason has a line of its own', async () => {
  const { lines, attempt } = scene();
  for (const from of ['10.0.0.1', '10.0.0.2']) for (const token of ['', 'nurse/dismiss:*', 'orderly/dismiss:*']) for (const surface of ['http /beds', 'grpc List']) for (let n = 0; n < 3; n++) await attempt(token, from, surface);
  expect(lines).toHaveLength(12);
});

test("a caller's own id is kept where it is one, and every call has one", () => {
  const { gate } = scene();
  expect(gate.call('http /beds', '10.0.0.1', 'f00d-1').request).toBe('f00d-1');
  for (const given of [undefined, '', 'two words', 'x'.repeat(65), 'a\nb', '{}']) expect(gate.call('http /beds', '10.0.0.1', given).request).toMatch(/^[\w]+-[\w]+$/);
  expect(new Set(Array.from({ length: 1000 }, () => gate.call('x', '').request)).size).toBe(1000);
});

test('who is refused, whenever and however often, over any number of addresses: lines and what they sum are all refusals, and lines are few', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ from: fc.integer({ min: 0, max: 3000 }), times: fc.integer({ min: 1, max: 50 }), pauseMs: fc.integer({ min: 0, max: 4000 }) }), { maxLength: 40 }), async (bursts) => {
      const clock = new SimulatedClock();
      const lines: AuditLine[] = [];
      const refusals = new Refusals((line) => void lines.push(line), clock);
      let all = 0;
      for (const { from, times, pauseMs } of bursts) {
        for (let n = 0; n < times; n++) refusals.take({ who: '', from: `10.0.${from >> 8}.${from & 255}`, request: `${all++}`, surface: 'http /beds', action: 'read', outcome: 'refused', why: 'expired' });
        await clock.run(clock.monotonicMs() + pauseMs);
      }
      refusals.close();
      expect(lines.reduce((sum, { repeated = 1 }) => sum + repeated, 0)).toBe(all);
      expect(lines.length).toBeLessThanOrEqual(2 * bursts.length + clock.monotonicMs() / 10_000 + 1);
    }),
    { numRuns: 50 },
  );
});

test('of more than a thousand callers at once the others are summed together', () => {
  const lines: AuditLine[] = [];
  const refusals = new Refusals((line) => void lines.push(line), new SimulatedClock());
  for (let n = 0; n < 5000; n++) refusals.take({ who: '', from: `10.1.${n >> 8}.${n & 255}`, request: `${n}`, surface: 'http /beds', action: 'read', outcome: 'refused', why: 'expired' });
  refusals.close();
  expect([lines.length, lines.at(-1)]).toEqual([1002, { who: '', from: 'others', request: '', surface: 'http /beds', action: 'read', outcome: 'refused', why: 'expired', repeated: 3999 }]);
});
