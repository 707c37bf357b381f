/** Open subscriptions are bounded, of all and of one: who opens too many does so to himself. Invariants: I40 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { NO_FILTER, type Principal } from '../../src/deliver/index.js';
import { Audience } from '../../src/monitor/audience.js';
import { BusyError } from '../../src/monitor/lane.js';
import { Outlet, type OutletDeps, type Transport } from '../../src/monitor/outlet.js';
import { SubscriptionLimit } from '../../src/monitor/subscription-limit.js';
import { countingMeter } from '../encoder/support.js';

const attempt = (limit: SubscriptionLimit, who: string) => {
  try {
    return limit.enter(who);
  } catch (error) {
    return error instanceof BusyError ? error.whose : 'failed';
  }
};

test('of one principal two, of all three; what ends makes room, once', () => {
  const meter = countingMeter();
  const limit = new SubscriptionLimit({ all: 3, one: 2 }, meter);
  const [first] = ['a', 'a', 'b'].map((who) => limit.enter(who));
  expect([attempt(limit, 'a'), attempt(limit, 'b'), attempt(limit, 'c')]).toEqual(['own', 'all', 'all']);
  first();
  first();
  expect(attempt(limit, 'c')).toBeTypeOf('function');
  expect(attempt(limit, 'c')).toBe('all');
  expect([meter.counts.get('purkinje_deliver_subscriptions_refused_total own'), meter.counts.get('purkinje_deliver_subscriptions_refused_total all')]).toEqual([1, 3]);
});

test('whatever is opened and ended in whatever order: never more than the bounds, and room for as many as have ended', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())), (steps) => {
      const limit = new SubscriptionLimit({ all: 5, one: 3 }, countingMeter());
      const open: { who: string; end: () => void }[] = [];
      const own = (who: string) => open.filter((one) => one.who === who).length;
      for (const [who, opens] of steps) {
        if (!opens) open.shift()?.end();
        else {
          const entered = attempt(limit, who);
          expect(typeof entered === 'function').toBe(own(who) < 3 && open.length < 5);
          if (typeof entered === 'function') open.push({ who, end: entered });
        }
      }
    }),
  );
});

test('a subscription holds its place until it ends, and one that the log cannot serve holds none', async () => {
  const limit = new SubscriptionLimit({ all: 1, one: 1 }, countingMeter());
  const nurse: Principal = { who: 'nurse', grants: {} };
  const subscription = { snapshot: [], cursor: '', next: () => undefined, close: () => {} };
  const bytes = () => Buffer.alloc(1);
  const transport: Transport = { alert: bytes, gone: bytes, missed: bytes, snapshotEnd: bytes, heartbeat: bytes, write: () => {}, end: () => {}, isConfirmed: false };
  let isAway = true;
  const feed: OutletDeps['feed'] = { open: () => (isAway ? Promise.reject(new Error('the log is away')) : Promise.resolve(subscription)) };
  const health = { onChange: () => () => {} } as unknown as OutletDeps['health'];
  const open = () => Outlet.open({ feed, clock: systemClock(), health, subscriptions: limit, audience: new Audience(systemClock(), countingMeter(), { isReached: () => false, announce: () => {} }), onEnd: () => {} }, nurse, { filter: NO_FILTER }, transport);
  await expect(open()).rejects.toThrow('the log is away');
  isAway = false;
  const outlet = await open();
  await expect(open()).rejects.toThrow('too many subscriptions of yours are open: try again in 1 s');
  outlet.close();
  outlet.close();
  (await open()).close();
});
