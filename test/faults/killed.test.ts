/**
 * At night the machine under the engine dies: the power, the memory killer, a hand on the wrong plug. It dies while it reads,
 * while it scores, in the middle of a transaction, at its first breath after the last death. Each time another engine
 * takes over, and in the morning the record of every patient is what it would have been on a quiet night.
 *
 * Not caught here: a machine that loses what the broker had said was written (the broker's own matter), an engine that is
 * slow instead of dead (frozen.test.ts), an encoder that dies (its segments are then unscored, which is reported).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILPOINTS } from '../../src/line/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { until } from '../log/probe-step.js';
import { Dice } from '../simulation/random.js';
import { alertsOf, expectKept, expectSame, type Records, segmentsOf } from './chronicle.js';
import { startEncoder } from './processes.js';
import { type Finished, LONG, NO_BROKER, pause, Scene, undisturbed } from './scene.js';
import { Feeder, type Ward, wardOf } from './ward.js';

const SEED = Number(process.env.SEED ?? 1);
const KILLS = LONG ? 36 : 10;
/** Times that the engine is killed at each of the named points. */
const ROUNDS = LONG ? 4 : 1;
const SECONDS = LONG ? 1800 : 480;
const HINT = `run it again: SEED=${SEED} npx vitest run --project kafka test/faults/killed.test.ts`;
/** A point that is not reached in this time never will be. */
const POINT_MAX_MS = 40_000;
/** At most so often is a point passed before the engine dies at it: some are passed seldom. */
const PASSES_MAX: Readonly<Record<string, number>> = { 'score:taken': 4, 'decide:taken': 4, 'score:closed': 20, 'score:scored': 20 };
const PASSES_MAX_ELSE = 6;

describe.skipIf(NO_BROKER)(`an engine that dies (seed ${SEED})`, () => {
  let encoder: Awaited<ReturnType<typeof startEncoder>>;
  let ward: Ward;
  let night: Finished;
  let quiet: Records;

  beforeAll(async () => {
    encoder = await startEncoder();
    ward = await wardOf({
      seed: SEED,
      seconds: SECONDS,
      patients: ['atrial-fibrillation', 'complete-av-block', 'sinus-tachycardia', 'left-bundle-branch-block', 'premature-ventricular-complex'],
      beds: 6,
    });
    night = await undisturbed(encoder.address, ward);
    quiet = night.records;
  }, 300_000);
  afterAll(() => encoder?.stop());

  it('a quiet night: the ward gives outcomes of every kind, rejects and alerts', () => {
    const statuses = new Set(segmentsOf(quiet).map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['scored', 'unusable']);
    expect(quiet.get(TOPICS.rejects)!.length).toBeGreaterThan(5);
    expect(new Set(alertsOf(quiet).map(({ snapshot }) => snapshot.finding)).size).toBeGreaterThan(3);
    expectKept(quiet, night.expected, HINT);
    const [{ samples, segments, outcomes, waiting }] = night.accounts;
    const { read, placed, repeated, conflicting = 0, late = 0, rejected = 0 } = samples;
    expect(placed + repeated + conflicting + late + rejected, HINT).toBe(read);
    expect({ segments, outcomes, waiting }, HINT).toEqual({ segments: segmentsOf(quiet).length, outcomes: segments, waiting: 0 });
    console.log(`${segmentsOf(quiet).length} segments, ${quiet.get(TOPICS.rejects)!.length} rejects, ${alertsOf(quiet).length} alert events`);
  });

  it(`killed ${KILLS} times, at any moment`, async () => {
    const dice = new Dice(SEED);
    const scene = await Scene.open(encoder.address);
    const moments: string[] = [];
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      for (let kill = 0; kill < KILLS; kill++) {
        const engine = await scene.engine();
        const feeding = feeder.to((kill + 1) / (KILLS + 1), 1500);
        const { chronicle } = scene;
        const [published, decided] = [chronicle.ids.size, chronicle.decisions];
        // Mostly at work, sometimes while it still finds its feet.
        const moment = dice.pick(['starting', 'scoring', 'deciding', 'deciding'] as const);
        const working = (): boolean => moment === 'starting' || (moment === 'scoring' ? chronicle.ids.size > published : chronicle.decisions > decided);
        await until(`the engine to be ${moment}`, () => working() || !engine.running(), POINT_MAX_MS).catch((error: Error) => fail(error, scene));
        await pause(dice.between(0, moment === 'starting' ? 2500 : 500));
        expect(engine.running(), `the engine ended by itself; ${HINT}\n${scene.tails()}`).toBe(true);
        engine.signal('SIGKILL');
        await Promise.all([engine.ended, feeding]);
        moments.push(`${moment} ${chronicle.ids.size}/${chronicle.alerts}`);
      }
      await scene.engine();
      await feeder.rest();
      const { records, expected, accounts } = await scene.finish();
      expectKept(records, expected, HINT);
      expectSame(records, quiet, HINT);
      for (const { segments, outcomes, waiting } of accounts) expect({ outcomes, waiting }, HINT).toEqual({ outcomes: segments, waiting: 0 });
      console.log(`${KILLS} kills, at segment/alert event: ${moments.join(', ')}`);
    } finally {
      await scene.close();
    }
  }, LONG ? 900_000 : 180_000);

  it(`killed ${ROUNDS === 1 ? 'once' : `${ROUNDS} times`} at each of the ${FAILPOINTS.length} named points`, async () => {
    const dice = new Dice(SEED + 1);
    const scene = await Scene.open(encoder.address);
    const deaths: string[] = [];
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      // The first one works in peace for a while: the others die in mid-stream.
      const first = await scene.engine();
      await feeder.to(0.1, 500);
      await until('the engine to publish', () => scene.chronicle.ids.size > 20, POINT_MAX_MS).catch((error: Error) => fail(error, scene));
      first.signal('SIGKILL');
      const points = Array.from({ length: ROUNDS }, () => FAILPOINTS).flat();
      for (const [i, point] of points.entries()) {
        const failpoint = `${point}#${1 + dice.below(PASSES_MAX[point] ?? PASSES_MAX_ELSE)}`;
        const engine = await scene.engine({ failpoint });
        const feeding = feeder.to(0.1 + (0.9 * (i + 1)) / (points.length + 1), 1500);
        const late = pause(POINT_MAX_MS).then(() => 'never reached');
        const end = await Promise.race([engine.ended, late]);
        expect(end, `${failpoint}; ${HINT}\n${scene.tails()}`).toEqual({ code: null, signal: 'SIGKILL' });
        await feeding;
        deaths.push(`${failpoint} at ${scene.chronicle.ids.size}`);
      }
      await scene.engine();
      await feeder.rest();
      const { records, expected } = await scene.finish();
      expectKept(records, expected, `${deaths.join(', ')}; ${HINT}`);
      expectSame(records, quiet, `${deaths.join(', ')}; ${HINT}`);
      console.log(deaths.join(', '));
    } finally {
      await scene.close();
    }
  }, LONG ? 900_000 : 180_000);
});

function fail(error: Error, scene: Scene): never {
  throw new Error(`${error.message}; ${HINT}\n${scene.tails()}`);
}
