import type { Clock } from '../ports/index.js';

/** Where one loop waits: for something to be so, or for a delay to pass, until all is over. It looks when it is woken. */
export class Pause {
  private isOver = false;
  private isDue = true;
  private awake = () => {};
  private cancel = () => {};

  constructor(private readonly clock: Clock) {}

  get over(): boolean {
    return this.isOver;
  }

  /** The delay has passed. */
  get due(): boolean {
    return this.isDue;
  }

  /** Until it is so, or all is over. */
  async until(isSo: () => boolean): Promise<void> {
    while (!this.isOver && !isSo()) await new Promise<void>((resolve) => (this.awake = resolve));
  }

  delay(ms: number): void {
    this.isDue = false;
    this.cancel();
    this.cancel = this.clock.after(ms, () => this.end());
  }

  /** Of the delay, now. */
  end(): void {
    this.cancel();
    this.isDue = true;
    this.wake();
  }

  wake(): void {
    this.awake();
  }

  close(): void {
    this.isOver = true;
    this.cancel();
    this.wake();
  }
}
