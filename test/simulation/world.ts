import { readFileSync } from 'node:fs';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { type Catalogue, parseCatalogue } from '../../src/contract/index.js';
import { POLICY_DEFAULTS, policyOf } from '../../src/decide/index.js';
import { ENGINE_DEFAULTS, type Engine, startEngine } from '../../src/engine/index.js';
import { SEGMENT_BYTES } from '../../src/line/score/condition.js';
import { FAILPOINTS, type Failpoint, type Load } from '../../src/line/index.js';
import { type Log, type LogRecord, type Meter, type NewRecord, type Topic, TOPICS } from '../../src/ports/index.js';
import { contextKey, encodeChunk, encodeContext } from '../../src/wire/index.js';
import { type BedPlan, type Sent, sentBy } from './beds.js';
import { CHECKERS, type Remains } from './checkers.js';
import { SimulatedClock } from './clock.js';
import { SimulatedDisk, SimulatedPlatter } from './disk.js';
import { CONTRACT, HashEncoder } from './encoder.js';
import { expectedOf } from './expected.js';
import { Dice } from './random.js';

const parsed = parseCatalogue(JSON.parse(readFileSync(new URL('../../models/catalogue.json', import.meta.url), 'utf8')));
if (!parsed.ok) throw new Error('models/catalogue.json cannot be read');
const CATALOGUE: Catalogue = parsed.value;
const PARTITIONS = 2;
/** Two leads of ten seconds at 100 Hz, float32, and what a segment takes beside. */
const HELD_BYTES = 8000 + SEGMENT_BYTES;
/** The longest chunk closes one, an end of an epoch with what is still open a few more. */
const SEGMENTS_A_RECORD_MAX = 4;
/** Virtual time after the last fault within which everything must have been processed. */
const HEAL_MS = 120_000;
const POLICY = { ...POLICY_DEFAULTS, structural: { segmentsMin: 6, spanMinS: 60, againAfterS: 86_400 } };

export interface Run {
  readonly seed: number;
  readonly bedHours: number;
  readonly crashes: number;
  /** What each checker that objects says. */
  readonly violations: Readonly<Record<string, string>>;
}

/** Breaks the engine on purpose, at its ports. */
export type Sabotage = (log: Log) => Log;

export interface Plan {
  readonly seed: number;
  readonly sabotage?: Sabotage;
  readonly strideS?: number;
}

/** One seed: a ward, an engine or two, faults for a while, healing, and then every checker. */
export async function simulate(plan: Plan): Promise<Run> {
  const world = new World(plan);
  return world.run();
}

class World {
  private readonly dice: Dice;
  private readonly clock = new SimulatedClock();
  private readonly platter = new SimulatedPlatter();
  private readonly encoder: HashEncoder;
  private readonly allScored: boolean;
  private readonly bound: Load;
  private disk!: SimulatedDisk;
  private log!: EmbeddedLog;
  private engines: Engine[] = [];
  private readonly waiting = { segments: 0, bytes: 0 };
  private crashes = 0;
  private crashing = false;
  private armed: Failpoint | undefined;
  private up: Promise<void> = Promise.resolve();

  constructor(private readonly plan: Plan) {
    this.dice = new Dice(plan.seed);
    this.encoder = new HashEncoder(this.clock, this.dice);
    this.allScored = this.dice.chance(0.6);
    this.bound = { segments: this.dice.pick([4, 32, 512]), bytes: this.dice.pick([6, 1000]) * HELD_BYTES };
  }

