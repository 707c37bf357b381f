/**
 * The batcher as a story and as a property: nothing is lost or sent twice, no bound is broken, and nobody waits longer
 * than agreed while a place is free. It does not show that scores come back to whom they belong: test/encoder does.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batcherInitial, batcherStep, type BatchItem, type BatcherInput, type BatcherOptions, type BatcherState } from '../../src/encode/index.js';

const OPTIONS: BatcherOptions = { preferred: [4, 8], maxBatch: 8, longestWaitMs: 5, maxInFlight: 1, maxQueued: 16, order: 'newest' };
const item = (id: string, timeMs: number, size = 1, priority = 0): BatchItem => ({ id, size, priority, timeMs });

function story(options: BatcherOptions, inputs: readonly BatcherInput[]) {
  let state: BatcherState = batcherInitial;
  return inputs.map((input) => {
    const result = batcherStep(state, input, options);
    state = result.state;
    return result.out;
  });
}

describe('a batch leaves', () => {
  it('when its oldest item has waited long enough, newest first', () => {
    const [first, second] = story(OPTIONS, [
      { type: 'submit', nowMs: 0, items: [item('a', 1), item('c', 3), item('b', 2)] },
      { type: 'tick', nowMs: 5 },
    ]);
    expect(first).toEqual({ batches: [], refused: [], wakeMs: 5 });
    expect(second).toEqual({ batches: [['c', 'b', 'a']], refused: [], wakeMs: undefined });
  });

  it('at once at a preferred size; the rest waits for it to come back', () => {
    const outs = story(OPTIONS, [
      { type: 'submit', nowMs: 0, items: ['a', 'b', 'c', 'd', 'e'].map((id, i) => item(id, i)) },
      { type: 'tick', nowMs: 50 },
      { type: 'done', nowMs: 60 },
    ]);
    expect(outs.map(({ batches }) => batches)).toEqual([[['e', 'd', 'c', 'b']], [], [['a']]]);
    expect(outs[1].wakeMs).toBeUndefined();
  });

  it('at once when the next item does not fit any more', () => {
    const [out] = story({ ...OPTIONS, order: 'oldest' }, [{ type: 'submit', nowMs: 0, items: [item('a', 0, 5), item('b', 1, 5)] }]);
    expect(out).toEqual({ batches: [['a']], refused: [], wakeMs: undefined });
  });

  it('with higher priority before newer', () => {
    const [, out] = story(OPTIONS, [
      { type: 'submit', nowMs: 0, items: [item('new', 9), item('acute', 1, 1, 1)] },
      { type: 'tick', nowMs: 5 },
    ]);
    expect(out.batches).toEqual([['acute', 'new']]);
  });
});

it('refuses what is last in order beyond the bound, and what no batch can hold', () => {
  const items = Array.from({ length: 25 }, (_, i) => item(`n${i}`, i));
  const [out] = story(OPTIONS, [{ type: 'submit', nowMs: 0, items: [...items, item('huge', 99, 9)] }]);
  expect(out.batches).toEqual([items.slice(17).reverse().map(({ id }) => id)]);
  expect(out.refused).toEqual(['huge', 'n0']);
});

it('holds its promises for any history', () => {
  const action = fc.oneof(
    fc.record({ type: fc.constant('submit' as const), sizes: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }) }),
    fc.record({ type: fc.constant('done' as const) }),
    fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ type: fc.constant('withdraw' as const), nth: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.constantFrom('newest' as const, 'oldest' as const), fc.integer({ min: 1, max: 3 }), (actions, order, maxInFlight) => {
      const options = { ...OPTIONS, order, maxInFlight };
      const items = new Map<string, BatchItem & { since: number }>();
      const gone = new Set<string>();
      let state = batcherInitial;
      let [nowMs, out] = [0, 0];
      let wakeMs: number | undefined;
      const apply = (input: BatcherInput): void => {
        const result = batcherStep(state, input, options);
        state = result.state;
        wakeMs = result.out.wakeMs;
        out += result.out.batches.length;
        for (const id of [...result.out.batches.flat(), ...result.out.refused]) {
          expect(gone.has(id)).toBe(false);
          gone.add(id);
        }
        for (const batch of result.out.batches) expect(batch.reduce((sum, id) => sum + items.get(id)!.size, 0)).toBeLessThanOrEqual(options.maxBatch);
        expect(out).toBeLessThanOrEqual(maxInFlight);
        expect(state.inFlight).toBe(out);
        expect(state.waitingSegments).toBeLessThanOrEqual(options.maxQueued);
        expect(state.waiting.map(({ id }) => id).sort()).toEqual([...items.keys()].filter((id) => !gone.has(id)).sort());
        if (out < maxInFlight) for (const waiting of state.waiting) expect(nowMs - waiting.sinceMs).toBeLessThan(options.longestWaitMs);
      };
      for (const next of actions) {
        if (next.type === 'submit') {
          const fresh = next.sizes.map((size, i) => ({ ...item(`${items.size + i}`, nowMs + i, size), since: nowMs }));
          for (const entry of fresh) items.set(entry.id, entry);
          apply({ type: 'submit', nowMs, items: fresh });
        } else if (next.type === 'done') {
          if (out > 0) out--;
          else continue;
          apply({ type: 'done', nowMs });
        } else if (next.type === 'withdraw') {
          const id = String(next.nth);
          if (items.has(id)) gone.add(id);
          apply({ type: 'withdraw', nowMs, ids: new Set([id]) });
        } else {
          // The shell ticks when it was asked to.
          while (wakeMs !== undefined && wakeMs <= nowMs + next.ms) {
            nowMs = wakeMs;
            apply({ type: 'tick', nowMs });
          }
          nowMs += next.ms;
        }
      }
    }),
    { numRuns: 300 },
  );
});
