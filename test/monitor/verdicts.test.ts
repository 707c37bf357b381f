/** What people find of alerts reaches the engine: a finding they refute is put in shadow, and it is said so. Invariants: I32 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { embeddedLog, levelDisk } from '../../src/adapters/embedded/index.js';
import type { Policy } from '../../src/decide/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { VerdictBook } from '../../src/monitor/verdicts.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeCommand } from '../../src/wire/index.js';
import { AF, decide, policy, series } from '../decide/series.js';
import { countingMeter } from '../encoder/support.js';

const [raised] = decide(series(0.99, 0.99)).events;
const dismissed = (cause: string): AlertEvent => ({ ...raised, state: 'dismissed', cause });
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function bookOf() {
  const place = await mkdtemp(join(tmpdir(), 'verdicts-'));
  const log = await embeddedLog(await levelDisk(place), systemClock(), { partitions: 3 });
  closing.push(() => rm(place, { recursive: true }), () => log.close());
  const asked: [partition: number, command: ReturnType<typeof decodeCommand>][] = [];
  const follower = await log.follow(TOPICS.commands, (records) => asked.push(...records.map(({ partition, value }) => [partition, decodeCommand(value!)] as [number, ReturnType<typeof decodeCommand>])));
  closing.push(() => follower.close());
  const meter = countingMeter();
  const stopped = vi.fn();
  return { asked, meter, stopped, book: new VerdictBook(policy, log, systemClock(), meter, stopped) };
}
const shadowed = (current: Policy) => current.demoted.map(({ finding }) => finding);

test('fifty wrong ones: every partition is asked, once, and what is watched says so', async () => {
  const { book, asked, meter } = await bookOf();
  book.caughtUp();
  for (let k = 0; k < 49; k++) book.take(dismissed('artefact'));
  expect(shadowed(book.current)).toEqual([]);
  for (let k = 0; k < 3; k++) book.take(dismissed('not-present'));
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  expect(asked.map(([partition]) => partition).sort()).toEqual([0, 1, 2]);
  expect(asked[0][1]).toMatchObject({ kind: 'demote', point: { finding: AF, modelHash: 'h' }, actor: 'purkinje', reason: '0 right of 50' });
  expect(shadowed(book.current)).toEqual([AF]);
  expect(book.verdicts()).toMatchObject([{ finding: AF, right: 0, wrong: 52, demoted: true, lower95: 0 }]);
  expect(meter.counts.get('purkinje_deliver_findings_demoted')).toBe(1);
});

test('verdicts that lay in the log when it began are asked about once all are read', async () => {
  const { book, asked } = await bookOf();
  for (let k = 0; k < 60; k++) book.take(dismissed('artefact'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toEqual([]);
  book.caughtUp();
  await vi.waitFor(() => expect(asked).toHaveLength(3));
});

test('a finding that is often right stays', async () => {
  const { book } = await bookOf();
  for (let k = 0; k < 100; k++) book.take(dismissed(k % 4 === 0 ? 'confirmed' : 'artefact'));
  expect(book.verdicts()).toMatchObject([{ ppv: 0.25, demoted: false }]);
  expect(shadowed(book.current)).toEqual([]);
});