  async run(): Promise<Run> {
    const { dice, clock } = this;
    const beds = this.beds();
    await this.start();
    await this.step(this.log.append(beds.flatMap(({ device }, i) => this.context(device, i))));
    const endMs = Math.max(...beds.map((bed) => bed.seconds)) * 1000 + 5000;
    for (const bed of beds) this.send(bed, sentBy(bed, dice), dice.between(0, 10_000));
    this.faults(endMs);
    await clock.run(endMs + 20_000);
    this.encoder.away = this.encoder.slow = false;
    this.armed = undefined;
    await this.step(this.up);
    let settled = false;
    void this.settle().then(() => (settled = true));
    await clock.run(clock.monotonicMs() + HEAL_MS, () => settled);
    const records = await this.step(this.all());
    // Readers look before each record; what that record closes comes on top, in each partition.
    const atOnce = PARTITIONS * SEGMENTS_A_RECORD_MAX;
    const remains: Remains = {
      records,
      expected: expectedOf(records.get(TOPICS.signal)!),
      policy: policyOf(CATALOGUE, CONTRACT.targets, POLICY),
      waiting: this.waiting,
      bound: { segments: this.bound.segments + atOnce, bytes: this.bound.bytes + atOnce * HELD_BYTES },
      settled,
      allScored: this.allScored,
    };
    const violations: Record<string, string> = {};
    for (const [name, check] of Object.entries(CHECKERS)) {
      const objection = check(remains);
      if (objection !== undefined) violations[name] = objection;
    }
    this.log.crash();
    return { seed: this.plan.seed, bedHours: beds.reduce((sum, bed) => sum + bed.seconds, 0) / 3600, crashes: this.crashes, violations };
  }

  private beds(): BedPlan[] {
    const { dice } = this;
    // Swarm testing: each seed has its own few kinds of trouble, so that none drowns the others.
    const some = (p: number) => (dice.chance(0.5) ? 0 : p);
    const trouble = { repeat: some(0.05), swap: some(0.08), hole: some(0.02), restart: some(0.01), hostile: some(0.03), leadOut: some(0.02) };
    return Array.from({ length: 2 + dice.below(3) }, (_, i) => ({ device: `bed-${i}`, seconds: 300 + dice.below(650), chunkS: dice.pick([1, 2.5, 4, 5]), ...trouble }));
  }

  /** Three devices in ten are on nobody that the engine knows of. */
  private context(device: string, i: number): NewRecord[] {
    if (this.dice.chance(0.3)) return [];
    const stay = { device, sinceMs: 0, encounter: `encounter-${i}`, bed: device, knownConditions: [] };
    return [{ topic: TOPICS.context, key: contextKey(stay), value: encodeContext(stay) }];
  }

  /** Devices keep what was not taken and send it again: at least once, in order. */
  private send(bed: BedPlan, sent: readonly Sent[], startMs: number): void {
    const next = (i: number): void => {
      const item = sent[i];
      if (item === undefined) return;
      const value = item.type === 'chunk' ? encodeChunk(item.chunk) : item.bytes;
      let taken = false;
      const again = (): void => {
        if (taken) return;
        const log = this.log;
        const timeout = this.clock.after(3000, again);
        log.append([{ topic: TOPICS.signal, key: bed.device, value }]).then(
          () => {
            timeout();
            if (taken) return;
            taken = true;
            this.clock.after(bed.chunkS * 1000 * this.dice.between(0.9, 1.1), () => next(i + 1));
          },
          () => {},
        );
      };
      again();
    };
    this.clock.after(startMs, () => next(0));
  }

  private faults(endMs: number): void {
    const { dice, clock } = this;
    const at = (callback: () => void) => clock.after(dice.between(5000, endMs), callback);
    for (let i = dice.below(4); i > 0; i--) at(() => this.crash());
    for (let i = dice.below(3); i > 0; i--) at(() => (this.armed = dice.pick(FAILPOINTS)));
    for (let i = dice.below(3); i > 0; i--) at(() => this.another());
    for (let i = dice.below(3); i > 0; i--) at(() => clock.jump(dice.pick([-3_600_000, -5000, 5000, 86_400_000])));
    if (!this.allScored) {
      for (let i = dice.below(3); i > 0; i--) {
        at(() => {
          this.encoder.away = true;
          clock.after(dice.between(1000, 60_000), () => (this.encoder.away = false));
        });
      }
    }
    at(() => {
      this.encoder.slow = true;
      clock.after(dice.between(1000, 40_000), () => (this.encoder.slow = false));
    });
  }

  private async start(): Promise<void> {
    this.disk = new SimulatedDisk(this.platter, this.clock, this.dice);
    this.log = await this.step(embeddedLog(this.disk, this.clock, { partitions: PARTITIONS, batchRecordsMax: this.dice.pick([1, 16, 256]) }));
    this.engines = [await this.step(this.engine())];
  }

