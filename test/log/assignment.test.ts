import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, decodeMember, decodeShare, encodeMember, encodeShare } from '../../src/adapters/kafka/assignment.js';

describe('the assignment of a group', () => {
  const owning = fc.array(fc.array(fc.nat({ max: 20 }), { maxLength: 12 }), { minLength: 1, maxLength: 6 });

  it('never gives a partition to one member while another works on it, and ends with everyone served', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), owning, (count, owned) => {
        let members = owned.map((some, i) => ({ id: `m${i}`, owned: [...new Set(some.filter((partition) => partition < count))] }));
        for (let round = 0; round < 4; round++) {
          const shares = assign(count, members);
          for (const { id, owned: held } of members) {
            for (const [other, share] of shares) if (other !== id) expect(share.filter((partition) => held.includes(partition))).toEqual([]);
          }
          // Each gives up what it was not given, takes what it was, and joins again.
          members = members.map(({ id }) => ({ id, owned: shares.get(id) ?? [] }));
        }
        expect(members.flatMap((member) => member.owned).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const sizes = members.map((member) => member.owned.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('survives its encoding', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 99 })), (partitions) => {
        const sorted = [...partitions].sort((a, b) => a - b);
        expect(decodeMember('m', encodeMember(['a', 'b'], partitions))).toEqual({ id: 'm', owned: partitions });
        expect(decodeShare(['a', 'b'], encodeShare(['a', 'b'], partitions))).toEqual(sorted);
      }),
    );
    expect(decodeShare(['a'], Buffer.alloc(0))).toEqual([]);
  });
});
