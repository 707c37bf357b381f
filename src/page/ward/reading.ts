/** How current a list is. `awaited`: no answer yet; `unreadable`: it was never read; `old`: it was, too long ago. */
export type Currency = 'awaited' | 'unreadable' | 'current' | 'old';

/** When a list that is asked for again and again was last read: one that was never read is not an empty one. */
export class Reading {
  /** When what is shown was asked for; 0: never. */
  readMs = 0;
  private hasFailed = false;

  constructor(private readonly oldAfterMs: number) {}

  read(askedMs: number): void {
    this.readMs = askedMs;
  }

  failed(): void {
    this.hasFailed = true;
  }

  forget(): void {
    [this.readMs, this.hasFailed] = [0, false];
  }

  get currency(): Currency {
    if (this.readMs === 0) return this.hasFailed ? 'unreadable' : 'awaited';
    return Date.now() - this.readMs > this.oldAfterMs ? 'old' : 'current';
  }
}
