/**
 * How far engines are, whatever the monitor's wall clock says: a dead one is reported within ten seconds, a live one never; each
 * partition of each step has its own age; behind is open work, and nothing else. In simulated time. Invariants: I36
 */
import { afterEach, describe, expect, test } from 'vitest';
import { LogClock } from '../../src/monitor/log-clock.js';
import { stepPositionOf } from '../../src/monitor/step-position.js';
import { type Log, TOPICS } from '../../src/ports/index.js';
import { encodeCheckpoint } from '../../src/wire/index.js';
import { decideState, openScene, positionRecord, scoreState } from './health-scene.js';

const TEN_MINUTES_MS = 600_000;
let scene: Awaited<ReturnType<typeof openScene>>;
afterEach(() => scene.close());

describe.each([['right', 0], ['ten minutes slow', -TEN_MINUTES_MS], ['ten minutes fast', TEN_MINUTES_MS]])("with the monitor's clock %s", (_name, skewMs) => {
  test('a live engine is not reported dead, and a dead one is within ten seconds', async () => {
    scene = await openScene({ skewMs });
    scene.live();
    await scene.run(30_000);
    expect(scene.alarms()).toEqual(skewMs === 0 ? [] : ['clock-differs']);
    for (const key of scene.states.keys()) scene.dead.add(key);
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
    expect(scene.about('engine-silent')).toMatch(/^no heartbeat from 2 of 2 score partitions for \d+ s, 2 of 2 decide partitions for \d+ s: /);
    scene.dead.clear();
    expect(await scene.until((alarms) => !alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
  });

  test('the age of what waits is that by the log', async () => {
    scene = await openScene({ skewMs });
    scene.live();
    await scene.run(10_000);
    await scene.append(TOPICS.signal, 0);
    await scene.run(20_000);
    expect(Math.abs(scene.health.oldestUnprocessedMs - 20_000)).toBeLessThan(100);
    scene.states.set('score/0', scoreState(1, { oldestOpenMs: null }));
    await scene.run(6000);
    expect(scene.health.oldestUnprocessedMs).toBe(0);
  });
});

describe.each([['back', -TEN_MINUTES_MS], ['forward', TEN_MINUTES_MS]])("a monitor's clock that steps %s", (_name, stepMs) => {
  test('hides no dead engine, reports no live one, and is an alarm of its own within ten seconds', async () => {
    scene = await openScene();
    scene.live();
    await scene.run(20_000);
    scene.skew.ms = stepMs;
    const took = await scene.until((alarms) => alarms.includes('clock-differs'), 60_000);
    expect(took).toBeLessThanOrEqual(10_000);
    await scene.run(30_000);
    expect(scene.alarms()).toEqual(['clock-differs']);
    expect(scene.about('clock-differs')).toContain(`this monitor's clock is 600 s ${stepMs > 0 ? 'ahead of' : 'behind'} the log's`);
    for (const key of scene.states.keys()) scene.dead.add(key);
    await scene.run(1000);
    scene.skew.ms = -stepMs;
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(9000);
  });

  test('is none once it is right again', async () => {
    scene = await openScene({ skewMs: stepMs });
    scene.live();
    await scene.run(15_000);
    expect(scene.alarms()).toEqual(['clock-differs']);
    scene.skew.ms = 0;
    expect(await scene.until((alarms) => alarms.length === 0, 60_000)).toBeLessThanOrEqual(3000);
  });
});

describe('the clock of the log', () => {
  test.each([1900, -1900])('may differ by %i ms', async (skewMs) => {
    scene = await openScene({ skewMs });
    scene.live();
    await scene.run(60_000);
    expect(scene.alarms()).toEqual([]);
  });

  test('is not measured from what is caught up with: checkpoints of yesterday are no difference', async () => {
    scene = await openScene({ before: [positionRecord('score', 0, scoreState(0))], agedMs: 86_400_000 });
    expect(scene.logClock.differenceMs()).toBeUndefined();
    await scene.run(6500);
    expect(scene.alarms()).toEqual([]);
    scene.live();
    await scene.run(30_000);
    expect([scene.alarms(), Math.abs(scene.logClock.differenceMs()!) < 100]).toEqual([[], true]);
  });

  test('is that of the record that came quickest: one that is held up for a while changes nothing', async () => {
    scene = await openScene();
    scene.live();
    await scene.run(10_000);
    for (let n = 0; n < 20; n++) {
      scene.logClock.heard(scene.time.nowMs() - 8000);
      await scene.run(1000);
    }
    expect(scene.alarms()).toEqual([]);
    expect(Math.abs(scene.logClock.differenceMs()!)).toBeLessThan(100);
    const alone = new LogClock(scene.time);
    for (const lateMs of [9000, 0, 8000]) alone.heard(scene.time.nowMs() - lateMs);
    expect(alone.differenceMs()).toBe(0);
  });
});

describe('each partition of each step has an age of its own', () => {
  test.each(['score/0', 'score/1', 'decide/0', 'decide/1'])('%s alone is reported, and how many it is of how many', async (key) => {
    scene = await openScene();
    scene.live();
    await scene.run(15_000);
    scene.dead.add(key);
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
    expect(scene.about('engine-silent')).toMatch(new RegExp(`^no heartbeat from 1 of 2 ${key.split('/')[0]} partitions for \\d+ s: `));
    await scene.run(20_000);
    expect(scene.alarms()).toEqual(['engine-silent']);
    expect(scene.about('engine-silent')).toMatch(/for (2[5-9]|3\d) s/);
  });

  test('one that has never been heard of counts from the start of the monitor on', async () => {
    scene = await openScene();
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
    expect(scene.about('engine-silent')).toContain('2 of 2 score partitions');
  });

  test('positions that lie in the log from before are no heartbeat', async () => {
    const before = [0, 1].flatMap((partition) => [positionRecord('score', partition, scoreState(0)), positionRecord('decide', partition, decideState(0))]);
    scene = await openScene({ before });
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
  });

  test('an older engine decides in silence while there is nothing to decide; when it leaves work lying, it is reported', async () => {
    scene = await openScene();
    scene.live();
    scene.dead.add('decide/0').add('decide/1');
    await scene.run(30_000);
    expect(scene.alarms()).toEqual([]);
    await scene.append(TOPICS.outcomes, 0);
    await scene.run(3000);
    await scene.log.append([positionRecord('decide', 0, { [TOPICS.outcomes]: 1 })]);
    await scene.run(60_000);
    expect(scene.alarms()).toEqual([]);
    await scene.append(TOPICS.outcomes, 1);
    expect(await scene.until((alarms) => alarms.includes('engine-silent'), 60_000)).toBeLessThanOrEqual(10_000);
    expect(scene.about('engine-silent')).toContain('1 of 2 decide partitions');
  });
});

describe('behind is open work', () => {
  test('after a regular end of all streams nothing is, though the low-water mark stays where it was', async () => {
    scene = await openScene();
    scene.live();
    await scene.append(TOPICS.signal, 0, 100);
    scene.states.set('score/0', { next: 100, lowWater: 3, timeMs: 0, silent: [], ended: 1, oldestOpenMs: null });
    await scene.run(TEN_MINUTES_MS);
    expect([scene.alarms(), scene.health.oldestUnprocessedMs]).toEqual([[], 0]);
  });

  test('records whose outputs are not published count, by the time that the log took the oldest', async () => {
    scene = await openScene();
    scene.live();
    await scene.append(TOPICS.signal, 0, 10);
    scene.states.set('score/0', scoreState(10, { oldestOpenMs: scene.time.nowMs() }));
    await scene.run(30_000);
    expect(Math.abs(scene.health.oldestUnprocessedMs - 30_000)).toBeLessThan(100);
    expect(scene.alarms()).toEqual([]);
    await scene.run(40_000);
    expect(scene.alarms()).toEqual(['engine-behind']);
    expect(scene.about('engine-behind')).toMatch(/^the oldest sample that waits is 7\d s old/);
    scene.states.set('score/0', scoreState(10, { oldestOpenMs: null }));
    await scene.run(6000);
    expect(scene.alarms()).toEqual([]);
  });

  test.each([TOPICS.signal, TOPICS.outcomes, TOPICS.commands])('records of %s that nobody has read count', async (topic) => {
    scene = await openScene();
    scene.live();
    await scene.run(5000);
    await scene.append(topic, 1);
    await scene.run(70_000);
    expect(scene.alarms()).toEqual(['engine-behind']);
  });

  test('of an older engine, only what lies at its next record or after it', async () => {
    scene = await openScene();
    scene.live();
    await scene.append(TOPICS.signal, 0, 100);
    scene.states.set('score/0', { next: 100, lowWater: 3, timeMs: 0, silent: ['bed'] });
    await scene.run(TEN_MINUTES_MS);
    expect(scene.alarms()).toEqual([]);
    await scene.append(TOPICS.signal, 0);
    await scene.run(70_000);
    expect(scene.alarms()).toEqual(['engine-behind']);
  });

  test('one reading of the log at a time, and none again of what is known to wait', async () => {
    let [outstanding, most, readings] = [0, 0, 0];
    const counted = (log: Log): Log => new Proxy(log, {
      get(target, name) {
        const real = Reflect.get(target, name) as unknown;
        if (typeof real !== 'function') return real;
        if (name !== 'scan') return (real as (...args: unknown[]) => unknown).bind(target);
        return async (...args: Parameters<Log['scan']>) => {
          readings++;
          most = Math.max(most, ++outstanding);
          try {
            return await target.scan(...args);
          } finally {
            outstanding--;
          }
        };
      },
    });
    scene = await openScene({ wrap: counted });
    await scene.append(TOPICS.signal, 0);
    await scene.append(TOPICS.signal, 1);
    await scene.run(4000);
    const before = readings;
    await scene.run(2000);
    expect(most).toBe(1);
    // Two inputs of the decide step in two partitions; the signal that waits is known.
    expect(readings - before).toBe(4);
  });
});

describe('a position', () => {
  test('is read as this engine writes it, as an older one did, and not at all where it makes no sense', () => {
    const of = (step: 'score' | 'decide', state: unknown) => stepPositionOf(step, encodeCheckpoint(state));
    expect(of('score', { next: 7, lowWater: 3, timeMs: 1, silent: [] })).toEqual({ next: { [TOPICS.signal]: 7 }, oldestOpenMs: undefined });
    expect(of('score', { next: 7, lowWater: 3, timeMs: 1, silent: [], ended: 2, oldestOpenMs: 99 })).toEqual({ next: { [TOPICS.signal]: 7 }, oldestOpenMs: 99 });
    expect(of('score', { next: 7, lowWater: 7, timeMs: 1, oldestOpenMs: null })).toEqual({ next: { [TOPICS.signal]: 7 }, oldestOpenMs: undefined });
    expect(of('decide', { [TOPICS.outcomes]: 5, another: 3 })).toEqual({ next: { [TOPICS.outcomes]: 5 } });
    for (const state of [null, 3, 'x', [], { next: 'x' }, { next: null }]) expect(of('score', state)).toBeUndefined();
    expect(stepPositionOf('score', Uint8Array.of(0xff, 0xff))).toBeUndefined();
    expect(stepPositionOf('score', new Uint8Array())).toBeUndefined();
  });
});
