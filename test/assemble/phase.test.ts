/**
 * Beds that start together do not fall due together: after a first segment of its own each stream is cut on a grid that a hash of device and
 * epoch moves. Nobody waits longer for it, short recordings stay whole, and states of either version go on. Invariants: I110, I111
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, type AssembleOptions, type DeviceSnapshot, initial, neededOffsets, refill, restore, snapshot, step } from '../../src/assemble/index.js';
import { phaseOf } from '../../src/assemble/phase.js';
import type { Chunk, Segment } from '../../src/ecg/index.js';
import { balanced, chunkOf, ramp, run } from './stream.js';

const EPOCH_MS = 1_772_366_400_000;
const NAMES: Readonly<Record<string, (n: number) => string>> = {
  'numbered beds': (n) => `bed-${n}`,
  'units and beds': (n) => `ICU-${1 + (n % 7)}/${1 + Math.floor(n / 7)}`,
  'zero-padded transmitters': (n) => `TELE${String(n).padStart(5, '0')}`,
  'addresses': (n) => `00:09:fb:${[n >> 8, n & 255, 17].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
};

const chunksOf = (seconds: number, more: Partial<Chunk> = {}, fromS = 0): Chunk[] =>
  Array.from({ length: seconds }, (_, s) => chunkOf((fromS + s) * 100, { I: ramp((fromS + s) * 100, 100) }, { sequence: s, ...more }));
const ended = (chunks: readonly Chunk[]): Chunk[] => chunks.map((chunk, i) => ({ ...chunk, endOfStream: i === chunks.length - 1 }));
/** Without what an older engine leaves out, or does not read. */
const asOlder = ({ grid, ...rest }: DeviceSnapshot): DeviceSnapshot => {
  const { runs: _, ...old } = grid!;
  return { ...rest, grid: old };
};

/** Runs a stream with a take-over before chunk `at`. */
function takenOver(chunks: readonly Chunk[], at: number, change: (snap: DeviceSnapshot) => DeviceSnapshot, before: AssembleOptions = ASSEMBLE_DEFAULTS, after: AssembleOptions = ASSEMBLE_DEFAULTS) {
  const first = run(chunks.slice(0, at), before);
  const frozen = change(JSON.parse(JSON.stringify(snapshot(first.state, before))) as DeviceSnapshot);
  const state = restore(frozen, after);
  for (const offset of neededOffsets(frozen).sort((a, b) => a - b)) refill(state, frozen, chunks[offset], offset, after);
  const second = run(chunks.slice(at), after, state, at);
  return { segments: [...first.segments, ...second.segments], gaps: [...first.gaps, ...second.gaps], late: first.account.late + second.account.late, state: second.state };
}

const ids = (segments: readonly Segment[]): string[] => segments.map(({ id }) => id);

describe('a thousand beds', () => {
  for (const [name, deviceOf] of Object.entries(NAMES)) {
    test(`phases of ${name} are uniform, in the same epoch and in epochs of their own`, () => {
      for (const epochOf of [() => 1, () => EPOCH_MS, (n: number) => EPOCH_MS + n]) {
        const counts = new Array<number>(10).fill(0);
        for (let n = 0; n < 1000; n++) counts[phaseOf({ device: deviceOf(n), epoch: epochOf(n) }, ASSEMBLE_DEFAULTS) - 1]++;
        // Chi-square with nine degrees of freedom: 27.9 once in a thousand.
        expect(counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)).toBeLessThan(27.9);
        expect(Math.max(...counts)).toBeLessThan(140);
      }
    });
  }

  test('that start in one second fall due together once, and never again, nor after a gateway began another epoch for all of them', () => {
    const due = new Array<number>(90).fill(0);
    for (let n = 0; n < 1000; n++) {
      const device = `bed-${n}`;
      const state = initial(device);
      for (let s = 0; s < 90; s++) {
        const chunk = chunkOf((s % 45) * 10, { I: ramp(s * 10, 10) }, { device, rateHz: 10, epoch: EPOCH_MS + Math.floor(s / 45), sequence: s });
        due[s] += step(state, { type: 'chunk', chunk, offset: s, brokerMs: s }, ASSEMBLE_DEFAULTS).out.segments.length;
      }
    }
    for (const from of [0, 45]) {
      const own = due.slice(from, from + 45);
      // The first chunk of an epoch is held until a second one vouches for it; what the epoch before had open ends there.
      expect(own.slice(2, 9)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      expect(own[9]).toBe(1000);
      expect(Math.max(...own.slice(10))).toBeLessThan(140);
      for (const at of [10, 20, 30]) expect(own.slice(at, at + 10).reduce((sum, count) => sum + count)).toBe(1000);
    }
  });
});

