import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLog, embeddedLog, levelDisk } from '../adapters/embedded/index.js';
import type { Report } from '../log/index.js';
import { type Clock, sleep, TOPICS } from '../ports/index.js';
import { type Engine, type EngineWorld, startEngine } from './engine.js';

/** Partitions of the embedded log: enough that two stalls do not meet, few enough for small transactions to share. */
const PARTITIONS = 4;
/** Signal is kept this long: evidence is read again within seconds, a take-over within a minute. */
const SIGNAL_RETENTION_MS = 15 * 60_000;
const SETTLE_POLL_MS = 25;

export interface LocalEngine {
  readonly log: EmbeddedLog;
  readonly engine: Engine;
  /** Where the log lies. */
  readonly folder: string;
  /** Resolves when everything appended so far has been scored and decided. */
  settled(): Promise<void>;
  /** Drains, closes, and removes the folder. */
  close(): Promise<void>;
}

export interface LocalWorld extends Omit<EngineWorld, 'log'> {
  /** Called with what happens inside the log: a disk that fails, a record that is damaged. */
  readonly report?: Report;
}

/** The engine over an embedded log on this machine, in a temporary folder: for `up`, and for records straight through. */
export async function startLocal(world: LocalWorld, signalRetentionMs = SIGNAL_RETENTION_MS): Promise<LocalEngine> {
  const place = await mkdtemp(join(tmpdir(), 'purkinje-'));
  const log = await embeddedLog(await levelDisk(place), world.clock, { partitions: PARTITIONS, retentionMs: { [TOPICS.signal]: signalRetentionMs }, report: world.report });
  const engine = await startEngine({ ...world, log });
  return {
    log,
    engine,
    folder: place,
    settled: () => settled(log, engine, world.clock),
    async close() {
      await engine.drain();
      await log.close();
      await rm(place, { recursive: true, force: true });
    },
  };
}

async function settled(log: EmbeddedLog, engine: Engine, clock: Clock): Promise<void> {
  for (;;) {
    const score = await log.progress('score', TOPICS.signal);
    const waiting = engine.waiting();
    const decide = await log.progress('decide', TOPICS.outcomes);
    if (waiting === 0 && [...score, ...decide].every(({ next, end }) => next >= end)) return;
    await sleep(clock, SETTLE_POLL_MS);
  }
}
