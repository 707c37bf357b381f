/** Where samples belong: by their time, on the grid of an epoch, the same in every run. Invariants: I55, I71 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Continuity, place, type Placed, recalled, type Stream } from '../../src/ingest/index.js';

const START_MS = Date.UTC(2026, 2, 1, 12) + 741;
const RATE_HZ = 500;

interface Sent {
  readonly startMs?: number;
  readonly samples?: number;
  readonly message?: string;
  readonly arrivalMs?: number;
  readonly rateHz?: number;
}

/** Places messages one after the other. */
function run(messages: readonly Sent[], from?: Stream): { readonly at: readonly Placed[]; readonly how: readonly Continuity[]; readonly stream: Stream } {
  let stream = from;
  const at: Placed[] = [];
  const how: Continuity[] = [];
  for (const { startMs, samples = RATE_HZ, message = '', arrivalMs = 0, rateHz = RATE_HZ } of messages) {
    const placed = place(stream, { device: 'bed-1', rateHz, samples, startMs, arrivalMs, message });
    stream = placed.stream;
    at.push(placed.at);
    how.push(placed.continuity);
  }
  return { at, how, stream: stream! };
}
const seconds = (...all: readonly number[]): Sent[] => all.map((second) => ({ startMs: START_MS + second * 1000 }));
const offsets = (placed: readonly Placed[]) => placed.map(({ firstSample }) => firstSample - placed[0].firstSample);

test('a rate that is measured, and differs a little in every message, is the one of the first: no epoch ends by it, over a restart neither', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -4.9, max: 4.9, noNaN: true }), { minLength: 2, maxLength: 40 }), fc.nat(39), (off, crash) => {
      const messages = off.map((by, k) => ({ startMs: START_MS + k * 1000, rateHz: k === 0 ? RATE_HZ : RATE_HZ + by }));
      const whole = run(messages);
      expect(new Set(whole.how.slice(1))).toEqual(new Set(['continued']));
      expect(new Set(whole.at.map(({ epoch, rateHz }) => `${epoch} ${rateHz}`)).size).toBe(1);
      const cut = crash % messages.length;
      const known = whole.at.slice(0, cut).reduce<Stream | undefined>((stream, at) => recalled(stream, at), undefined);
      if (known !== undefined) expect(run(messages.slice(cut), known).at).toEqual(whole.at.slice(cut));
    }),
  );
  expect(run([{ startMs: START_MS }, { startMs: START_MS + 1000, rateHz: 506 }]).how).toEqual(['first', 'step']);
});

