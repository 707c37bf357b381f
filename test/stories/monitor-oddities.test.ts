/**
 * What monitors do to a stream on a ward, one story each, sent to the assembling room as chunks. Section by section of
 * docs/SPEC.md. Does not cover Kafka or time-outs of whole processes: see test/faults.
 * Invariants: I3, I4
 */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_FROM_START, initialPartition, physical } from '../../src/assemble/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { takeRecord } from '../assemble/record.js';
import { balanced, chunkOf, ramp, runFromStart as run } from '../assemble/stream.js';

const S = 100;
/** `seconds` of leads I and II from sample `first` on, in chunks of half a second. */
function seconds(first: number, count: number, more: Partial<Chunk> = {}): Chunk[] {
  return Array.from({ length: count * 2 }, (_, i) => {
    const at = first + i * 50;
    return chunkOf(at, { I: ramp(at, 50), II: ramp(at, 50, 1) }, more);
  });
}
const ids = (result: { segments: readonly { id: string }[] }) => result.segments.map((s) => s.id);
const end = (first: number, more: Partial<Chunk> = {}) => ({ ...chunkOf(first, {}, { declaredLeads: ['I', 'II'], endOfStream: true, sequence: 1e9, ...more }), blocks: [] });

describe('windows', () => {
  test('a segment closes with the chunk that completes it, not a moment later', () => {
    const chunks = seconds(0, 10);
    expect(run(chunks.slice(0, -1)).segments).toEqual([]);
    expect(ids(run(chunks))).toEqual(['bed-1/1/0']);
  });
  test('a rate that is no whole number drifts nowhere: the thousandth segment begins where it must', () => {
    const rateHz = 499.97;
    const first = Math.round(1000 * 10 * rateHz);
    const chunks = [0, 5000, 10_000].map((n) => chunkOf(first + n, { I: ramp(first + n, 5000) }, { rateHz }));
    expect(ids(run(chunks))[0]).toBe(`bed-1/1/${first}`);
  });
  test('the engine comes late: the first segment has the number that it would have had', () => {
    expect(ids(run([...seconds(2345, 20), end(4345)]))).toEqual(['bed-1/1/2000', 'bed-1/1/3000', 'bed-1/1/4000']);
  });
  test('what is left at the end of a stream is a partial segment; less than 2.5 s is counted', () => {
    const left = run([...seconds(0, 13), end(1300)]);
    expect(left.segments.map(({ id, partial, samples }) => [id, partial, samples])).toEqual([['bed-1/1/0', false, 1000], ['bed-1/1/1000', true, 1000]]);
    expect(left.segments[1].leads[0].gaps).toEqual([{ fromMs: 3000, toMs: 10_000 }]);
    const short = run([...seconds(0, 12), end(1200)]);
    expect(ids(short)).toEqual(['bed-1/1/0']);
    expect(short.account.rest).toBe(400);
    expect(balanced(short.account)).toBe(true);
  });
});

describe('gaps', () => {
  test('a lost chunk is a gap, listed in ms, and waited for no longer than the horizon', () => {
    const chunks = seconds(0, 14).filter((chunk) => chunk.firstSample !== 500);
    const result = run(chunks);
    expect(result.segments[0].closedBy).toBe('horizon');
    expect(result.segments[0].leads[0].gaps).toEqual([{ fromMs: 5000, toMs: 5500 }]);
  });
  test('an electrode falls off for two seconds: the lead has a gap, the others do not', () => {
    const chunks = seconds(0, 13).map((chunk) => (chunk.firstSample >= 300 && chunk.firstSample < 500 ? { ...chunk, blocks: chunk.blocks.slice(1) } : chunk));
    const [segment] = run(chunks).segments;
    expect(segment.leads.map(({ lead, gaps }) => [lead, gaps])).toEqual([['I', [{ fromMs: 3000, toMs: 5000 }]], ['II', []]]);
  });
  test('"no sample" in int16 is a gap as well', () => {
    const chunks = seconds(0, 13);
    chunks[4].blocks[0].samples.fill(-32768);
    expect(run(chunks).segments[0].leads[0].gaps).toEqual([{ fromMs: 2000, toMs: 2500 }]);
  });
  test('half an hour away is one gap record, not 179 segments', () => {
    const result = run([...seconds(0, 10), ...seconds(180_000, 10)]);
    expect(ids(result)).toEqual(['bed-1/1/0', 'bed-1/1/180000']);
    expect(result.gaps.map(({ firstSample, segments }) => [firstSample, segments])).toEqual([[1000, 179]]);
  });
  test('every electrode is off for hours and the monitor goes on sending holes: a gap is reported every five minutes, and nothing piles up', () => {
    const holes = seconds(1000, 3600).map((chunk) => ({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, samples: block.samples.map(() => -32768), leadOff: true })) }));
    const result = run([...seconds(0, 10), ...holes]);
    expect(ids(result)).toEqual(['bed-1/1/0']);
    expect(result.gaps.map(({ segments }) => segments)).toEqual(Array(11).fill(30));
    expect(result.state.epoch!.sources).toEqual([]);
  });
});

