import { reasonOf, type Report } from '../../log/index.js';
import { sleep } from '../../ports/index.js';
import type { Clock } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';

/** Waits between attempts to reach Kafka again, in ms: the first, and the longest. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Waits longer after each failure in a row, and then looks for the brokers and leaders again. */
export class Reconnecting {
  private waitMs = FIRST_WAIT_MS;

  constructor(
    private readonly cluster: ClusterConnection,
    private readonly clock: Clock,
    private readonly report: Report,
    private readonly what: string,
  ) {}

  /** It works again. */
  well(): void {
    this.waitMs = FIRST_WAIT_MS;
  }

  async afterFailure(error: unknown): Promise<void> {
    this.report(this.waitMs > FIRST_WAIT_MS ? 'warn' : 'debug', 'Kafka does not answer, trying again', { what: this.what, reason: reasonOf(error), waitMs: this.waitMs });
    await sleep(this.clock, this.waitMs);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
    try {
      if (!this.cluster.isConnected()) await this.cluster.connect();
      await this.cluster.refreshMetadata();
    } catch {
      // The next attempt will say so.
    }
  }
}
