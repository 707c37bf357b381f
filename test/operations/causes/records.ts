import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { checkpointKey, type NewRecord, TOPICS } from '../../../src/ports/index.js';
import { encodeChunk } from '../../../src/wire/index.js';
import type { Program } from '../programs.js';
import { playOf } from '../scenario.js';
import { PARTITIONS, type Stage } from '../stage.js';

interface World {
  readonly stage: Stage;
  readonly encoder: string;
  readonly prometheus: string;
  engine: Program;
  readonly port: number;
  /** Ends the sender of rubbish. */
  calm: () => void;
}

/** A sender whose messages are cut short: four a second, as many as the beds send. */
function rubbish({ beds }: Stage): () => void {
  const cut: NewRecord = { topic: TOPICS.signal, key: 'cut-short', value: encodeChunk(beds.chunkOf('bed-1')).subarray(0, 60) };
  const timer = setInterval(() => beds.send(cut, cut, cut, cut), 1000);
  return () => clearInterval(timer);
}

async function admin<T>({ config }: Stage, work: (kafka: ReturnType<Kafka['admin']>, signal: string) => Promise<T>): Promise<T> {
  const kafka = new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING }).admin();
  await kafka.connect();
  return work(kafka, `${config.topicPrefix}${TOPICS.signal}`).finally(() => kafka.disconnect());
}

/** Everything that is in the signal topic now. */
const expire = (stage: Stage): Promise<void> =>
  admin(stage, async (kafka, topic) => {
    const ends = await kafka.fetchTopicOffsets(topic);
    await kafka.deleteTopicRecords({ topic, partitions: ends.map(({ partition, offset }) => ({ partition, offset })) });
  });

/** The states of a device that nothing can be made of. */
const damaged = Array.from({ length: PARTITIONS }, (_, partition): NewRecord => ({ topic: TOPICS.checkpoints, partition, key: checkpointKey('score', partition, 'device/bed-1'), value: Uint8Array.of(255, 255, 255, 255) }));

const start = (world: Pick<World, 'stage' | 'encoder'>, port: number) => world.stage.engine(world.encoder, { port });

export const RECORDS = playOf<World>({
  name: 'what is in the topics',
  async open({ prometheus, encoder, stage: openStage }) {
    const stage = await openStage();
    const engine = await stage.engine(encoder);
    await stage.admit(4);
    await stage.scrape(prometheus, { engine: [engine.metrics] });
    const world: World = { stage, encoder, prometheus, engine, port: Number(engine.found[1]), calm: () => {} };
    stage.onClose(() => world.calm());
    return world;
  },
  scenarios: [
    {
      story: 'the only engine is killed',
      cause: ({ engine }) => engine.signal('SIGKILL'),
      fires: { PurkinjeEngineDown: 60, PurkinjeNothingWatched: 90 },
      remedy: async (world) => void (world.engine = await start(world, world.port)),
    },
    {
      story: 'a sender cuts its messages short, and a transmitter leaves the room',
      cause: (world) => {
        world.calm = rubbish(world.stage);
        world.stage.beds.fallSilent('bed-4');
      },
      fires: { PurkinjeRejectsRising: 120, PurkinjeBedsSilent: 110 },
      async remedy(world) {
        world.calm();
        await world.stage.admit(1, 4);
      },
      lasts: ['PurkinjeRejectsRising'],
    },
    {
      story: 'no sender reaches the log any more',
      cause: ({ stage }) => [1, 2, 3, 4].forEach((n) => stage.beds.fallSilent(`bed-${n}`)),
      fires: { PurkinjeNoSignal: 180 },
      remedy: ({ stage }) => stage.admit(4),
    },
    {
      story: 'while an engine is away its signal expires and the state of a device is damaged',
      async cause(world) {
        world.engine.signal('SIGKILL');
        await pause(5000);
        await expire(world.stage);
        await world.stage.log.append(damaged);
        // Elsewhere: a new address has no past that an increase could be seen against.
        world.engine = await start(world, 0);
        await world.stage.scrape(world.prometheus, { engine: [`127.0.0.1:${world.engine.found[1]}`] });
      },
      fires: { PurkinjeRecordsNeverRead: 60, 'PurkinjeFailuresIsolated stage=restore': 60 },
      lasts: ['PurkinjeRecordsNeverRead', 'PurkinjeFailuresIsolated'],
    },
    {
      story: 'somebody adds partitions',
      cause: ({ stage }) => admin(stage, (kafka, topic) => kafka.createPartitions({ topicPartitions: [{ topic, count: PARTITIONS + 1 }] })),
      fires: { PurkinjePartitionsChanged: 90 },
      lasts: ['PurkinjePartitionsChanged'],
    },
  ],
});