describe('nobody waits longer', () => {
  const plan = fc.record({ epoch: fc.nat(10_000), first: fc.oneof(fc.constant(0), fc.nat(5000), fc.nat(2 ** 40)), length: fc.integer({ min: 10, max: 250 }), rateHz: fc.constantFrom(100, 125, 249.97), strideS: fc.constantFrom(10, 10, 10, 7, 5, 2) });

  test('a segment ends at most ten seconds after the stream began, closes within the horizon, and no further from the one before than the stride', () =>
    void fc.assert(fc.property(plan, ({ epoch, first, length, rateHz, strideS }) => {
      const options = { ...ASSEMBLE_DEFAULTS, strideS };
      const state = initial('bed-1');
      let [end, began] = [first, first];
      for (let k = 0; end < first + 35 * rateHz; k++) {
        const at = first + k * length;
        const { segments } = step(state, { type: 'chunk', chunk: chunkOf(at, { I: ramp(at % 30_000, length) }, { epoch, rateHz, sequence: k }), offset: k, brokerMs: k }, options).out;
        for (const { firstSample, samples } of segments) {
          const last = firstSample + samples;
          expect((last - began) / rateHz).toBeLessThanOrEqual((began === first ? 10 : strideS) + 0.02);
          // By the chunk that completes it, or the first one beyond the horizon.
          expect((at + length - last) / rateHz).toBeLessThanOrEqual(ASSEMBLE_DEFAULTS.horizonS + (2 * length) / rateHz);
          [began, end] = [last, last];
        }
        expect((at - began) / rateHz).toBeLessThan(10 + ASSEMBLE_DEFAULTS.horizonS + (2 * length) / rateHz);
      }
    }), { numRuns: Number(process.env.FC_RUNS ?? 100) }));

  test('a stream that begins in mid-count, as gateways count from 1970, has its place on the grid at once', () => {
    const { segments } = run(chunksOf(45, { epoch: 4 }, 1_772_366_403));
    const phase = phaseOf({ device: 'bed-1', epoch: 4 }, ASSEMBLE_DEFAULTS);
    expect(segments.every(({ firstSample }) => (firstSample / 100 - phase) % 10 === 0)).toBe(true);
    expect(segments[0].firstSample).toBeLessThanOrEqual(177_236_640_300);
  });
});

describe('recordings', () => {
  const plan = fc.record({ epoch: fc.nat(10_000), seconds: fc.integer({ min: 1, max: 40 }) });

  test('of ten seconds are one whole segment, shorter ones are what they were', () =>
    void fc.assert(fc.property(plan, ({ epoch, seconds }) => {
      const length = Math.min(seconds, 10);
      const facts = ({ segments, gaps, account }: ReturnType<typeof run>) => [segments.map(({ id, partial, last, closedBy }) => [id, partial, last, closedBy]), gaps, account];
      const chunks = ended(chunksOf(length, { epoch }));
      expect(facts(run(chunks))).toEqual(facts(run(chunks, ASSEMBLE_FROM_START)));
    })));

  test('of any length: a rest is what no segment has, and a segment at the end has two and a half seconds of its own', () =>
    void fc.assert(fc.property(plan, ({ epoch, seconds }) => {
      const { segments, gaps } = run(ended(chunksOf(seconds, { epoch })));
      const covered = Math.max(0, ...segments.map(({ firstSample, samples }) => Math.min(firstSample + samples, seconds * 100)));
      const rest = gaps.reduce((sum, { restSamples = 0 }) => sum + restSamples, 0);
      expect([covered + rest, rest < 250]).toEqual([seconds * 100, true]);
      segments.slice(1).forEach(({ firstSample, partial }, k) => {
        if (partial) expect(seconds * 100 - (segments[k].firstSample + segments[k].samples)).toBeGreaterThanOrEqual(250);
        expect(firstSample).toBeLessThanOrEqual(segments[k].firstSample + segments[k].samples);
      });
    })));

  test('what an end cut off, and goes on after it, is late where the first segment was', () => {
    const chunks = chunksOf(30);
    const state = initial('bed-1');
    run(chunks.slice(0, 5), ASSEMBLE_DEFAULTS, state);
    expect(step(state, { type: 'idle' }, ASSEMBLE_DEFAULTS).out.segments).toHaveLength(1);
    // A device that is away holds no record.
    expect(neededOffsets(snapshot(state, ASSEMBLE_DEFAULTS))).toEqual([]);
    const { account, segments } = run(chunks.slice(5), ASSEMBLE_DEFAULTS, state, 5);
    expect([account.late, balanced(account)]).toEqual([500, true]);
    expect(segments.map(({ firstSample }) => firstSample)).toEqual([100, 1100]);
  });
});

describe('beside an engine of another version', () => {
  const plan = fc.record({ epoch: fc.nat(10_000), at: fc.integer({ min: 1, max: 59 }), fromS: fc.constantFrom(0, 3, 9_000_003) });

  test('the grid of an epoch that an older engine began goes on; the next epoch has a phase', () =>
    void fc.assert(fc.property(plan, ({ epoch, at, fromS }) => {
      const chunks = chunksOf(60, { epoch }, fromS);
      const { segments, late, state } = takenOver(chunks, at, asOlder, ASSEMBLE_FROM_START);
      expect([ids(segments), late]).toEqual([ids(run(chunks, ASSEMBLE_FROM_START).segments), 0]);
      const next = run(chunksOf(30, { epoch: epoch + 1 }), ASSEMBLE_DEFAULTS, state, 60).segments.filter((one) => one.epoch === epoch + 1);
      expect(next.slice(0, 2).map(({ firstSample }) => firstSample)).toEqual([0, 100 * phaseOf({ device: 'bed-1', epoch: epoch + 1 }, ASSEMBLE_DEFAULTS)]);
    }), { numRuns: 100 }));

  test('an older engine goes on by what this one kept, and this one after it: nothing is lost, late or made twice', () =>
    void fc.assert(fc.property(plan, ({ epoch, at, fromS }) => {
      const chunks = chunksOf(60, { epoch }, fromS);
      const { segments, gaps, late } = takenOver(chunks, at, asOlder, ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START);
      const whole = ids(run(chunks).segments);
      expect([gaps, late, new Set(ids(segments)).size]).toEqual([[], 0, segments.length]);
      segments.slice(1).forEach(({ firstSample }, k) => expect(firstSample).toBeLessThanOrEqual(segments[k].firstSample + segments[k].samples));
      // Where the first segment was closed, the grid is the same; before that the older one goes on without a phase.
      if (at > 10) expect(ids(segments)).toEqual(whole);
    }), { numRuns: 100 }));
});
