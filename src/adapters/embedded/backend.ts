import type { AssignmentBackend, BackendInputs, Doorbell } from '../../log/index.js';
import { checkpointKey, TOPICS } from '../../ports/index.js';
import type { Owner, PartitionAssignment, RecordBatch, Topic, Transaction } from '../../ports/index.js';
import { isDamage } from './errors.js';
import type { PartitionClaim, Store } from './store.js';

/** An assignment over the store: its claim is a number that only the latest owner has. */
export class StoreBackend implements AssignmentBackend {
  private constructor(
    private readonly store: Store,
    private readonly owner: Owner,
    private readonly claim: PartitionClaim,
    readonly checkpoints: ReadonlyMap<string, Uint8Array>,
    private readonly batchRecordsMax: number,
  ) {}

  /** Fences the former owner of the partition, and reads the checkpoints that are left. */
  static async claim(store: Store, owner: Owner, partition: number, batchRecordsMax: number): Promise<StoreBackend> {
    const claim = await store.claim(owner.step, partition);
    const checkpoints = new Map<string, Uint8Array>();
    for (const [key, offset] of store.latestOffsets(TOPICS.checkpoints, partition, checkpointKey(owner.step, partition, ''))) {
      // A damaged one has been reported: what it held is lost, and the step begins without it.
      const record = await store.readOne(TOPICS.checkpoints, partition, offset).catch(ifDamaged);
      if (record?.value) checkpoints.set(key, record.value);
    }
    return new StoreBackend(store, owner, claim, checkpoints, batchRecordsMax);
  }

  get partition(): number {
    return this.claim.partition;
  }

  commit({ records, nextOffsets }: Transaction): Promise<void> {
    return this.store.commit(this.claim, records, nextOffsets);
  }

  end(): void {
    this.store.fence(this.claim);
  }

  open(from: Parameters<PartitionAssignment['open']>[0], bell: Doorbell): BackendInputs {
    const { inputs } = this.owner;
    const next = new Map<Topic, number>(inputs.map((topic) => [topic, from[topic] ?? this.store.end(topic, this.partition).first]));
    const listening = inputs.map((topic) => this.store.listen(topic, this.partition, () => bell.ring()));
    return {
      read: async (topic): Promise<RecordBatch> => {
        const batch = await this.store.read(topic, this.partition, next.get(topic)!, this.batchRecordsMax);
        next.set(topic, batch.next);
        return { records: batch.records, ...(batch.skipped && { skipped: batch.skipped }) };
      },
      close: () => listening.forEach((stop) => stop()),
    };
  }
}

function ifDamaged(error: unknown): undefined {
  if (!isDamage(error)) throw error;
}
