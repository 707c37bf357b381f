/**
 * The machine under the engine stands still for some seconds: it is moved to another host, its memory is swapped out, a disk
 * hangs. The others hold it for dead and take its beds. Then it wakes up in the middle of a sentence and goes on as if it were
 * still then. What it writes now is refused; it learns that it was away, and takes its share of the work again.
 *
 * Not caught here: a machine that stands still for less than its session (then nothing happens, and nothing should).
 */
import { describe, expect, it } from 'vitest';
import { until } from '../log/probe-step.js';
import { Dice } from '../simulation/random.js';
import { expectKept } from './chronicle.js';
import type { EngineProcess } from './processes.js';
import { LONG, NO_BROKER, pause, Scene } from './scene.js';
import { Feeder, PARTITIONS, wardOf } from './ward.js';

const SEED = Number(process.env.SEED ?? 1);
const FREEZES = LONG ? 12 : 4;
/** With nothing to do, four partitions commit three times in two seconds. */
const FREEZE_MAX_MS = 60_000;
const HINT = `run it again: SEED=${SEED} npx vitest run --project kafka test/faults/frozen.test.ts`;

describe.skipIf(NO_BROKER)(`an engine that stands still (seed ${SEED})`, () => {
  it(`past its session, ${FREEZES} times: what it writes when it wakes up is refused, and it works again`, async () => {
    const dice = new Dice(SEED);
    const ward = await wardOf({ seed: SEED, seconds: LONG ? 1200 : 400, patients: ['complete-av-block'], beds: 9 });
    const scene = await Scene.open('none');
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      const owns = async (engine: EngineProcess, least: number): Promise<boolean> => (await engine.partitions()).score.length >= least && (await engine.partitions()).decide.length >= least;
      const toOwn = async (what: string, engine: EngineProcess, least: number): Promise<void> => {
        const deadline = performance.now() + 30_000;
        while (!(await owns(engine, least))) {
          if (performance.now() > deadline) throw new Error(`waited in vain for ${what}; ${HINT}\n${scene.tails()}`);
          await pause(50);
        }
      };
      const { chronicle } = scene;
      // The first freeze is in mid-sentence, on purpose: all is ready to be committed. It may come before the other has a share.
      let [asleep, awake] = [await scene.engine({ failpoint: `score:before-commit#${15 + dice.below(20)}=SIGSTOP` }), await scene.engine()];
      const refused: number[] = [];
      for (let freeze = 0; freeze < FREEZES; freeze++) {
        const share = (freeze + 1) / (FREEZES + 1);
        let feeding = feeder.to(freeze === 0 ? share / 2 : share, 1500);
        if (freeze === 0) {
          await until('the engine to stop before its commit', () => asleep.stopped(), FREEZE_MAX_MS);
          await feeding;
          feeding = feeder.to(share, 1500);
        } else {
          const before = chronicle.ids.size;
          await until('the engines to publish', () => chronicle.ids.size > before + 3);
          await pause(dice.between(0, 300));
          asleep.signal('SIGSTOP');
        }
        const taken = chronicle.ids.size;
        await toOwn('the other to take over', awake, PARTITIONS);
        await until('the other to publish', () => chronicle.ids.size > taken);
        await feeding;
        const refusedBefore = refusals(asleep);
        asleep.signal('SIGCONT');
        await toOwn('the woken one to work again', asleep, PARTITIONS / 2);
        refused.push(refusals(asleep) - refusedBefore);
        [asleep, awake] = [awake, asleep];
      }
      await feeder.rest();
      const { records, expected } = await scene.finish();
      expectKept(records, expected, HINT);
      // Whatever it learns first ends its work, that the group has gone on or that its transaction is refused: milliseconds lie between. Nothing is written twice either way.
      expect(Math.max(...refused), `what it had ready to commit was never refused; ${HINT}`).toBeGreaterThan(0);
      console.log(`${[...expected.outcomes.values()].flat().length} segments, ${FREEZES} times asleep, transactions refused: ${refused.join(', ')}`);
    } finally {
      await scene.close();
    }
  }, LONG ? 400_000 : 240_000);
});

/** Transactions that the engine was refused so far. */
const refusals = (engine: EngineProcess): number => engine.linesWith('"FencedError"');
