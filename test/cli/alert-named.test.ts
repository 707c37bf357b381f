/** The beginning of an alert's id: unique, or refused with what it could mean. Invariants: I174 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertNamed } from '../../src/cli/alerts/client.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { sha256 } from '../../src/ecg/index.js';

const clientOf = (ids: readonly string[]) => ({ list: () => Promise.resolve(ids.map((alertId) => ({ alertId }) as AlertEvent)) });

test('two that begin alike are named, and neither is chosen', async () => {
  const ids = ['abcd1111', 'abcd2222', 'ffff3333'].map((start) => start.padEnd(32, '0'));
  await expect(alertNamed(clientOf(ids), 'abcd')).rejects.toThrow(`2 active alerts begin with abcd (${ids[0]}, ${ids[1]}): give more of the id`);
  expect(await alertNamed(clientOf(ids), 'abcd1')).toBe(ids[0]);
  await expect(alertNamed(clientOf(ids), '0000')).rejects.toThrow('no active alert that you may see begins with 0000');
  // Too short to be meant, or no id of ours: asked for as it is.
  for (const as of ['abc', 'nobody', ids[0]]) expect(await alertNamed(clientOf(ids), as)).toBe(as);
});

test('a beginning never names another alert than the one whose id it begins', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 5000 }), { minLength: 1, maxLength: 60 }), fc.nat(), fc.integer({ min: 4, max: 31 }), async (numbers, at, length) => {
      const ids = numbers.map((n) => sha256(String(n)).slice(0, 32));
      const id = ids[at % ids.length];
      const named = await alertNamed(clientOf(ids), id.slice(0, length)).catch(() => undefined);
      const matches = ids.filter((one) => one.startsWith(id.slice(0, length))).length;
      expect(named).toBe(matches > 1 ? undefined : id);
    }),
  );
});
