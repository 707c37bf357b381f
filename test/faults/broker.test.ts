/**
 * Not the engine dies but Kafka: the broker's process is killed while monitors send and the engine writes, and comes back some
 * seconds later. Monitors send again what was not acknowledged; the engine waits, finds out what of its last transaction
 * counts, and goes on from there.
 *
 * Not caught here: a broker that comes back with less than it had acknowledged (one broker on one disk; replicas are Kafka's
 * own tests), a network that splits.
 */
import { describe, expect, it } from 'vitest';
import { startBroker } from '../kafka/broker.js';
import { until } from '../log/probe-step.js';
import { Dice } from '../simulation/random.js';
import { expectKept } from './chronicle.js';
import { LONG, NO_BROKER, pause, Scene } from './scene.js';
import { Feeder, wardOf } from './ward.js';

const SEED = Number(process.env.SEED ?? 1);
const KILLS = LONG ? 8 : 2;
const HINT = `run it again: SEED=${SEED} npx vitest run --project kafka test/faults/broker.test.ts`;

describe.skipIf(NO_BROKER)(`a broker that dies (seed ${SEED})`, () => {
  it(`killed ${KILLS} times in mid-stream and started again: nothing is lost, nothing is there twice, and the engine never stops`, async () => {
    const dice = new Dice(SEED);
    const ward = await wardOf({ seed: SEED, seconds: LONG ? 900 : 300, patients: ['complete-av-block', 'sinus-tachycardia'], beds: 6 });
    const broker = await startBroker();
    let scene: Scene | undefined;
    try {
      const opened = (scene = await Scene.open('none', [broker.address]));
      await opened.append(ward.context);
      const feeder = new Feeder(opened.log, ward.signal);
      const engine = await opened.engine();
      await engine.ready();
      for (let kill = 0; kill < KILLS; kill++) {
        const before = opened.chronicle.ids.size;
        const feeding = feeder.to((kill + 1) / (KILLS + 1), 3000);
        await until('the engine to publish', () => opened.chronicle.ids.size > before + 5, 60_000).catch((error: Error) => {
          throw new Error(`${error.message}; ${HINT}\n${opened.tails()}`);
        });
        await pause(dice.between(0, 1000));
        await broker.kill();
        await pause(dice.between(200, 1500));
        await broker.restart();
        await feeding;
      }
      await feeder.rest();
      const { records, expected } = await opened.finish();
      expectKept(records, expected, HINT);
      expect(await engine.ended, opened.tails()).toEqual({ code: 0, signal: null });
      console.log(`${[...expected.outcomes.values()].flat().length} segments, broker killed ${KILLS} times`);
    } finally {
      await scene?.close();
      await broker.stop();
    }
  }, LONG ? 600_000 : 180_000);
});