describe('by time', () => {
  test('whatever jitter there is under half a sample, the stream has no seam', () => {
    fc.assert(
      fc.property(fc.constantFrom(125, 250, 360, 500, 1000), fc.array(fc.double({ min: -0.24, max: 0.24, noNaN: true }), { minLength: 2, maxLength: 50 }), fc.nat(1e9), (rateHz, jitter, phase) => {
        const { at, how } = run(jitter.map((part, k) => ({ rateHz, samples: rateHz, startMs: START_MS + phase / 7 + k * 1000 + (part * 1000) / rateHz })));
        expect(offsets(at)).toEqual(at.map((_, k) => k * rateHz));
        expect(new Set(how.slice(1))).toEqual(new Set(['continued']));
        expect(new Set(at.map(({ epoch }) => epoch)).size).toBe(1);
      }),
    );
  });

  test('jitter beyond it moves the samples to their time, and says so; a missing second is a gap', () => {
    const { at, how } = run([...seconds(0, 1), { startMs: START_MS + 2006 }, ...seconds(3, 5)]);
    expect(offsets(at)).toEqual([0, 500, 1003, 1500, 2500]);
    expect(how).toEqual(['first', 'continued', 'jitter', 'jitter', 'gap']);
    expect(new Set(at.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test('over a second, forward or back, is a new epoch; so is another rate', () => {
    for (const step of [1002, -2500, 3_600_000, -3_600_000]) {
      const { at, how } = run([...seconds(0, 1, 2, 3), { startMs: START_MS + 4000 + step }, { startMs: START_MS + 5000 + step }]);
      expect(how.slice(-2)).toEqual(['step', 'continued']);
      expect(at[4].epoch).not.toBe(at[3].epoch);
      expect(at[5]).toMatchObject({ epoch: at[4].epoch, firstSample: at[4].firstSample + 500 });
    }
    expect(run([...seconds(0), { startMs: START_MS + 1000, rateHz: 250, samples: 250 }]).how).toEqual(['first', 'step']);
  });

  test('one message with a wild time ends no epoch; two are a step of the clock', () => {
    const { at, how } = run([...seconds(0, 1, 900, 2, 3)]);
    expect(how).toEqual(['first', 'continued', 'step', 'continued', 'continued']);
    expect(new Set([0, 1, 3, 4].map((k) => at[k].epoch)).size).toBe(1);
    expect([at[3], at[4]].map(({ firstSample }) => firstSample - at[0].firstSample)).toEqual([1000, 1500]);
    const twice = run([...seconds(0, 1, 900, 901, 2, 3)]);
    expect(twice.how).toEqual(['first', 'continued', 'step', 'continued', 'step', 'continued']);
    expect(new Set(twice.at.map(({ epoch }) => epoch)).size).toBe(3);
  });

  test('a message that comes again has the place it had; one that comes late fills its gap', () => {
    const { at, how } = run(seconds(0, 1, 3, 4, 3, 0, 2, 5));
    expect(offsets(at)).toEqual([0, 500, 1500, 2000, 1500, 0, 1000, 2500]);
    expect(how).toEqual(['first', 'continued', 'gap', 'continued', 'repeated', 'repeated', 'late', 'continued']);
  });

  test('after a restart anywhere every message has the place that it would have had', () => {
    const moves = fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 1.3, -1.3, 8, 1000, 2500, -40_000), fc.boolean()), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(moves, fc.nat(29), (all, crash) => {
        let atMs = START_MS;
        const messages = all.map(([move, isAgain]) => {
          atMs += isAgain ? 0 : 1000 + move;
          return { startMs: atMs };
        });
        const quiet = run(messages);
        const before = run(messages.slice(0, Math.max(1, crash % messages.length)));
        // From the log: every place in its order.
        const known = before.at.reduce<Stream | undefined>((stream, at) => recalled(stream, at), undefined);
        // The last one was not acknowledged, and comes again.
        const after = run(messages.slice(before.at.length - 1), known);
        expect([...before.at, ...after.at.slice(1)]).toEqual(quiet.at);
        expect(after.how[0]).toBe('repeated');
      }),
    );
  });

  test('sample numbers and epochs are those of the time: the same in every run', () => {
    const [{ epoch, firstSample }] = run(seconds(0)).at;
    expect(firstSample).toBe(Math.round((START_MS * RATE_HZ) / 1000));
    expect(run(seconds(0)).at[0].epoch).toBe(epoch);
    expect(Number.isSafeInteger(epoch)).toBe(true);
  });
});

describe('by arrival', () => {
  const arriving = (...all: readonly (readonly [id: string, ms: number])[]): Sent[] => all.map(([message, ms]) => ({ message, arrivalMs: START_MS + ms }));

  test('the count says where, as long as arrival agrees to a second; a message again is known by its id', () => {
    const { at, how } = run(arriving(['a', 0], ['b', 1300], ['c', 1900], ['b', 2500], ['d', 3100], ['e', 6000], ['f', 7000]));
    expect(offsets(at).slice(0, 5)).toEqual([0, 500, 1000, 500, 1500]);
    expect(how).toEqual(['first', 'continued', 'continued', 'repeated', 'continued', 'step', 'continued']);
  });
});

describe('a clock that runs fast or slow, within the tolerance of a rate', () => {
  /** Messages of a device whose seconds are off by `ppm`, times rounded to the millisecond; `lost` are not sent. */
  const sent = (count: number, ppm: number, samples: number, rateHz: number, jitterMs: (k: number) => number, lost: ReadonlySet<number> = new Set()): Sent[] =>
    Array.from({ length: count }, (_, k) => k).filter((k) => !lost.has(k)).map((k) => ({ rateHz, samples, startMs: Math.round(START_MS + (k * samples * 1000) / (rateHz * (1 + ppm / 1e6)) + jitterMs(k)) }));
  /** After so many messages the rate is known. */
  const KNOWN = 32;
  const clocks = fc.record({
    ppm: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -9900, max: 9900 })),
    rateHz: fc.constantFrom(125, 250, 360, 500),
    seconds: fc.constantFrom(0.5, 1, 2),
    seed: fc.integer(),
  });
  /** Up to 0.1 of a sample, the same for the same message; the millisecond adds up to a quarter. */
  const jittered = (seed: number, rateHz: number) => (k: number) => (Math.abs(Math.sin(seed + 12.9898 * k) * 43758.5453) % 1 - 0.5) * (200 / rateHz);

  test('for six hours it makes one epoch, and no seam once its rate is known', () => {
    fc.assert(
      fc.property(clocks, ({ ppm, rateHz, seconds: each, seed }) => {
        const { at, how } = run(sent(Math.round(21_600 / each), ppm, rateHz * each, rateHz, jittered(seed, rateHz)));
        expect(new Set(at.map(({ epoch }) => epoch)).size).toBe(1);
        expect(how.slice(1, KNOWN).filter((one) => one !== 'continued').length).toBeLessThanOrEqual(8);
        expect(how.slice(KNOWN).filter((one) => one !== 'continued')).toEqual([]);
        // Count by count: what drift there is does not accumulate as samples that never were.
        const [from, to] = [at[KNOWN], at.at(-1)!];
        expect(to.firstSample - from.firstSample).toBe((at.length - KNOWN - 1) * rateHz * each);
      }),
      { numRuns: 12 },
    );
  });

  test('what is lost after hours is a gap of what was lost, to a sample', () => {
    fc.assert(
      fc.property(clocks, fc.integer({ min: 64, max: 3000 }), ({ ppm, rateHz, seed }, lost) => {
        const { at, how } = run(sent(lost + 40, ppm, rateHz * 0.5, rateHz, jittered(seed, rateHz), new Set([lost])));
        expect(how.slice(KNOWN).filter((one) => one !== 'continued')).toEqual(['gap']);
        expect(Math.abs(at[lost].firstSample - at[lost - 1].firstSample - 2 * rateHz * 0.5)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test('a message that comes late fills its gap, after hours as well', () => {
    for (const ppm of [-5000, -60, 0, 60, 5000]) {
      const messages = sent(7200, ppm, 250, RATE_HZ, () => 0);
      const moved = [...messages.slice(0, 7000), messages[7001], messages[7000], ...messages.slice(7002)];
      const { at, how } = run(moved);
      expect(how.slice(KNOWN).filter((one) => one !== 'continued')).toEqual(['gap', 'late']);
      expect(new Set(at.map(({ epoch }) => epoch)).size).toBe(1);
    }
  });

  test('by arrival the count is followed for a day, though it parts from the clock by minutes', () => {
    let jitter = 1;
    const all = Array.from({ length: 86_400 }, (_, k) => {
      jitter = (jitter * 16_807) % 2_147_483_647;
      return { message: `m${k}`, arrivalMs: START_MS + k * 1000 * (1 + 3000e-6) + (jitter % 300) };
    });
    const { at, how } = run(all);
    expect(new Set(how.slice(1))).toEqual(new Set(['continued']));
    expect(Math.abs(at.at(-1)!.startMs - all.at(-1)!.arrivalMs + 1000)).toBeLessThan(500);
  });
});
