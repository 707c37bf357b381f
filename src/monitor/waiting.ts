import type { Clock } from '../ports/index.js';

/** Of one subscriber, until its side takes them. Beyond, it gets nothing more; what comes stays in the log. */
export const WAITING_MAX_BYTES = 65_536;

/** What one subscriber was given and has not taken. */
export class Waiting {
  private bytes = 0;
  /** Since when nothing was taken of what waits; monotonic. */
  private sinceMs = 0;
  private takenAtMs: number | undefined;
  private isOver = false;

  constructor(
    private readonly clock: Clock,
    private readonly write: (bytes: Buffer, taken: () => void) => void,
    private readonly onRoom: () => void,
  ) {}

  get hasRoom(): boolean {
    return this.bytes < WAITING_MAX_BYTES;
  }

  /** When it last took anything; monotonic. Undefined: never. */
  get takenMs(): number | undefined {
    return this.takenAtMs;
  }

  /** How long something has waited of which nothing was taken. */
  get stuckMs(): number {
    return this.bytes === 0 ? 0 : this.clock.monotonicMs() - this.sinceMs;
  }

  put(bytes: Buffer): void {
    if (this.bytes === 0) this.sinceMs = this.clock.monotonicMs();
    this.bytes += bytes.length;
    this.write(bytes, () => this.taken(bytes.length));
  }

  close(): void {
    this.isOver = true;
  }

  private taken(length: number): void {
    if (this.isOver) return;
    const hadRoom = this.hasRoom;
    this.bytes -= length;
    this.takenAtMs = this.sinceMs = this.clock.monotonicMs();
    if (!hadRoom && this.hasRoom) this.onRoom();
  }
}
