/**
 * The checkers bite: an engine broken on purpose, in the ways engines break, must be caught, and by the checker that is
 * there for it. Each bug is planted at the engine's own ports, so that the code under it is the code that ships.
 * Invariants: I15
 */
import { describe, expect, test } from 'vitest';
import { type Log, type LogRecord, type NewRecord, type PartitionAssignment, TOPICS, type Transaction } from '../../src/ports/index.js';
import { decodeCheckpoint, decodeChunk, encodeChunk } from '../../src/wire/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { type Sabotage, simulate } from './world.js';

/** Seeds tried before a bug counts as unseen. */
const SEEDS = 25;

/** The same assignment, but for what is changed. */
const handed = (assignment: PartitionAssignment, change: Partial<PartitionAssignment>): PartitionAssignment => {
  const { step, partition, checkpoints, draining, lost } = assignment;
  return { step, partition, checkpoints, draining, lost, open: (from) => assignment.open(from), read: () => assignment.read(), commit: (transaction) => assignment.commit(transaction), ...change };
};

/** A log whose assignments and records pass through other hands. */
function between(log: Log, hands: { assignment?: (assignment: PartitionAssignment) => PartitionAssignment; record?: (record: LogRecord) => LogRecord | undefined }): Log {
  const { assignment: taken = (a) => a, record: read = (r) => r } = hands;
  return {
    identity: () => log.identity(),
    partitionCount: (topic) => log.partitionCount(topic),
    append: (records) => log.append(records),
    follow: (topic, onRecords, options) => log.follow(topic, onRecords, options),
    read: (topic, partition, offsets) => log.read(topic, partition, offsets),
    scan: (topic, partition, from) => log.scan(topic, partition, from),
    close: () => log.close(),
    join: (owner) =>
      log.join({
        ...owner,
        run: (assignment) => {
          const changed = taken(assignment);
          const reading = async () => {
            const batch = await changed.read();
            return batch && { ...batch, records: batch.records.flatMap((record) => read(record) ?? []) };
          };
          return owner.run(handed(changed, { read: reading }));
        },
      }),
  };
}

const ofScore = (change: (assignment: PartitionAssignment) => PartitionAssignment): Sabotage => (log) =>
  between(log, { assignment: (assignment) => (assignment.step === 'score' ? change(assignment) : assignment) });

const isState = ({ topic }: NewRecord) => topic === TOPICS.checkpoints;

const committing = (commit: (assignment: PartitionAssignment, transaction: Transaction) => Promise<void>): Sabotage =>
  ofScore((assignment) => handed(assignment, { commit: (transaction) => commit(assignment, transaction) }));

const chunks = (change: (chunk: Chunk) => Chunk): Sabotage => (log) =>
  between(log, {
    record: (record) => {
      if (record.topic !== TOPICS.signal) return record;
      const decoded = decodeChunk(record.value!, record.key);
      return decoded.ok ? { ...record, value: encodeChunk(change(decoded.chunk)) } : record;
    },
  });

interface Bug {
  readonly name: string;
  readonly sabotage?: Sabotage;
  readonly strideS?: number;
  /** The checkers of which at least one must object. */
  readonly caughtBy: readonly string[];
}

const BUGS: readonly Bug[] = [
  {
    name: 'the position is committed before the outcomes are written',
    sabotage: ofScore((assignment) => {
      let later: NewRecord[] = [];
      return handed(assignment, {
        commit: ({ records, nextOffsets }) => {
          const now = later;
          later = records.filter((record) => !isState(record));
          return assignment.commit({ records: [...now, ...records.filter(isState)], nextOffsets });
        },
      });
    }),
    caughtBy: ['nothingLost'],
  },
  {
    name: 'the outcomes are written before the position is committed',
    sabotage: committing(async (assignment, { records, nextOffsets }) => {
      await assignment.commit({ records: records.filter((record) => !isState(record)), nextOffsets: {} });
      await assignment.commit({ records: records.filter(isState), nextOffsets });
    }),
    caughtBy: ['nothingRepeated'],
  },
  {
    name: 'a take-over reads everything again as if it were new',
    sabotage: ofScore((assignment) => handed(assignment, { checkpoints: new Map() })),
    caughtBy: ['nothingRepeated'],
  },
  {
    name: 'a take-over begins at the position and not at the low-water mark',
    sabotage: (log) => {
      const begun = new Map<number, number>();
      return between(log, {
        assignment: (assignment) => {
          const bytes = assignment.checkpoints.get(`score/${assignment.partition}/@position`);
          if (assignment.step === 'score') begun.set(assignment.partition, bytes === undefined ? 0 : decodeCheckpoint<{ next: number }>(bytes).next);
          return assignment;
        },
        record: (record) => (record.topic === TOPICS.signal && record.offset < (begun.get(record.partition) ?? 0) ? undefined : record),
      });
    },
    caughtBy: ['nothingLost', 'nothingDiffers', 'nothingInvented'],
  },
  { name: 'the stride is off by one sample', strideS: 9.99, caughtBy: ['nothingLost', 'nothingInvented'] },
  {
    name: 'two leads are swapped',
    sabotage: chunks((chunk) => ({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, lead: block.lead === 'I' ? 'II' : 'I' })) })),
    caughtBy: ['nothingDiffers'],
  },
  {
    name: 'millivolts are taken for microvolts',
    sabotage: chunks((chunk) => ({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: block.aduPerMv * 1000 })) })),
    caughtBy: ['nothingDiffers'],
  },
  {
    name: 'one chunk in fifty is dropped on the way in',
    sabotage: (log) => between(log, { record: (record) => (record.topic === TOPICS.signal && record.offset % 50 === 49 ? undefined : record) }),
    caughtBy: ['nothingDiffers', 'nothingLost'],
  },
  {
    name: 'the outcomes of a transaction are written backwards',
    sabotage: committing((assignment, { records, nextOffsets }) => assignment.commit({ records: [...records].reverse(), nextOffsets })),
    caughtBy: ['nothingOutOfOrder', 'decisionsFollow', 'nothingRepeated', 'nothingLost'],
  },
  {
    name: 'rejects are not written',
    sabotage: committing((assignment, { records, nextOffsets }) => assignment.commit({ records: records.filter(({ topic }) => topic !== TOPICS.rejects), nextOffsets })),
    caughtBy: ['nothingLost'],
  },
  {
    name: 'deciding forgets what it knew at each take-over',
    sabotage: (log) =>
      between(log, {
        assignment: (assignment) =>
          assignment.step === 'decide'
            ? handed(assignment, { checkpoints: new Map([...assignment.checkpoints].filter(([key]) => key.endsWith('@position'))) })
            : assignment,
      }),
    caughtBy: ['decisionsFollow', 'nothingRepeated'],
  },
];

describe('a planted bug is caught', () => {
  for (const { name, sabotage, strideS, caughtBy } of BUGS) {
    test(name, { timeout: 300_000 }, async () => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { violations } = await simulate({ seed, sabotage, strideS });
        if (caughtBy.some((checker) => checker in violations)) return;
      }
      expect.fail(`no seed of ${SEEDS} showed it`);
    });
  }
});
