/**
 * No record and no device stops another: what would fail again is isolated, written as a dead letter, and its device goes on
 * behind it; after repeats it is quarantined and reported as silent. Invariants: I37
 */
import { describe, expect, test, vi } from 'vitest';
import { type NewRecord, RefusedError, TOPICS, type Transaction } from '../../../src/ports/index.js';
import * as grading from '../../../src/grade/index.js';
import * as assembling from '../../../src/assemble/index.js';
import { decodeOutcome } from '../../../src/wire/index.js';
import { beating, deps, logOf, scoring, Store, through } from '../bench.js';

vi.mock('../../../src/grade/index.js', { spy: true });
vi.mock('../../../src/assemble/index.js', { spy: true });

const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
/** Two beds side by side, a chunk a second each. */
const ward = (count: number) => logOf(...seconds(0, count).flatMap((s) => ['bed-1', 'bed-2'].map((device) => [s, beating(s * 100, 100, { device })] as const)));
const rejectsOf = (written: readonly NewRecord[]) => written.filter(({ topic }) => topic === TOPICS.rejects).map(({ key, headers }) => `${key} ${headers!.reason} ${headers!['source-offset']}`);
const outcomesOf = (written: readonly NewRecord[]) => written.flatMap(({ topic, value }) => (topic === TOPICS.outcomes ? (decodeOutcome(value!) ?? []) : [])).flatMap((one) => (one.type === 'segment' ? [one.outcome] : []));

/** Assembling that fails on some chunks. */
function failingOn(isPoison: (device: string, firstSample: number) => boolean): void {
  vi.mocked(assembling.stepPartition).mockImplementation((partition, input, options) => {
    if (input.type === 'chunk' && isPoison(input.chunk.device, input.chunk.firstSample)) throw new TypeError('planted');
    return actual(partition, input, options);
  });
}
const { stepPartition: actual } = await vi.importActual<typeof assembling>('../../../src/assemble/index.js');

describe('a chunk on which assembling fails', () => {
  test('is a dead letter with its bytes; its device goes on, ids come once, and the other bed never notices', async () => {
    failingOn((device, first) => device === 'bed-1' && first === 1500);
    const store = new Store();
    const log = ward(60);
    const isolated: string[] = [];
    await through(store, log, deps({ onIsolated: (stage, partition, offset) => isolated.push(`${stage} ${partition} ${offset}`) }));
    expect(isolated).toEqual(['assemble 0 30']);
    const letter = store.written.find(({ topic }) => topic === TOPICS.rejects)!;
    expect(letter.headers).toMatchObject({ reason: 'processing-failed', 'source-offset': '30' });
    expect(letter.value).toEqual(log[30].value);
    const ids = outcomesOf(store.written).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const undisturbed = [0, 1000, 2000, 3000, 4000, 5000];
    expect(ids.filter((id) => id.startsWith('bed-2'))).toEqual(undisturbed.map((first) => `bed-2/1/${first}`));
    expect(ids.filter((id) => id.startsWith('bed-1'))).toEqual(undisturbed.map((first) => `bed-1/1/${first}`));
  });

  test('in the first seconds of a device: its segment keeps its place, and shows what is missing', async () => {
    failingOn((device, first) => device === 'bed-1' && first === 500);
    const store = new Store();
    await through(store, ward(30));
    const bed = outcomesOf(store.written).filter(({ device }) => device === 'bed-1');
    expect(bed.map(({ firstSample }) => firstSample)).toEqual([0, 1000, 2000]);
    expect(bed.map(({ leads }) => leads.some(({ lead, gaps }) => lead === 'I' && gaps.length > 0))).toEqual([true, false, false]);
  });

  test('again and again: the device is quarantined for ten minutes, reported as silent at once, and then tried again', async () => {
    failingOn((device, first) => device === 'bed-1' && first >= 1000 && first < 1300);
    const store = new Store();
    const partition = scoring(store, deps({ silentAfterMs: 30_000 }));
    await partition.records(ward(60));
    await vi.waitUntil(() => store.written.some(({ value, topic }) => topic === TOPICS.outcomes && decodeOutcome(value!)?.type === 'silence'), { timeout: 5000 });
    const later = logOf(...seconds(0, 60).flatMap((s) => [[700 + s, beating((700 + s) * 100, 100, { device: 'bed-1' })] as const])).map((record) => ({ ...record, offset: record.offset + 120 }));
    await partition.records(later);
    await partition.drain();
    const rejects = rejectsOf(store.written);
    expect(rejects.filter((reject) => reject.includes('processing-failed'))).toEqual(['bed-1 processing-failed 20', 'bed-1 processing-failed 22', 'bed-1 processing-failed 24']);
    expect(rejects.filter((reject) => reject.includes('quarantined'))).toHaveLength(47);
    expect(store.written.flatMap(({ value, topic }) => (topic === TOPICS.outcomes ? (decodeOutcome(value!) ?? []) : [])).find((one) => one.type === 'silence')).toMatchObject({ silence: { device: 'bed-1', silent: true } });
    expect(outcomesOf(store.written).filter(({ device, firstSample }) => device === 'bed-1' && firstSample >= 70_000).length).toBeGreaterThan(4);
    expect(outcomesOf(store.written).filter(({ device }) => device === 'bed-2')).toHaveLength(6);
  });
});

