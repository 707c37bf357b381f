import { type Clock, type Log, sleep, TOPICS } from '../ports/index.js';

const AGAIN_AFTER_MS = 1000;
/** How long closing waits, ms. */
const LAST_WORD_MS = 2000;

/** What the monitor keeps in the log. The latest value of a key stands for all before it, so no more than one waits to be written; while the log is away they wait. */
export class CheckpointWriter {
  private readonly waiting = new Map<string, Uint8Array | null>();
  private writing: Promise<void> | undefined;
  private isOver = false;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** null: it is to be forgotten. */
  keep(key: string, value: Uint8Array | null): void {
    this.waiting.set(key, value);
    this.writing ??= this.write();
  }

  /** Whether all of it is in the log, within two seconds. */
  async isKept(): Promise<boolean> {
    await Promise.race([this.writing, sleep(this.clock, LAST_WORD_MS)]);
    return this.writing === undefined;
  }

  async close(): Promise<void> {
    this.isOver = true;
    await this.isKept();
  }

  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const taken = [...this.waiting];
      this.waiting.clear();
      try {
        await this.log.append(taken.map(([key, value]) => ({ topic: TOPICS.checkpoints, key, value })));
      } catch {
        for (const [key, value] of taken) if (!this.waiting.has(key)) this.waiting.set(key, value);
        if (this.isOver) break;
        await sleep(this.clock, AGAIN_AFTER_MS);
      }
    }
    this.writing = undefined;
  }
}
