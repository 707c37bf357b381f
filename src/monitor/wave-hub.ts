import { initialWave, stepWave, type Wave, type WaveState } from '../deliver/index.js';
import { type Clock, type Follower, type Log, type LogRecord, TOPICS } from '../ports/index.js';
import { decodeChunk } from '../wire/index.js';

/** The signal is followed on for so long after the last page has gone: one that reloads is back by then. */
const LINGER_MS = 10_000;

export interface WaveHubDeps {
  readonly log: Log;
  readonly clock: Clock;
}

export interface WaveWatcher {
  wave(device: string, wave: Wave): void;
  /** The log hands over no more of the signal: nothing comes from here on. A watcher that still wants it subscribes again. */
  ended(): void;
}

/** Follows ecg.signal.v1 while somebody looks at it, and only then. A chunk is decoded once for all pages that asked for its device, and not at all where none did. */
export class WaveHub {
  private readonly watchers = new Map<string, Set<WaveWatcher>>();
  private readonly states = new Map<string, WaveState>();
  private follower: Promise<Follower> | undefined;
  private cancelEnd = () => {};

  constructor(private readonly deps: WaveHubDeps) {}

  /** Calls back with what comes of these devices, until the returned function is called. */
  watch(devices: readonly string[], watcher: WaveWatcher): () => void {
    for (const device of devices) this.watchers.set(device, (this.watchers.get(device) ?? new Set()).add(watcher));
    this.cancelEnd();
    this.follower ??= this.follow();
    return () => {
      for (const device of devices) this.leave(device, watcher);
      if (this.watchers.size > 0) return;
      this.cancelEnd();
      this.cancelEnd = this.deps.clock.after(LINGER_MS, () => void this.end());
    };
  }

  async close(): Promise<void> {
    this.cancelEnd();
    await this.end();
  }

  private leave(device: string, watcher: WaveWatcher): void {
    const own = this.watchers.get(device);
    own?.delete(watcher);
    if (own?.size !== 0) return;
    this.watchers.delete(device);
    this.states.delete(device);
  }

  private follow(): Promise<Follower> {
    const follower: Promise<Follower> = this.deps.log.follow(TOPICS.signal, (records) => records.forEach((record) => this.take(record)), { from: 'now', onStopped: () => this.stopped(follower) });
    follower.catch(() => this.stopped(follower));
    return follower;
  }

  /** Alerts do not depend on it: the monitor goes on, and pages come back. */
  private stopped(follower: Promise<Follower>): void {
    if (follower !== this.follower) return;
    this.follower = undefined;
    for (const watcher of new Set([...this.watchers.values()].flatMap((own) => [...own]))) watcher.ended();
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
    if (out !== undefined) for (const watcher of watchers) watcher.wave(key, out);
  }
}
