/** Invariants: I43 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, EmbeddedLogError, embeddedLog, levelDisk } from '../../src/adapters/embedded/index.js';
import { encodeNumbers, encodeRecord } from '../../src/adapters/embedded/codec.js';
import { endKey, PARTITIONS_KEY, recordKey } from '../../src/adapters/embedded/keys.js';
import { checkpointKey, type Disk, type LogRecord, type SkippedRange, TOPICS } from '../../src/ports/index.js';
import { Dice } from '../simulation/random.js';
import { MemoryDisk } from './memory-disk.js';
import { bytes, ProbeStep, textOf, until } from './probe-step.js';

const SEED = Number(process.env.SEED ?? 1);
const FLIPS = process.env.LONG === '1' ? 3_000 : 60;
const RECORDS = 400;
const textOfRecord = (i: number): string => `record ${i} ${'of a bed '.repeat(i % 30)}`;

interface Reports {
  readonly errors: Readonly<Record<string, unknown>>[];
  readonly log: EmbeddedLog;
}

async function open(disk: Disk): Promise<Reports> {
  const errors: Readonly<Record<string, unknown>>[] = [];
  const log = await embeddedLog(disk, systemClock(), { partitions: 1, report: (level, _message, fields) => void (level === 'error' && errors.push(fields)) });
  return { errors, log };
}

/** Everything of a partition: what is read, and what is skipped. */
async function readAll(log: EmbeddedLog): Promise<{ records: LogRecord[]; skipped: SkippedRange[] }> {
  const [records, skipped]: [LogRecord[], SkippedRange[]] = [[], []];
  for (let next = 0; ; ) {
    const scanned = await log.scan(TOPICS.signal, 0, next);
    if (scanned.next === next) return { records, skipped };
    records.push(...scanned.records);
    if (scanned.skipped) skipped.push(scanned.skipped);
    next = scanned.next;
  }
}

