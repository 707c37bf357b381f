/**
 * A busy day in the engine room: engines come and go. One is added for the afternoon, one is stopped for an update, one dies, and
 * with each of them the beds are redistributed among those that are there. No bed notices: every segment is scored once, in its
 * order, by the engine that has it at the moment.
 *
 * Not caught here: more engines than partitions, another assignment of an older version in the same group.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../log/probe-step.js';
import { Dice } from '../simulation/random.js';
import { expectKept } from './chronicle.js';
import { type EngineProcess, startEncoder } from './processes.js';
import { LONG, NO_BROKER, pause, Scene } from './scene.js';
import { Feeder, PARTITIONS, type Ward, wardOf } from './ward.js';

const SEED = Number(process.env.SEED ?? 1);
const MOVES = LONG ? 30 : 7;
const STOPS = LONG ? 15 : 4;
const ENGINES_MAX = 3;
const STOP_MAX_MS = 10_000;
const HINT = `run it again: SEED=${SEED} npx vitest run --project kafka test/faults/moving.test.ts`;

describe.skipIf(NO_BROKER)(`engines that come and go (seed ${SEED})`, () => {
  let ward: Ward;
  let encoder: Awaited<ReturnType<typeof startEncoder>>;
  beforeAll(async () => {
    encoder = await startEncoder();
    ward = await wardOf({ seed: SEED, seconds: LONG ? 1200 : 360, patients: ['atrial-fibrillation', 'sinus-tachycardia'], beds: 8 });
  });
  afterAll(() => encoder?.stop());

  it(`the partitions move ${MOVES} times between up to ${ENGINES_MAX} engines: one joins, one is stopped, one is killed`, async () => {
    const dice = new Dice(SEED);
    const scene = await Scene.open(encoder.address);
    const story: string[] = [];
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      const engines: EngineProcess[] = [];
      let feeding = Promise.resolve();
      const feedTo = (share: number): void => void (feeding = feeding.then(() => feeder.to(share, 2000)));
      // First all three, one by one: each of them gets a share.
      for (let i = 0; i < ENGINES_MAX; i++) {
        feedTo((i + 1) / (ENGINES_MAX + MOVES + 1));
        engines.push(await scene.engine());
        await settled(engines, scene);
      }
      for (let move = 0; move < MOVES; move++) {
        feedTo((ENGINES_MAX + move + 1) / (ENGINES_MAX + MOVES + 1));
        const kind = engines.length === 1 ? 'joins' : engines.length === ENGINES_MAX ? dice.pick(['stopped', 'killed']) : dice.pick(['joins', 'stopped', 'killed']);
        story.push(`${kind} at ${scene.chronicle.ids.size}`);
        if (kind === 'joins') {
          engines.push(await scene.engine());
        } else {
          const [engine] = engines.splice(dice.below(engines.length), 1);
          if (kind === 'stopped') await engine.ready();
          engine.signal(kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
          const end = await engine.ended;
          if (kind === 'stopped') expect(end, `${HINT}\n${engine.tail()}`).toEqual({ code: 0, signal: null });
        }
        // Sometimes the next comes before the dust has settled.
        if (dice.chance(0.6)) await settled(engines, scene);
        else await pause(dice.between(0, 800));
      }
      await feeding;
      await feeder.rest();
      const { records, expected } = await scene.finish();
      expectKept(records, expected, `${story.join(', ')}; ${HINT}`);
      console.log(`${[...expected.outcomes.values()].flat().length} segments: ${story.join(', ')}`);
    } finally {
      await scene.close();
    }
  }, LONG ? 600_000 : 180_000);

  it(`stopped ${STOPS} times under load: it ends by itself in time, and the next one goes on`, async () => {
    const dice = new Dice(SEED + 1);
    const scene = await Scene.open(encoder.address);
    const stops: string[] = [];
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      for (let stop = 0; stop < STOPS; stop++) {
        const engine = await scene.engine();
        const before = scene.chronicle.ids.size;
        await engine.ready();
        // All at once: there is more to read than it can have published when it is asked to stop.
        await feeder.to((stop + 1) / STOPS, 0);
        await until('the engine to publish', () => scene.chronicle.ids.size > before);
        await pause(dice.between(0, 200));
        const atMs = performance.now();
        const end = await engine.stop();
        const tookMs = performance.now() - atMs;
        expect(end, `${HINT}\n${engine.tail()}`).toEqual({ code: 0, signal: null });
        expect(tookMs, HINT).toBeLessThan(STOP_MAX_MS);
        stops.push(`at ${scene.chronicle.ids.size} in ${Math.round(tookMs)} ms`);
      }
      await scene.engine();
      const { records, expected } = await scene.finish();
      expectKept(records, expected, `${stops.join(', ')}; ${HINT}`);
      console.log(`${[...expected.outcomes.values()].flat().length} segments, stopped ${stops.join(', ')}`);
    } finally {
      await scene.close();
    }
  }, LONG ? 300_000 : 120_000);
});

/** Every partition of both steps has an owner, and every engine a share of each. */
async function settled(engines: readonly EngineProcess[], scene: Scene): Promise<void> {
  const least = Math.floor(PARTITIONS / engines.length);
  const deadline = performance.now() + 30_000;
  for (;;) {
    const shares = await Promise.all(engines.map((engine) => engine.partitions()));
    const dealt = (['score', 'decide'] as const).every(
      (step) => shares.every((share) => share[step].length >= least) && shares.flatMap((share) => share[step]).length === PARTITIONS,
    );
    if (dealt) return;
    if (performance.now() > deadline) throw new Error(`the partitions are not dealt out: ${JSON.stringify(shares)}; ${HINT}\n${scene.tails()}`);
    await pause(50);
  }
}
