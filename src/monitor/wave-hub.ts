import { initialWave, stepWave, type Wave, type WaveState } from '../deliver/index.js';
import { type Clock, type Follower, type Log, type LogRecord, TOPICS } from '../ports/index.js';
import { decodeChunk } from '../wire/index.js';

/** The signal is followed on for so long after the last page has gone: one that reloads is back by then. */
const LINGER_MS = 10_000;

export interface WaveHubDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly onStopped: (error: unknown) => void;
}

type OnWave = (device: string, wave: Wave) => void;

/** Follows ecg.signal.v1 while somebody looks at it, and only then. What a page asked for is decoded once, whoever else asked for it too; of other devices not even that. */
export class WaveHub {
  private readonly watchers = new Map<string, Set<OnWave>>();
  private readonly states = new Map<string, WaveState>();
  private follower: Promise<Follower> | undefined;
  private cancelEnd = () => {};
  private isOver = false;

  constructor(private readonly deps: WaveHubDeps) {}

  /** Calls back with what comes of these devices, until the returned function is called. */
  watch(devices: readonly string[], onWave: OnWave): () => void {
    for (const device of devices) this.watchers.set(device, (this.watchers.get(device) ?? new Set()).add(onWave));
    this.cancelEnd();
    this.follower ??= this.follow();
    return () => {
      for (const device of devices) this.leave(device, onWave);
      if (this.watchers.size > 0) return;
      this.cancelEnd();
      this.cancelEnd = this.deps.clock.after(LINGER_MS, () => void this.end());
    };
  }

  async close(): Promise<void> {
    this.isOver = true;
    this.cancelEnd();
    await this.end();
  }

  private leave(device: string, onWave: OnWave): void {
    const own = this.watchers.get(device);
    own?.delete(onWave);
    if (own?.size !== 0) return;
    this.watchers.delete(device);
    this.states.delete(device);
  }

  private follow(): Promise<Follower> {
    const { log, onStopped } = this.deps;
    const follower = log.follow(TOPICS.signal, (records) => records.forEach((record) => this.take(record)), { from: 'now', onStopped });
    follower.catch((error: unknown) => this.isOver || onStopped(error));
    return follower;
  }

  private async end(): Promise<void> {
    const { follower } = this;
    this.follower = undefined;
    await follower?.then((one) => one.close(), () => {});
  }

  private take({ key = '', value }: LogRecord): void {
    const watchers = this.watchers.get(key);
    if (watchers === undefined || value === null) return;
    const decoded = decodeChunk(value, key);
    if (!decoded.ok) return;
    const { state, out } = stepWave(this.states.get(key) ?? initialWave(), decoded.chunk);
    this.states.set(key, state);
    if (out !== undefined) for (const onWave of watchers) onWave(key, out);
  }
}