describe('order and repeats', () => {
  test('two chunks change places: nothing shows', () => {
    const chunks = seconds(0, 10);
    [chunks[3], chunks[4]] = [chunks[4], chunks[3]];
    const result = run(chunks);
    expect(result.segments[0].leads[0].gaps).toEqual([]);
    expect(result.rejects).toEqual([]);
  });
  test('a chunk comes after its segment closed: its samples are late, its bytes are kept as a reject', () => {
    const chunks = seconds(0, 14);
    const [missed] = chunks.splice(3, 1);
    const result = run([...chunks, missed]);
    expect(result.rejects.map(({ reason }) => reason)).toEqual(['late']);
    expect(result.account.late).toBe(100);
    expect(balanced(result.account)).toBe(true);
  });
  test('a repeat is counted; one that says something else is counted apart, and the first value stays', () => {
    const chunks = seconds(0, 2);
    const lie = { ...chunks[1], blocks: chunks[1].blocks.map((block) => ({ ...block, samples: Int16Array.from(block.samples, (v) => v + 1) })) };
    const { account, state } = run([...chunks, chunks[1], lie]);
    expect([account.repeated, account.conflicting]).toEqual([100, 100]);
    expect(state.epoch!.runs[0].buffers.get('I')!.counts[60]).toBe(chunks[1].blocks[0].samples[10]);
  });
});

describe('clocks', () => {
  const shifted = (chunks: Chunk[], from: number, byMs: number) => chunks.map((c) => (c.firstSample >= from ? { ...c, deviceTimeMs: c.deviceTimeMs + byMs } : c));
  test('somebody sets the monitor an hour forward: a step in the segment it falls in, and samples stay where they are', () => {
    const [first, second] = run(shifted(seconds(0, 20), 600, 3_600_000)).segments;
    expect(first.clock.steps).toEqual([{ atMs: 6000, stepMs: 3_600_000 }]);
    expect(second.clock.steps).toEqual([]);
    expect(second.clock.startMs - first.clock.startMs).toBe(3_610_000);
    expect(first.leads[0].gaps).toEqual([]);
  });
  test('a drifting crystal (100 ppm) makes one step of half a second after an hour and a half, not thousands', () => {
    const chunks = Array.from({ length: 600 }, (_, i) => {
      const first = i * 1000;
      const chunk = chunkOf(first, { I: ramp(first, 1000) });
      return { ...chunk, deviceTimeMs: 1_700_000_000_000 + first * 10 * 1.0001 };
    });
    const steps = run(chunks).segments.flatMap((s) => s.clock.steps);
    expect(steps).toHaveLength(1);
    expect(steps[0].stepMs).toBeGreaterThan(500);
  });
});

describe('rate, gain and leads', () => {
  test('the rate changes: the numbering ends there, what is left is partial, and it starts over', () => {
    const faster = Array.from({ length: 11 }, (_, i) => chunkOf(1500 + i * 200, { I: ramp(i, 200), II: ramp(i, 200, 1) }, { rateHz: 200 }));
    const result = run([...seconds(0, 15), ...faster]);
    expect(result.segments.map(({ id, rateHz, partial, closedBy }) => [id, rateHz, partial, closedBy])).toEqual([
      ['bed-1/1/0', 100, false, 'complete'],
      ['bed-1/1/1000', 100, true, 'format-change'],
      ['bed-1/1/1500', 200, false, 'complete'],
    ]);
    expect(balanced(result.account)).toBe(true);
  });
  test('the gain changes while two chunks change places: the boundary is where the samples say', () => {
    const louder = (first: number) => {
      const chunk = chunkOf(first, { I: ramp(first, 50), II: ramp(first, 50, 1) });
      return { ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: 400 })) };
    };
    const tail = [1500, 1550, 1600].map(louder);
    const straight = run([...seconds(0, 15), ...tail, end(1650)]);
    const swapped = run([...seconds(0, 14.5), tail[0], ...seconds(1450, 0.5), tail[2], tail[1], end(1650)]);
    expect(ids(swapped)).toEqual(ids(straight));
  });
  test('a lead appears in mid-segment, another goes: each is there for its part', () => {
    const chunks = seconds(0, 13).map((chunk) => {
      const { firstSample } = chunk;
      const leads = firstSample < 400 ? ['I', 'II'] : ['II', 'V1'];
      return { ...chunkOf(firstSample, Object.fromEntries(leads.map((lead, l) => [lead, ramp(firstSample, 50, l)]))) };
    });
    const [segment] = run(chunks).segments;
    expect(segment.leads.map(({ lead, gaps }) => [lead, gaps])).toEqual([
      ['I', [{ fromMs: 4000, toMs: 10_000 }]],
      ['II', []],
      ['V1', [{ fromMs: 0, toMs: 4000 }]],
    ]);
  });
  test('two limb leads make the other four, exactly; three do not disagree', () => {
    const [segment] = run(seconds(0, 10)).segments;
    const rows = new Map(physical(segment).rows.map((row) => [row.lead, row]));
    const [i, ii] = [rows.get('I')!.mv, rows.get('II')!.mv];
    expect(rows.get('III')!.origin).toBe('derived');
    for (const n of [0, 17, 999]) {
      expect(rows.get('III')!.mv[n]).toBeCloseTo(ii[n] - i[n], 5);
      expect(rows.get('aVR')!.mv[n]).toBeCloseTo(-(i[n] + ii[n]) / 2, 5);
      expect(rows.get('aVL')!.mv[n]).toBeCloseTo(i[n] - ii[n] / 2, 5);
      expect(rows.get('aVF')!.mv[n]).toBeCloseTo(ii[n] - i[n] / 2, 5);
    }
    expect(rows.get('V1')!.origin).toBe('missing');
  });
});

