/** Invariants: I11 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { embeddedLog, levelDisk } from '../../src/adapters/embedded/index.js';
import { balance, partitionOfKey } from '../../src/log/index.js';
import type { Clock, Disk, LogRecord, NewRecord } from '../../src/ports/index.js';
import { checkpointKey, FencedError, TOPICS } from '../../src/ports/index.js';
import { logConformance, PARTITIONS } from './conformance.js';
import { MemoryDisk } from './memory-disk.js';
import { bytes, copyStep, ProbeStep, textOf, until } from './probe-step.js';

const signal = (text: string, partition = 0): NewRecord => ({ topic: TOPICS.signal, key: 'a', value: bytes(text), partition });
const open = (disk: Disk, clock: Clock = systemClock()) => embeddedLog(disk, clock, { partitions: PARTITIONS, batchRecordsMax: 8 });

logConformance('the embedded log in memory', async () => {
  const log = await open(new MemoryDisk());
  return { log, another: () => Promise.resolve(log), close: () => log.close() };
});

logConformance('the embedded log on LevelDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'purkinje-log-'));
  const log = await open(await levelDisk(folder));
  return {
    log,
    another: () => Promise.resolve(log),
    close: async () => {
      await log.close();
      await rm(folder, { recursive: true });
    },
  };
});

/** A clock that moves only by hand. */
function handClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 1_000_000;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.callback();
      }
      for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const all = async (log: Awaited<ReturnType<typeof open>>, topic: (typeof TOPICS)[keyof typeof TOPICS]): Promise<LogRecord[]> => {
  const records: LogRecord[] = [];
  await (await log.follow(topic, (some) => records.push(...some))).close();
  return records;
};

describe('partitions', () => {
  it('are chosen as Kafka chooses them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (key, count) => {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 0 })) as never;
        const kafka = Partitioners.DefaultPartitioner()({ topic: 't', partitionMetadata, message: { key, value: '' } });
        expect(partitionOfKey(key, count)).toBe(kafka);
      }),
      { numRuns: 1000 },
    );
  });

  it('are shared evenly, each once, and no more of them move than must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (count, before, after) => {
        const members = (n: number, owned: (id: string) => readonly number[]) =>
          Array.from({ length: n }, (_, i) => ({ id: `m${i}`, owned: owned(`m${i}`) }));
        const first = balance(count, members(before, () => []));
        const second = balance(count, members(after, (id) => first.get(id) ?? []));
        expect([...second.values()].flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const sizes = [...second.values()].map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const stayed = [...second].flatMap(([id, partitions]) => partitions.filter((one) => first.get(id)?.includes(one))).length;
        const smaller = Math.max(before, after);
        expect(stayed).toBeGreaterThanOrEqual(Math.min(before, after) * Math.floor(count / smaller));
      }),
    );
  });
});

