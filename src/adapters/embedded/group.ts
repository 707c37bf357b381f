import type { Clock, Membership, Owner, StepName } from '../../ports/index.js';
import { balance } from './balance.js';
import { reasonOf } from './errors.js';
import { StoreGround } from './ground.js';
import type { Report } from './report.js';
import type { Store } from './store.js';
import { RunningTenure } from './tenure.js';

/** Before a partition whose tenure has failed is taken again, in ms. */
export const RETAKE_DELAY_MS = 1_000;

interface Member {
  readonly id: string;
  readonly owner: Owner;
  readonly tenures: Map<number, RunningTenure>;
}

/** The memberships of one step: shares the partitions among them, and moves them one change at a time. */
export class StepGroup {
  private readonly members: Member[] = [];
  private joined = 0;
  private settling: Promise<void> = Promise.resolve();
  private closed = false;
  private retaking = false;

  constructor(
    private readonly step: StepName,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly batchRecordsMax: number,
    private readonly report: Report,
  ) {}

  async join(owner: Owner): Promise<Membership & { expel(): void }> {
    const member: Member = { id: String(this.joined++).padStart(8, '0'), owner, tenures: new Map() };
    this.members.push(member);
    await this.settle();
    return {
      partitions: () => [...member.tenures.keys()].sort((a, b) => a - b),
      leave: () => {
        this.remove(member);
        return this.settle();
      },
      expel: () => {
        this.remove(member);
        this.loseAll(member);
        void this.settle();
      },
    };
  }

  /** Drains everybody. */
  async close(): Promise<void> {
    this.leavers.push(...this.members.splice(0));
    await this.settle();
    this.closed = true;
  }

  /** Loses everything at once, as a crash would. */
  crash(): void {
    this.closed = true;
    for (const member of [...this.members, ...this.leavers]) this.loseAll(member);
  }

  /** Members that are going and may still own something. */
  private readonly leavers: Member[] = [];

  private remove(member: Member): void {
    const at = this.members.indexOf(member);
    if (at < 0) return;
    this.members.splice(at, 1);
    this.leavers.push(member);
  }

  private loseAll(member: Member): void {
    for (const tenure of member.tenures.values()) tenure.lose();
    member.tenures.clear();
  }

  private settle(): Promise<void> {
    this.settling = this.settling.then(() => this.move());
    return this.settling;
  }

  private async move(): Promise<void> {
    if (this.closed) return;
    const shares = balance(
      this.store.partitions,
      this.members.map(({ id, tenures }) => ({ id, owned: [...tenures.keys()] })),
    );
    const going = [...this.leavers];
    const leaving = [...this.members, ...going].flatMap((member) =>
      [...member.tenures]
        .filter(([partition]) => !shares.get(member.id)?.includes(partition))
        .map(async ([partition, tenure]) => {
          await tenure.drain();
          member.tenures.delete(partition);
        }),
    );
    await Promise.all(leaving);
    // Not those who left meanwhile: the next settling is theirs.
    for (const member of going) this.leavers.splice(this.leavers.indexOf(member), 1);
    const taking = this.members.flatMap((member) =>
      (shares.get(member.id) ?? []).filter((partition) => !member.tenures.has(partition)).map((partition) => this.take(member, partition)),
    );
    await Promise.all(taking);
  }

  private async take(member: Member, partition: number): Promise<void> {
    let failedEarly = false;
    const failed = (error: unknown): void => {
      failedEarly = true;
      member.tenures.delete(partition);
      this.retakeLater(partition, error);
    };
    try {
      const ground = await StoreGround.claim(this.store, member.owner, partition, this.batchRecordsMax);
      const tenure = await RunningTenure.start(member.owner, ground, this.clock, failed);
      if (failedEarly) return;
      // Expelled, or crashed, while it was taking.
      if (this.closed || !this.members.includes(member)) tenure.lose();
      else member.tenures.set(partition, tenure);
    } catch (error) {
      this.retakeLater(partition, error);
    }
  }

  private retakeLater(partition: number, error: unknown): void {
    if (this.closed) return;
    this.report('warn', 'a partition is lost and will be taken again', { step: this.step, partition, reason: reasonOf(error) });
    // One settling takes all that are free: more of them would only breed.
    if (this.retaking) return;
    this.retaking = true;
    this.clock.after(RETAKE_DELAY_MS, () => {
      this.retaking = false;
      void this.settle();
    });
  }
}
