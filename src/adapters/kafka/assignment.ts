import { balance } from '../../log/index.js';
import { MemberAssignment, MemberMetadata } from './client.js';

/** The protocol's name within the group. Members of another one cannot join: all engines of a group speak the same. */
export const PROTOCOL = 'purkinje-copartitioned-1';

export interface GroupMemberState {
  readonly id: string;
  /** Partitions it still works on. */
  readonly owned: readonly number[];
}

/**
 * Who gets which partitions, the same numbers of all input topics. A partition that another member still works on is
 * given to nobody in this round: that member sees that it is to give it up, drains it, and joins again; the round after
 * gives it to its new owner. So partitions that stay are never interrupted, and those that move are drained first.
 */
export function assign(count: number, members: readonly GroupMemberState[]): Map<string, number[]> {
  const shares = balance(count, members);
  for (const [id, share] of shares) {
    const heldByOthers = new Set(members.filter((member) => member.id !== id).flatMap(({ owned }) => owned));
    shares.set(id, share.filter((partition) => !heldByOthers.has(partition)));
  }
  return shares;
}

export function encodeMember(topics: readonly string[], owned: readonly number[]): Buffer {
  return MemberMetadata.encode({ version: 1, topics: [...topics], userData: Buffer.from(JSON.stringify({ owned })) });
}

export function decodeMember(id: string, metadata: Buffer): GroupMemberState {
  const userData = MemberMetadata.decode(metadata)?.userData;
  const { owned } = userData && userData.length > 0 ? (JSON.parse(userData.toString()) as { owned?: number[] }) : {};
  return { id, owned: owned ?? [] };
}

/** In the form that Kafka's own tools read. */
export function encodeShare(topics: readonly string[], share: readonly number[]): Buffer {
  return MemberAssignment.encode({ version: 1, assignment: Object.fromEntries(topics.map((topic) => [topic, [...share]])), userData: Buffer.alloc(0) });
}

export function decodeShare(topics: readonly string[], assignment: Buffer): number[] {
  if (assignment.length === 0) return [];
  return [...(MemberAssignment.decode(assignment)?.assignment[topics[0]] ?? [])].sort((a, b) => a - b);
}