describe('the embedded log', () => {
  it('goes on after a crash where the last commit was', async () => {
    const disk = new MemoryDisk();
    let log = await open(disk);
    await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    await log.append([signal('1'), signal('2')]);
    await until('two copies', () => disk.keys().filter((key) => key.startsWith('record/ecg.outcomes')).length === 2);
    log.crash();

    log = await open(disk);
    await log.append([signal('3')]);
    const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
    await log.join(step);
    expect(textOf(step.assignments.get(0)?.checkpoints.get(checkpointKey('score', 0, 'position')))).toBe('2');
    await until('the third', () => step.records.length === 1);
    await until('the third copied', () => disk.keys().filter((key) => key.startsWith('record/ecg.outcomes')).length === 3);
    expect(await log.progress('score', TOPICS.signal)).toContainEqual({ partition: 0, next: 3, end: 3 });
    await log.close();
  });

  it('fences an expelled owner, whose partitions go to the others undrained', async () => {
    const log = await open(new MemoryDisk());
    const one = new ProbeStep();
    const two = new ProbeStep();
    const first = await log.join(one);
    await log.join(two);
    const [partition] = first.partitions();
    const stale = one.assignments.get(partition)!;
    first.expel();
    await until('the other to have it', () => two.events.includes(`take ${partition}`));
    expect(one.events).toContain(`lost ${partition}`);
    expect(one.events).not.toContain(`drain ${partition}`);
    await expect(stale.commit({ records: [{ topic: TOPICS.outcomes, key: 'a', value: null }], nextOffsets: {} })).rejects.toThrow(FencedError);
    expect(await all(log, TOPICS.outcomes)).toEqual([]);
    await log.close();
  });

  it('takes a partition from a step that does not finish draining', async () => {
    const clock = handClock();
    const log = await open(new MemoryDisk(), clock);
    const stuck = new ProbeStep();
    stuck.onDrain = () => new Promise(() => undefined);
    const membership = await log.join(stuck);
    const leaving = membership.leave();
    await clock.advance(0);
    await clock.advance(9_999);
    expect(stuck.events).not.toContain('lost 0');
    await clock.advance(1);
    await leaving;
    expect(stuck.events).toContain('lost 0');
    await log.close();
  });

  it('never lets time fall, though the clock does', async () => {
    const clock = handClock();
    const log = await open(new MemoryDisk(), clock);
    await log.append([signal('1')]);
    await clock.advance(-5_000);
    await log.append([signal('2')]);
    expect((await all(log, TOPICS.signal)).map(({ timestampMs }) => timestampMs)).toEqual([1_000_000, 1_000_000]);
    await log.close();
  });

  it('syncs commits and commands, and lets the signal follow', async () => {
    const disk = new MemoryDisk();
    const log = await open(disk);
    disk.writes.length = 0;
    await log.append([signal('1')]);
    await log.append([{ topic: TOPICS.commands, key: 'a', value: bytes('acknowledge') }]);
    expect(disk.writes.map(({ sync }) => sync)).toEqual([false, true]);
    const step = new ProbeStep();
    await log.join(step);
    disk.writes.length = 0;
    await step.assignments.get(0)!.commit({ records: [], nextOffsets: { [TOPICS.signal]: 1 } });
    expect(disk.writes).toEqual([{ operations: 1, sync: true }]);
    await log.close();
  });

  it('keeps one record of a key in a compacted topic, and drops a tombstone after a day', async () => {
    const clock = handClock();
    const disk = new MemoryDisk();
    const log = await open(disk, clock);
    const put = (value: Uint8Array | null): Promise<void> => log.append([{ topic: TOPICS.context, key: 'bed', value, partition: 0 }]);
    const stored = (): number => disk.keys().filter((key) => key.startsWith('record/ecg.context')).length;
    await put(bytes('1'));
    await put(bytes('2'));
    expect(stored()).toBe(1);
    await put(null);
    await clock.advance(86_400_000);
    expect(stored()).toBe(1);
    await clock.advance(86_400_001);
    expect(stored()).toBe(0);
    expect(disk.keys().some((key) => key.startsWith('latest/'))).toBe(false);
    await put(bytes('3'));
    expect((await all(log, TOPICS.context)).map(({ offset }) => offset)).toEqual([3]);
    await log.close();
  });

  it('drops what has expired, a bounded run at a time, and goes on counting offsets', async () => {
    const clock = handClock();
    const disk = new MemoryDisk();
    const log = await embeddedLog(disk, clock, { partitions: 1, retentionMs: { [TOPICS.signal]: 1_000 } });
    await log.append(Array.from({ length: 700 }, (_, i) => signal(String(i))));
    await clock.advance(900);
    await log.append([signal('young')]);
    expect(await log.dropExpired()).toBe(false);
    await clock.advance(500);
    expect(await log.dropExpired()).toBe(true);
    expect((await all(log, TOPICS.signal))[0].offset).toBe(512);
    expect(await log.dropExpired()).toBe(false);
    expect((await all(log, TOPICS.signal)).map(({ offset }) => offset)).toEqual([700]);
    expect(await log.read(TOPICS.signal, 0, [3, 700])).toHaveLength(1);
    const step = new ProbeStep();
    const membership = await log.join(step);
    await until('the step to begin at the earliest', () => step.records.length === 1);
    expect(step.skipped).toEqual([]);
    await membership.leave();

    const behind = new ProbeStep();
    behind.from = () => ({ [TOPICS.signal]: 300 });
    await log.join(behind);
    await until('what is left', () => behind.records.length === 1);
    const expired = { topic: TOPICS.signal, partition: 0, from: 300, to: 700, reason: 'expired', detail: 'offsets 300 to 699 were deleted before they were read' };
    expect(behind.skipped).toEqual([expired]);
    expect(await log.scan(TOPICS.signal, 0, 300)).toMatchObject({ expired: true, skipped: expired, next: 701 });
    await log.close();
  });

  it('refuses appends beyond its bound', async () => {
    const log = await open(new MemoryDisk());
    const many = Array.from({ length: 16_000 }, () => signal('x'));
    const first = log.append(many);
    await expect(log.append(many)).rejects.toMatchObject({ code: 'append-queue-full' });
    await first;
    await log.append([signal('y')]);
    await log.close();
    await expect(log.append([signal('z')])).rejects.toMatchObject({ code: 'log-closed' });
  });

  it('ends assignments when the disk fails, and goes on from what the disk has when it is back', async () => {
    const clock = handClock();
    const disk = new MemoryDisk();
    const log = await open(disk, clock);
    const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
    await log.join(step);
    await log.append([signal('1')]);
    await clock.advance(0);
    disk.failing = new Error('no space left on device');
    await expect(log.append([signal('lost')])).rejects.toMatchObject({ code: 'disk-failed' });
    await expect(step.assignments.get(1)!.commit({ records: [], nextOffsets: {} })).rejects.toMatchObject({ code: 'disk-failed' });
    expect(step.events).toContain('lost 1');
    disk.failing = undefined;
    await log.append([signal('2')]);
    await clock.advance(1_000);
    expect(step.events.filter((event) => event === 'take 1')).toHaveLength(2);
    expect((await all(log, TOPICS.outcomes)).map(({ value }) => textOf(value))).toEqual(['1', '2']);
    await log.close();
  });

  it('refuses another number of partitions', async () => {
    const disk = new MemoryDisk();
    await open(disk);
    await expect(embeddedLog(disk, systemClock(), { partitions: 2 })).rejects.toMatchObject({ code: 'partition-count-changed' });
  });

  it('does the same on two disks under the same clock', async () => {
    const run = async (): Promise<unknown> => {
      const disk = new MemoryDisk();
      const clock = handClock();
      const log = await open(disk, clock);
      const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
      await log.join(step);
      const other = await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
      for (let i = 0; i < 20; i++) await log.append([signal(String(i), i % PARTITIONS)]);
      await clock.advance(1);
      await other.leave();
      await clock.advance(1);
      return [step.events, disk.writes, disk.keys()];
    };
    expect(await run()).toEqual(await run());
  });
});

