import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { client, contractOf, inputOf } from '../../encoder/support.js';
import { type Program, startPurkinje } from '../programs.js';
import { playOf } from '../scenario.js';
import type { Stage } from '../stage.js';
import { type SlowLine, slowLine } from './slow-line.js';

interface World {
  readonly stage: Stage;
  readonly encoder: Program;
  readonly line: SlowLine;
  /** Ends the other client's calls. */
  calm: () => Promise<void>;
}

/** Calls of a full batch at once: together they nearly fill the encoder's queue of 1,024 segments. */
const [CALLS, BATCH] = [31, 32];
/** One address may have 64 connections to it. */
const BURST = 100;

async function flood(address: string): Promise<() => Promise<void>> {
  const contract = contractOf();
  const other = await client([address]);
  const batch = Array.from({ length: BATCH }, () => inputOf(new Float32Array(contract.input.leads.length * contract.input.samples)));
  let isOver = false;
  const calling = Array.from({ length: CALLS }, async () => {
    while (!isOver) await other.score(batch, { deadlineMs: 10_000 }).catch(() => pause(50));
  });
  return async () => {
    isOver = true;
    await Promise.all(calling);
    await other.close();
  };
}

/** Connections that say nothing, all at once, and gone a second later. */
export async function burst(port: number, count: number): Promise<void> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await pause(1000);
  for (const socket of sockets) socket.destroy();
}

/** A segment each half second of twelve beds is what 240 beds ask of an encoder; they may wait for a minute. What is scored
 * waits for what is older of its device: at some 40 kB each the room is taken in 40 s, and what waits is older than the 30 s of PurkinjeLagging. */
const SETTINGS = { PURKINJE_ENGINE_STRIDE_S: '0.5', PURKINJE_ENGINE_MAX_AGE_S: '60', PURKINJE_ENGINE_WAITING_MAX_MB: '40' };

export const ENCODER = playOf<World>({
  name: 'an encoder of its own',
  async open({ prometheus, stage: openStage }) {
    const stage = await openStage();
    const encoder = await startPurkinje(['encoder', '--port', '0', '--metrics-port', '0'], /"port":(\d+),"metricsPort":(\d+)/);
    stage.onClose(() => encoder.stop());
    const line = await slowLine(`127.0.0.1:${encoder.found[1]}`);
    stage.onClose(() => line.close());
    const engine = await stage.engine(line.address, { env: SETTINGS });
    await stage.admit(12);
    await stage.scrape(prometheus, { engine: [engine.metrics], encoder: [`127.0.0.1:${encoder.found[2]}`] });
    const world: World = { stage, encoder, line, calm: async () => {} };
    stage.onClose(() => world.calm());
    return world;
  },
  scenarios: [
    {
      story: 'the encoder takes seven seconds for each call',
      cause: ({ line }) => void (line.delayMs = 7000),
      fires: { PurkinjeLagging: 180, PurkinjeShedding: 240, PurkinjeWaitingNearBound: 240 },
      mayFire: ['PurkinjeUnscored', 'PurkinjeEncoderAway'],
      remedy: ({ line }) => void (line.delayMs = 0),
    },
    {
      story: 'the encoder stands still',
      cause: ({ encoder }) => encoder.signal('SIGSTOP'),
      fires: { PurkinjeEncoderDown: 60, PurkinjeEncoderAway: 60, PurkinjeUnscored: 90 },
      remedy: ({ encoder }) => encoder.signal('SIGCONT'),
    },
    {
      story: 'another client asks more of the encoder than it can score',
      cause: async (world) => void (world.calm = await flood(`127.0.0.1:${world.encoder.found[1]}`)),
      fires: { PurkinjeEncoderQueueNearBound: 240 },
      mayFire: ['PurkinjeUnscored', 'PurkinjeEncoderAway'],
      remedy: (world) => world.calm(),
    },
    {
      story: 'one client opens more connections to the encoder than one may, once',
      cause: ({ encoder }) => burst(Number(encoder.found[1]), BURST),
      fires: { 'PurkinjeConnectionsRefused job=purkinje-encoder': 60 },
      mayFire: ['PurkinjeUnscored', 'PurkinjeEncoderAway'],
      remedy: () => undefined,
    },
  ],
});