describe('a flipped bit on the disk', () => {
  it(`anywhere in the files of a closed log (${FLIPS} of them, seed ${SEED}) is never read as something else, and what is lost by it is named`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'purkinje-damage-'));
    try {
      const { log } = await open(await levelDisk(folder));
      for (let i = 0; i < RECORDS; i++) await log.append([{ topic: TOPICS.signal, key: `device-${i % 7}`, value: bytes(textOfRecord(i)), headers: { n: String(i) } }]);
      await log.close();
      const files = new Map(await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const)));
      const tables = [...files.keys()].filter((name) => name.endsWith('.ldb'));
      expect(tables).not.toEqual([]);

      const dice = new Dice(SEED);
      const found = { refused: 0, skipped: 0, unharmed: 0 };
      for (let flip = 0; flip < FLIPS; flip++) {
        const name = dice.chance(0.9) ? dice.pick(tables) : dice.pick([...files.keys()].filter((one) => one !== 'LOCK' && files.get(one)!.length > 0));
        const damaged = Buffer.from(files.get(name)!);
        damaged[dice.below(damaged.length)] ^= 1 << dice.below(8);
        const copy = await mkdtemp(join(tmpdir(), 'purkinje-damage-'));
        for (const [one, content] of files) await writeFile(join(copy, one), one === name ? damaged : content);
        const hint = `SEED=${SEED}, flip ${flip} in ${name}`;
        try {
          const disk = await levelDisk(copy);
          try {
            const reopened = await open(disk);
            const { records, skipped } = await readAll(reopened.log);
            for (const { offset, key, value, headers } of records) expect([key, textOf(value), headers], hint).toEqual([`device-${offset % 7}`, textOfRecord(offset), { n: String(offset) }]);
            const lost = skipped.reduce((sum, { from, to }) => sum + to - from, 0);
            expect(records.length + lost, hint).toBe(RECORDS);
            expect(new Set(records.map(({ offset }) => offset)).size, hint).toBe(records.length);
            if (lost > 0) expect(reopened.errors, hint).toMatchObject(skipped.map(({ from, to }) => ({ code: 'disk-corrupted', topic: TOPICS.signal, partition: 0, from, to })));
            found[lost > 0 ? 'skipped' : 'unharmed']++;
            await reopened.log.close();
          } finally {
            await disk.close();
          }
        } catch (error) {
          if (!(error instanceof EmbeddedLogError)) throw error;
          expect(['disk-corrupted', 'disk-unwritable'], hint).toContain(error.code);
          expect(error.hint).not.toBe('');
          if (tables.includes(name)) expect(error.message, hint).toContain(name);
          found.refused++;
        } finally {
          await rm(copy, { recursive: true, force: true });
        }
      }
      expect(found.skipped + found.refused).toBeGreaterThan(FLIPS / 3);
      console.log(`${FLIPS} flipped bits: ${JSON.stringify(found)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 600_000);

  /** A log in memory with one bit flipped in one entry. */
  const damagedLog = async (key: string, write: (log: EmbeddedLog) => Promise<unknown>): Promise<MemoryDisk> => {
    const disk = new MemoryDisk();
    const { log } = await open(disk);
    await write(log);
    const value = (await disk.get(key))!.slice();
    value[value.length - 6] ^= 4;
    await disk.write([{ type: 'put', key, value }], { sync: true });
    return disk;
  };
  const tenRecords = (log: EmbeddedLog): Promise<void> => log.append(Array.from({ length: 10 }, (_, i) => ({ topic: TOPICS.signal, key: 'a', value: bytes(`value ${i}`) })));

  it('in a record is skipped by a step and by a follower, reported once, and left out where single records are read', async () => {
    const { log, errors } = await open(await damagedLog(recordKey(TOPICS.signal, 0, 4), tenRecords));
    const step = new ProbeStep();
    await log.join(step);
    await until('the last', () => step.records.length === 9);
    const skipped = { topic: TOPICS.signal, partition: 0, from: 4, to: 5, reason: 'unreadable' };
    expect(step.skipped).toMatchObject([skipped]);
    expect(step.events.filter((event) => event.startsWith('lost'))).toEqual([]);
    const seen: SkippedRange[] = [];
    await (await log.follow(TOPICS.signal, () => undefined, { onSkipped: (one) => seen.push(one) })).close();
    expect(seen).toMatchObject([skipped]);
    expect(errors).toMatchObject([{ code: 'disk-corrupted', from: 4, to: 5 }]);
    expect((await log.read(TOPICS.signal, 0, [3, 4, 5])).map(({ offset }) => offset)).toEqual([3, 5]);
    await log.close();
  });

  it('in a checkpoint costs that checkpoint and not the partition, and is reported', async () => {
    const commit = async (log: EmbeddedLog): Promise<void> => {
      const step = new ProbeStep();
      const membership = await log.join(step);
      const records = ['a', 'b'].map((subject) => ({ topic: TOPICS.checkpoints, key: checkpointKey('score', 0, subject), value: bytes(`state of ${subject}`) }));
      await step.assignments.get(0)!.commit({ records, nextOffsets: {} });
      await membership.leave();
    };
    const { log, errors } = await open(await damagedLog(recordKey(TOPICS.checkpoints, 0, 0), commit));
    const step = new ProbeStep();
    await log.join(step);
    expect([...step.assignments.get(0)!.checkpoints.keys()]).toEqual([checkpointKey('score', 0, 'b')]);
    expect(errors).toMatchObject([{ code: 'disk-corrupted', topic: TOPICS.checkpoints, from: 0, to: 1 }]);
    await log.close();
  });

  it('in what the log stands on is found when it is opened', async () => {
    const disk = await damagedLog(endKey(TOPICS.signal, 0), tenRecords);
    await expect(open(disk)).rejects.toMatchObject({ code: 'disk-corrupted', message: 'the log is damaged at end/ecg.signal.v1/00000' });
  });

  it('does not stop retention', async () => {
    const disk = await damagedLog(recordKey(TOPICS.signal, 0, 9), tenRecords);
    const clock = { ...systemClock(), nowMs: () => Date.now() + 3_600_000 };
    const log = await embeddedLog(disk, clock, { partitions: 1, retentionMs: { [TOPICS.signal]: 1_000 } });
    await log.dropExpired();
    await log.dropExpired();
    expect(disk.keys().filter((key) => key.startsWith('record/ecg.signal'))).toEqual([]);
    await log.close();
  });

  it('is looked for in logs of before there were checksums only as far as that can be', async () => {
    const disk = new MemoryDisk();
    const unchecked = (key: string, value: Uint8Array): { type: 'put'; key: string; value: Uint8Array } => ({ type: 'put', key, value: value.subarray(0, value.length - 4) });
    const key = recordKey(TOPICS.signal, 0, 0);
    const record = encodeRecord(key, { timestampMs: 1_700_000_000_000, key: 'a', value: bytes('from before'), headers: { n: '0' } });
    record[7] &= 0x7f;
    await disk.write([unchecked(key, record), unchecked(endKey(TOPICS.signal, 0), encodeNumbers('', 0, 1, 1_700_000_000_000)), unchecked(PARTITIONS_KEY, encodeNumbers('', 1, 5))], { sync: true });
    const { log } = await open(disk);
    expect((await readAll(log)).records).toMatchObject([{ offset: 0, key: 'a', timestampMs: 1_700_000_000_000, headers: { n: '0' } }]);
    expect(await log.identity()).toBe('5');
    await log.close();
  });
});