describe('a folder as a disk', () => {
  const inFolder = async (test: (folder: string) => Promise<void>): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'purkinje-disk-'));
    await test(folder).finally(() => rm(folder, { recursive: true, force: true }));
  };

  it('that is in use says so', () =>
    inFolder(async (folder) => {
      const disk = await levelDisk(folder);
      await expect(levelDisk(folder)).rejects.toMatchObject({ code: 'disk-locked' });
      await disk.close();
    }));

  it('that is no folder, or may not be written, says so', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      await expect(levelDisk(join(folder, 'file'))).rejects.toMatchObject({ code: 'disk-unwritable' });
      if (process.getuid?.() === 0) return;
      await chmod(folder, 0o500);
      await expect(levelDisk(join(folder, 'deeper'))).rejects.toMatchObject({ code: 'disk-unwritable' });
      await chmod(folder, 0o700);
    }));

  it('that is damaged says so', () =>
    inFolder(async (folder) => {
      const disk = await levelDisk(folder);
      await disk.write([{ type: 'put', key: 'a', value: bytes('1') }], { sync: true });
      await disk.close();
      for (const name of await readdir(folder)) if (name.startsWith('MANIFEST')) await writeFile(join(folder, name), 'not a manifest');
      await expect(levelDisk(folder)).rejects.toMatchObject({ code: 'disk-corrupted' });
    }));

  it('keeps what was written when the process is killed', () =>
    inFolder(async (folder) => {
      const script = `const { ClassicLevel } = await import('classic-level');
        const level = new ClassicLevel(process.argv[1], { valueEncoding: 'view' });
        for (let i = 0; i < 100; i++) await level.batch([{ type: 'put', key: 'k' + String(i).padStart(3, '0'), value: new Uint8Array([i]) }], { sync: i % 10 === 0 });
        process.kill(process.pid, 'SIGKILL');`;
      expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'ignore' })).toThrow();
      const disk = await levelDisk(folder);
      expect(await disk.range('k', 'l')).toHaveLength(100);
      expect((await disk.range('k', 'l', { limit: 1, reverse: true }))[0].key).toBe('k099');
      await disk.close();
    }));
});
