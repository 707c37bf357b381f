import { type Clock, type Log, sleep, TOPICS } from '../ports/index.js';

const AGAIN_AFTER_MS = 1000;
/** In one append. */
const APPEND_MAX = 1000;
/** How long one who asks, and closing, wait. */
const LAST_WORD_MS = 2000;

interface Kept {
  readonly value: Uint8Array | null;
  /** Called once it, or a later value of its key, is in the log. */
  readonly onKept: (() => void)[];
}

/** What the monitor keeps in the log. The latest value of a key stands for all before it, so no more than one waits to be written; while the log is away they wait. */
export class CheckpointWriter {
  private readonly waiting = new Map<string, Kept>();
  private writing: Promise<void> | undefined;
  private isOver = false;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  get waitingCount(): number {
    return this.waiting.size;
  }

  /** null: it is to be forgotten. */
  keep(key: string, value: Uint8Array | null): void {
    this.put(key, { value, onKept: [] });
    this.writing ??= this.write();
  }

  /** As `keep`. False: it is not in the log after two seconds; it still waits to be written. */
  isKept(key: string, value: Uint8Array | null): Promise<boolean> {
    const kept = new Promise<boolean>((resolve) => this.put(key, { value, onKept: [() => resolve(true)] }));
    this.writing ??= this.write();
    return Promise.race([kept, sleep(this.clock, LAST_WORD_MS).then(() => false)]);
  }

  async close(): Promise<void> {
    this.isOver = true;
    await Promise.race([this.writing, sleep(this.clock, LAST_WORD_MS)]);
  }

  private put(key: string, { value, onKept }: Kept): void {
    this.waiting.set(key, { value, onKept: [...(this.waiting.get(key)?.onKept ?? []), ...onKept] });
  }

  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const taken = [...this.waiting].slice(0, APPEND_MAX);
      for (const [key] of taken) this.waiting.delete(key);
      try {
        await this.log.append(taken.map(([key, { value }]) => ({ topic: TOPICS.checkpoints, key, value })));
        for (const [, { onKept }] of taken) for (const call of onKept) call();
      } catch {
        for (const [key, kept] of taken) this.put(key, { value: (this.waiting.get(key) ?? kept).value, onKept: kept.onKept });
        if (this.isOver) break;
        await sleep(this.clock, AGAIN_AFTER_MS);
      }
    }
    this.writing = undefined;
  }
}