  /** The process dies here and now, and comes back a while later on the same disk. */
  private crash(): void {
    if (this.crashing) return;
    this.crashing = true;
    this.crashes++;
    this.log.crash();
    this.disk.crash();
    this.engines = [];
    this.up = new Promise((resolve) => {
      this.clock.after(this.dice.between(200, 20_000), () => {
        this.crashing = false;
        // Killed again while starting: the next start is the one that counts.
        void this.restart().then(resolve, () => {});
      });
    });
  }

  private async restart(): Promise<void> {
    this.disk = new SimulatedDisk(this.platter, this.clock, this.dice);
    const log = await embeddedLog(this.disk, this.clock, { partitions: PARTITIONS, batchRecordsMax: this.dice.pick([1, 16, 256]) });
    this.log = log;
    const engine = await this.engine();
    if (this.log === log && !this.crashing) this.engines.push(engine);
  }

  /** A second engine joins and takes its share; later it leaves in order. */
  private another(): void {
    if (this.crashing) return;
    const log = this.log;
    const joined = (engine: Engine) => {
      if (this.log !== log || this.crashing) return;
      this.engines.push(engine);
      this.clock.after(this.dice.between(5000, 60_000), () => {
        if (this.log !== log || this.crashing) return;
        this.engines = this.engines.filter((other) => other !== engine);
        void engine.drain();
      });
    };
    void this.engine().then(joined, () => {});
  }

  private engine(): Promise<Engine> {
    const { plan } = this;
    const log = plan.sabotage ? plan.sabotage(this.log) : this.log;
    return startEngine({
      log,
      models: [{ encoder: this.encoder, contract: CONTRACT }],
      catalogue: CATALOGUE,
      clock: this.clock,
      meter: this.meter(),
      settings: {
        ...ENGINE_DEFAULTS,
        assemble: { ...ENGINE_DEFAULTS.assemble, strideS: plan.strideS ?? ENGINE_DEFAULTS.assemble.strideS },
        policy: POLICY,
        waitingMax: this.bound,
        maxAgeS: this.allScored ? Infinity : 10,
      },
      failpoint: (point) => {
        if (point !== this.armed || this.log === undefined) return;
        this.armed = undefined;
        this.crash();
      },
    });
  }

  private meter(): Meter {
    const none = { add: () => {}, set: () => {}, observe: () => {} };
    const most = (what: keyof Load) => ({ ...none, set: (value: number) => (this.waiting[what] = Math.max(this.waiting[what], value)) });
    const gauges: Record<string, ReturnType<typeof most>> = { purkinje_score_waiting_segments: most('segments'), purkinje_score_waiting_bytes: most('bytes') };
    return { counter: () => none, gauge: (name) => gauges[name] ?? none, histogram: () => none };
  }

  private async settle(): Promise<void> {
    for (;;) {
      const log = this.log;
      const score = await log.progress('score', TOPICS.signal);
      const waiting = this.engines.reduce((sum, engine) => sum + engine.waiting(), 0);
      const decide = await log.progress('decide', TOPICS.outcomes);
      if (waiting === 0 && [...score, ...decide].every(({ next, end }) => next >= end)) return;
      await new Promise<void>((resolve) => void this.clock.after(100, resolve));
    }
  }

  private async all(): Promise<Map<Topic, readonly LogRecord[]>> {
    const all = new Map<Topic, readonly LogRecord[]>();
    for (const topic of Object.values(TOPICS)) {
      const records: LogRecord[] = [];
      const follower = await this.log.follow(topic, (more) => records.push(...more));
      await follower.close();
      all.set(topic, records.sort((a, b) => a.partition - b.partition || a.offset - b.offset));
    }
    return all;
  }

  /** Lets virtual time pass until a promise is kept. */
  private async step<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    void promise.finally(() => (done = true)).catch(() => {});
    await this.clock.run(this.clock.monotonicMs() + 60_000, () => done);
    return promise;
  }
}

