import { setTimeout as pause } from 'node:timers/promises';
import { type Broker, startBroker } from '../../kafka/broker.js';
import { playOf } from '../scenario.js';
import { openPage, type Stage } from '../stage.js';

interface World {
  readonly stage: Stage;
  readonly broker: Broker;
  /** Ends the stuttering. */
  calm: () => Promise<void>;
}

/** A disk that hangs: the broker stands still for most of the time, and answers between, until the returned function is called. */
function stutter(broker: Broker): () => Promise<void> {
  const pid = broker.pid!;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      process.kill(pid, 'SIGSTOP');
      await pause(2500);
      process.kill(pid, 'SIGCONT');
      await pause(700);
    }
  })();
  return () => {
    isOver = true;
    return running;
  };
}

export const BROKER = playOf<World>({
  name: 'a broker of its own',
  async open({ prometheus, encoder, stage: openStage }) {
    const broker = await startBroker();
    const stage = await openStage(broker.address);
    stage.onLastClose(() => broker.stop());
    const engine = await stage.engine(encoder);
    const monitor = await stage.monitor();
    stage.onClose(await openPage(monitor.page));
    await stage.admit(4);
    await stage.scrape(prometheus, { engine: [engine.metrics], monitor: [monitor.metrics] });
    const world: World = { stage, broker, calm: async () => {} };
    stage.onClose(() => world.calm());
    return world;
  },
  scenarios: [
    {
      story: 'the broker goes',
      cause: ({ broker }) => broker.kill(),
      fires: { PurkinjeHeartbeatStale: 60, 'PurkinjeDeliveryAlarm alarm=log-away': 60, PurkinjeAssignmentsLost: 180, PurkinjeNoSignal: 200 },
      mayFire: ['PurkinjeNothingWatched'],
      remedy: ({ broker }) => broker.restart(),
      lasts: ['PurkinjeAssignmentsLost'],
    },
    {
      story: 'the disk of the broker hangs again and again',
      cause: (world) => void (world.calm = stutter(world.broker)),
      fires: { PurkinjeCommitSlow: 300, PurkinjeLatencyHigh: 300 },
      mayFire: ['PurkinjeDeliveryAlarm', 'PurkinjeHeartbeatStale'],
      remedy: (world) => world.calm(),
    },
  ],
});
