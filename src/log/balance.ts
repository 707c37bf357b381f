export interface BalanceMember {
  readonly id: string;
  /** Partitions it works on now; it keeps as many of them as its share allows. */
  readonly owned: readonly number[];
}

/**
 * Shares the partitions 0…count−1 among the members: shares differ by at most one, every partition has exactly one
 * member, and no more partitions move than must. Members are served in the order of their ids, so the result is a
 * function of its arguments alone. Without members nothing is assigned.
 */
export function balance(count: number, members: readonly BalanceMember[]): Map<string, number[]> {
  const inOrder = [...members].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const shares = new Map<string, number[]>(inOrder.map((member) => [member.id, []]));
  if (inOrder.length === 0) return shares;

  const kept = new Set<number>();
  const least = Math.floor(count / inOrder.length);
  let larger = count % inOrder.length;
  const keep = (id: string, partition: number): void => {
    shares.get(id)?.push(partition);
    kept.add(partition);
  };
  // The larger shares go first to those who own enough to fill one: that moves least.
  const richestFirst = [...inOrder].sort((a, b) => b.owned.length - a.owned.length);
  const sizes = new Map<string, number>();
  for (const member of richestFirst) sizes.set(member.id, larger-- > 0 ? least + 1 : least);
  for (const member of inOrder) {
    for (const partition of [...member.owned].sort((a, b) => a - b)) {
      const full = (shares.get(member.id)?.length ?? 0) >= (sizes.get(member.id) ?? 0);
      if (!full && partition >= 0 && partition < count && !kept.has(partition)) keep(member.id, partition);
    }
  }
  let next = 0;
  for (const member of inOrder) {
    const share = shares.get(member.id) ?? [];
    while (share.length < (sizes.get(member.id) ?? 0)) {
      while (kept.has(next)) next++;
      keep(member.id, next);
    }
    share.sort((a, b) => a - b);
  }
  return shares;
}
