/** Is what the page shows current? */
import type { Heartbeat } from '../../monitor/index.js';

/** Heartbeats come every 5 s. Looked at twice a second, a line that is silent is said to be lost within 10 s of the last. */
const STALE_AFTER_MS = 9000;
const LOOK_EVERY_MS = 500;

/** One line to the monitor. `onChange`: it has become lost, or is there again. */
export class Link {
  beat: Heartbeat | undefined;
  heardMs = 0;
  isStale = false;
  /** The line is broken: that is known at once. */
  private isDown = false;
  private sinceMs = Date.now();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly onChange: () => void) {}

  open(): void {
    [this.sinceMs, this.isDown] = [Date.now(), false];
    clearInterval(this.timer);
    this.timer = setInterval(this.look, LOOK_EVERY_MS);
    // Timers rest while nobody sees the page.
    document.addEventListener('visibilitychange', this.look);
    this.look();
  }

  close(): void {
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.look);
    [this.isStale, this.isDown, this.beat] = [false, false, undefined];
  }

  heard(beat: Heartbeat): void {
    [this.beat, this.heardMs, this.isDown] = [beat, Date.now(), false];
    this.look();
  }

  broke(): void {
    this.isDown = true;
    this.look();
  }

  private readonly look = (): void => {
    // A page that has only just been opened is connecting, not lost.
    const isStale = (this.isDown && this.heardMs > 0) || Date.now() - Math.max(this.heardMs, this.sinceMs) > STALE_AFTER_MS;
    if (isStale === this.isStale) return;
    this.isStale = isStale;
    this.onChange();
  };
}
