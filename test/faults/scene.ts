/** One test's stage: topics of its own on the run's broker, the ward's signal, the engines that are started, and the end of it all. */
import { expect, inject } from 'vitest';
import type { KafkaLog, KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import type { NewRecord } from '../../src/ports/index.js';
import { openTopics, testConfig } from '../kafka/prefix.js';
import type { Expected } from '../simulation/expected.js';
import { Chronicle, readAll, type Records } from './chronicle.js';
import { type EngineProcess, startEngine } from './processes.js';
import { PARTITIONS, type Ward } from './ward.js';

export const LONG = process.env.LONG !== undefined;
export const NO_BROKER = inject('kafka') === undefined;
/** For everything to be processed once nothing is disturbed any more. */
const COMPLETE_MAX_MS = 90_000;

export interface Finished {
  readonly records: Records;
  readonly expected: Expected;
  /** Of each engine that was there at the end, when all was done. */
  readonly accounts: readonly Account[];
}

/** What an engine says of itself in /metrics. */
export interface Account {
  readonly samples: Readonly<Record<string, number>>;
  readonly segments: number;
  readonly outcomes: number;
  readonly waiting: number;
}

export class Scene {
  private readonly engines: EngineProcess[] = [];

  private constructor(
    readonly config: KafkaLogConfig,
    private readonly encoder: string,
    readonly log: KafkaLog,
    readonly chronicle: Chronicle,
  ) {}

  static async open(encoder: string, brokers?: string[]): Promise<Scene> {
    const config = testConfig(brokers);
    const log = await openTopics(config, PARTITIONS);
    return new Scene(config, encoder, log, await Chronicle.follow(log));
  }

  async engine(options: { readonly failpoint?: string; readonly sessionMs?: number; readonly main?: string } = {}): Promise<EngineProcess> {
    const engine = await startEngine({ brokers: this.config.brokers as string[], prefix: this.config.topicPrefix!, encoder: this.encoder, ...options });
    this.engines.push(engine);
    return engine;
  }

  append(records: readonly NewRecord[]): Promise<void> {
    return this.log.append(records);
  }

  /** Waits for the end of the work, has the engines go, and reads what is there. */
  async finish(): Promise<Finished> {
    const expected = await this.chronicle.complete(COMPLETE_MAX_MS, () => this.tails());
    const there = this.engines.filter((engine) => engine.running());
    const accounts = await Promise.all(there.map(async (engine) => accountOf(await engine.metrics())));
    // Promise 1, whatever happened before: every sample that an engine read has its fate, and nothing waits.
    for (const { samples, waiting } of accounts) {
      const { read = 0, placed = 0, repeated = 0, conflicting = 0, late = 0, rejected = 0 } = samples;
      expect({ fates: placed + repeated + conflicting + late + rejected, waiting }, this.tails()).toEqual({ fates: read, waiting: 0 });
    }
    // Going, an engine publishes what it still has: nothing must come twice by that either.
    await Promise.all(there.map((engine) => engine.stop()));
    return { records: await readAll(this.log), expected, accounts };
  }

  tails(): string {
    return this.engines.map((engine, i) => `engine ${i}${engine.running() ? '' : ' (ended)'}:\n${engine.tail()}`).slice(-3).join('\n');
  }

  async close(): Promise<void> {
    for (const engine of this.engines) if (engine.running()) engine.signal('SIGKILL');
    await Promise.all(this.engines.map((engine) => engine.ended));
    await this.chronicle.close();
    await this.log.close();
  }
}

function accountOf(metrics: ReadonlyMap<string, number>): Account {
  const samples: Record<string, number> = {};
  const total = (name: string): number => [...metrics].filter(([key]) => key === name || key.startsWith(`${name}{`)).reduce((sum, [, value]) => sum + value, 0);
  for (const [key, value] of metrics) {
    const fate = /^purkinje_assemble_samples_total\{fate="(\w+)"\}$/.exec(key);
    if (fate) samples[fate[1]] = value;
  }
  return {
    samples,
    segments: total('purkinje_assemble_segments_total'),
    outcomes: total('purkinje_score_outcomes_total'),
    waiting: total('purkinje_score_waiting_segments'),
  };
}

/** One engine, one pass, nothing goes wrong. */
export async function undisturbed(encoder: string, ward: Ward): Promise<Finished> {
  const scene = await Scene.open(encoder);
  try {
    await scene.append(ward.context);
    const engine = await scene.engine();
    await engine.ready();
    for (let i = 0; i < ward.signal.length; i += 500) await scene.append(ward.signal.slice(i, i + 500));
    return await scene.finish();
  } finally {
    await scene.close();
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