test('a chunk that was held back when assembling failed is a dead letter too: nothing vanishes', async () => {
  failingOn((_device, first) => first === 1100);
  const store = new Store();
  const chunks = [...seconds(0, 10).map((s) => beating(s * 100, 100)), beating(0, 100, { epoch: 2 }), beating(1100, 100), ...seconds(12, 30).map((s) => beating(s * 100, 100))];
  await through(store, logOf(...chunks.map((chunk, i) => [i, chunk] as const)));
  expect(rejectsOf(store.written).sort()).toEqual(['bed-1 processing-failed 10', 'bed-1 processing-failed 11']);
  vi.mocked(assembling.stepPartition).mockImplementation(actual);
});

test('a segment on which grading fails has its one outcome, which says so', async () => {
  vi.mocked(assembling.stepPartition).mockImplementation(actual);
  const { grade } = await vi.importActual<typeof grading>('../../../src/grade/index.js');
  vi.mocked(grading.grade).mockImplementation((segment, mv) => {
    if (segment.id === 'bed-1/1/1000') throw new RangeError('planted');
    return grade(segment, mv);
  });
  const store = new Store();
  await through(store, ward(40));
  vi.mocked(grading.grade).mockImplementation(grade);
  const bed1 = outcomesOf(store.written).filter(({ device }) => device === 'bed-1');
  expect(bed1.map(({ id, status }) => `${id} ${status}`)).toEqual(['bed-1/1/0 scored', 'bed-1/1/1000 unusable', 'bed-1/1/2000 scored', 'bed-1/1/3000 scored']);
  expect(bed1[1].reasons).toEqual(['processing-failed']);
  expect(rejectsOf(store.written)).toEqual(['bed-1 processing-failed 38']);
  expect(outcomesOf(store.written).filter(({ device, status }) => device === 'bed-2' && status === 'scored')).toHaveLength(4);
});

test('an output that the log refuses for what it is: its segment has an outcome that says so, and nothing else shares its fate', async () => {
  vi.mocked(assembling.stepPartition).mockImplementation(actual);
  const store = new Store();
  const isRefused = ({ records }: Transaction) => records.some(({ topic, value }) => {
    const decoded = topic === TOPICS.outcomes ? decodeOutcome(value!) : undefined;
    return decoded?.type === 'segment' && decoded.outcome.id === 'bed-1/1/1000' && decoded.outcome.leads.length > 0;
  });
  store.gate = (transaction) => (isRefused(transaction) ? Promise.reject(new RefusedError('too large')) : Promise.resolve());
  await through(store, ward(40));
  const outcomes = outcomesOf(store.written);
  expect(outcomes.filter(({ device }) => device === 'bed-1').map(({ id, reasons }) => `${id} ${reasons.includes('output-refused')}`)).toEqual(['bed-1/1/0 false', 'bed-1/1/1000 true', 'bed-1/1/2000 false', 'bed-1/1/3000 false']);
  expect(outcomes.filter(({ device, status }) => device === 'bed-2' && status === 'scored')).toHaveLength(4);
  expect(rejectsOf(store.written)).toEqual(['bed-1 output-refused 38']);
  expect(store.position().next).toBe(80);
});

test('a device\'s checkpoint that cannot be read: that device begins anew behind what was read, the other goes on as if nothing had been', async () => {
  vi.mocked(assembling.stepPartition).mockImplementation(actual);
  const store = new Store();
  const log = ward(60);
  const first = scoring(store);
  await first.records(log.slice(0, 70));
  await first.drain();
  store.checkpoints.set('score/0/device/bed-1', Uint8Array.of(255, 1, 2));
  const isolated: string[] = [];
  await through(store, log, deps({ onIsolated: (stage) => isolated.push(stage) }));
  expect(isolated).toEqual(['restore']);
  const ids = outcomesOf(store.written).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id.startsWith('bed-2'))).toEqual([0, 1000, 2000, 3000, 4000, 5000].map((sample) => `bed-2/1/${sample}`));
  expect(ids.filter((id) => id.startsWith('bed-1')).length).toBeGreaterThanOrEqual(5);
});
