import { AssignedPartition, balance, type Report, reasonOf } from '../../log/index.js';
import type { Clock, Membership, Owner, StepName } from '../../ports/index.js';
import { StoreBackend } from './backend.js';
import type { Store } from './store.js';

interface Member {
  readonly id: string;
  readonly partitions: readonly AssignedPartition[];
}

/** The memberships of one step: shares the partitions among them, and moves them one change at a time. */
export class StepGroup {
  private readonly members: Member[] = [];
  /** Members that are going and may still own something. */
  private readonly leavers: Member[] = [];
  private joined = 0;
  private settling: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly step: StepName,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly batchRecordsMax: number,
    private readonly report: Report,
  ) {}

  async join(owner: Owner): Promise<Membership & { expel(): void }> {
    const member: Member = { id: String(this.joined++).padStart(8, '0'), partitions: this.partitionsOf(owner) };
    this.members.push(member);
    await this.settle();
    return {
      partitions: () => ownedBy(member),
      leave: () => {
        this.remove(member);
        return this.settle();
      },
      expel: () => {
        this.remove(member);
        loseAll(member);
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
    for (const member of [...this.members, ...this.leavers]) loseAll(member);
  }

  private partitionsOf(owner: Owner): AssignedPartition[] {
    const { store, clock, batchRecordsMax } = this;
    const host = {
      owner,
      clock,
      claim: (partition: number) => StoreBackend.claim(store, owner, partition, batchRecordsMax),
      confirm: () => Promise.resolve(),
      onFailed: (partition: number, error: unknown, retryMs: number) =>
        this.report('warn', 'a partition is lost and will be taken again', { step: this.step, partition, reason: reasonOf(error), retryMs }),
    };
    return Array.from({ length: store.partitions }, (_, partition) => new AssignedPartition(host, partition));
  }

  private remove(member: Member): void {
    const at = this.members.indexOf(member);
    if (at < 0) return;
    this.members.splice(at, 1);
    this.leavers.push(member);
  }

  private settle(): Promise<void> {
    this.settling = this.settling.then(() => this.move());
    return this.settling;
  }

  private async move(): Promise<void> {
    if (this.closed) return;
    const shares = balance(
      this.store.partitions,
      this.members.map((member) => ({ id: member.id, owned: ownedBy(member) })),
    );
    const going = [...this.leavers];
    const isIn = (member: Member, partition: number): boolean => shares.get(member.id)?.includes(partition) ?? false;
    await Promise.all([...this.members, ...going].flatMap((member) => member.partitions.filter(({ partition }) => !isIn(member, partition)).map((assigned) => assigned.giveUp())));
    // Not those who left meanwhile: the next settling is theirs.
    for (const member of going) this.leavers.splice(this.leavers.indexOf(member), 1);
    await Promise.all(this.members.flatMap((member) => member.partitions.filter(({ partition }) => isIn(member, partition)).map((assigned) => assigned.take())));
    // The process died, or a member was expelled, while it was taking.
    if (this.closed) this.crash();
  }
}

function ownedBy(member: Member): number[] {
  return member.partitions.filter((assigned) => assigned.held()).map(({ partition }) => partition);
}

function loseAll(member: Member): void {
  for (const assigned of member.partitions) assigned.lose();
}