describe('epochs', () => {
  const reboot = (chunk: Chunk) => ({ ...chunk, epoch: 7 });
  test('the monitor is restarted: the old epoch ends with the second chunk of the new one, and its stragglers are stale', () => {
    const result = run([...seconds(0, 13), ...seconds(0, 11).map(reboot), ...seconds(1300, 0.5)]);
    expect(result.segments.map(({ id, closedBy }) => [id, closedBy])).toEqual([
      ['bed-1/1/0', 'complete'],
      ['bed-1/1/1000', 'end-of-epoch'],
      ['bed-1/7/0', 'complete'],
    ]);
    expect(result.rejects.map(({ reason }) => reason)).toEqual(['stale-epoch']);
    expect(balanced(result.account)).toBe(true);
  });
  test('one corrupt message with another epoch ends nothing', () => {
    const stream = seconds(0, 20);
    const result = run([...stream.slice(0, 12), { ...stream[12], epoch: 99, firstSample: 0 }, ...stream.slice(12)]);
    expect(ids(result)).toEqual(['bed-1/1/0', 'bed-1/1/1000']);
    expect(result.segments.every((s) => s.leads.every((lead) => lead.gaps.length === 0))).toBe(true);
    expect(result.rejects).toEqual([{ offset: 12, reason: 'jump' }]);
  });
  test('one corrupt sample number, a day ahead, ends nothing, wherever it falls', () => {
    for (const at of [0, 1, 12, 19]) {
      const stream = seconds(0, 20);
      const result = run([...stream.slice(0, at), { ...stream[at], firstSample: 86_400 * S, sequence: 1e7 }, ...stream.slice(at)]);
      expect(ids(result).filter((id) => id !== `bed-1/1/${86_400 * S}`)).toEqual(['bed-1/1/0', 'bed-1/1/1000']);
      expect(balanced(result.account)).toBe(true);
    }
  });
});

describe('a hostile chunk', () => {
  test('a sample number fifty-eight minutes ahead ends nothing: what follows is as good as before', () => {
    const stream = seconds(0, 20);
    const result = run([...stream.slice(0, 12), { ...stream[12], firstSample: 3500 * S, sequence: 1e7 }, ...stream.slice(12)]);
    expect(ids(result)).toEqual(['bed-1/1/0', 'bed-1/1/1000']);
    expect(result.account.late).toBe(0);
    expect(balanced(result.account)).toBe(true);
  });
  test('the same chunk a thousand times costs no memory', () => {
    const stream = seconds(0, 5);
    const { state, account } = run([...stream, ...Array(1000).fill(stream[3])]);
    expect(state.epoch!.sources).toHaveLength(stream.length);
    expect(account.repeated).toBe(100_000);
  });
  test('a device that really was away for ten minutes goes on where it is', () => {
    const result = run([...seconds(0, 10), ...seconds(61_000, 10)]);
    expect(ids(result)).toEqual(['bed-1/1/0', 'bed-1/1/61000']);
    expect(result.rejects).toEqual([]);
  });
  test('the last word of a stream, ten minutes on, is believed', () => {
    const result = run([...seconds(0, 10), { ...chunkOf(61_000, { I: ramp(61_000, 500), II: ramp(61_000, 500) }), endOfStream: true }]);
    expect(ids(result)).toEqual(['bed-1/1/0', 'bed-1/1/61000']);
  });
});

describe('silence', () => {
  test('a cable is pulled: thirty seconds of the partition later the open segment closes, and memory is given back', () => {
    const partition = initialPartition();
    const feed = (device: string, chunk: Chunk, brokerMs: number, offset: number) =>
      takeRecord(partition, { offset, brokerMs, chunk: { ...chunk, device } }, ASSEMBLE_FROM_START);
    let offset = 0;
    for (const [i, chunk] of seconds(0, 6).entries()) feed('bed-1', chunk, i * 500, offset++);
    const before = seconds(0, 60).flatMap((chunk, i) => feed('bed-2', chunk, 6000 + i * 500, offset++)).filter(({ device }) => device === 'bed-1');
    expect(before).toHaveLength(1);
    expect(before[0].assembled.segments[0]).toMatchObject({ id: 'bed-1/1/0', closedBy: 'idle' });
    const buffers = [...partition.devices.get('bed-1')!.state.epoch!.runs[0].buffers.values()];
    expect(buffers.every((buffer) => buffer.counts.length === 0)).toBe(true);
  });
});
