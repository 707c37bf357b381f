/** Beds as a fold of what is reported of their devices: watched, not watched and why, or ended regularly. Invariants: I24 */
import { describe, expect, test } from 'vitest';
import { type BedNews, bedsAt, initialBeds, stepBeds } from '../../src/deliver/index.js';
import type { Outcome } from '../../src/ecg/index.js';
import { outcome } from '../decide/series.js';

const START_MS = 1_700_000_000_000;
const DEVICE = 'bed-1';

/** A ward of one device, and what it looks like. */
function wardOf() {
  const beds = initialBeds();
  let atMs = START_MS;
  const take = (news: BedNews) => void stepBeds(beds, news, atMs);
  return {
    segment: (more: Partial<Outcome> = {}) => take({ type: 'segment', outcome: { ...outcome(0, 0.1), device: DEVICE, epoch: 1, ...more } }),
    gap: (epoch = 1) => take({ type: 'gap', gap: { device: DEVICE, epoch, firstSample: 0, segments: 1, startMs: 0 } }),
    silence: (silent: boolean, ended?: boolean, sends?: boolean) => take({ type: 'silence', silence: { device: DEVICE, silent, sends, ended } }),
    stay: (sinceMs: number, untilMs?: number) => take({ type: 'context', context: { device: DEVICE, sinceMs, untilMs, bed: '7' } }),
    pass: (ms: number) => void (atMs += ms),
    now: () => bedsAt(beds, atMs).map(({ watch }) => watch),
    bed: () => bedsAt(beds, atMs)[0],
  };
}

describe('a device that ended its stream', () => {
  test('has ended, and stays so: it is not silent, however long ago that was', () => {
    const { segment, silence, pass, now } = wardOf();
    segment();
    expect(now()).toEqual(['watched']);
    silence(true, true);
    expect(now()).toEqual(['ended']);
    pass(24 * 3_600_000);
    expect(now()).toEqual(['ended']);
    silence(true);
    expect(now()).toEqual(['ended']);
  });

  test('does not come back with the segments that waited for the encoder, nor with a gap of the same epoch', () => {
    const { segment, gap, silence, pass, now } = wardOf();
    segment();
    silence(true, true);
    pass(9000);
    segment();
    gap();
    expect(now()).toEqual(['ended']);
    pass(3_600_000);
    expect(now()).toEqual(['ended']);
  });

  test.each<[string, (ward: ReturnType<typeof wardOf>) => void]>([
    ['with another epoch', ({ segment }) => segment({ epoch: 2 })],
    ['later in the same epoch', ({ pass, segment }) => (pass(31_000), segment())],
    ['when it was heard again first', ({ silence, segment }) => (silence(false), segment())],
  ])('is watched again %s', (_name, again) => {
    const ward = wardOf();
    ward.segment();
    ward.silence(true, true);
    ward.pass(5000);
    again(ward);
    expect(ward.now()).toEqual(['watched']);
    ward.pass(46_000);
    expect(ward.now()).toEqual(['silent']);
  });

  test('that is heard of again and sends nothing has no signal', () => {
    const { segment, silence, now } = wardOf();
    segment();
    silence(true, true);
    silence(false);
    expect(now()).toEqual(['no-signal']);
  });

  test('that sends on, but nothing usable, is silent, also when it stops to send', () => {
    const { segment, silence, now } = wardOf();
    segment();
    silence(true, true);
    silence(true, false, true);
    expect(now()).toEqual(['silent']);
    silence(true);
    expect(now()).toEqual(['silent']);
  });

  test('is no bed any more once the stay is over', () => {
    const { stay, segment, silence, pass, now } = wardOf();
    stay(START_MS - 1000, START_MS + 60_000);
    segment();
    silence(true, true);
    expect(now()).toEqual(['ended']);
    pass(61_000);
    expect(now()).toEqual([]);
  });
});

test('a device that breaks off is silent: when that is reported, and without it after 45 s', () => {
  const reported = wardOf();
  reported.segment();
  reported.silence(true);
  expect(reported.now()).toEqual(['silent']);
  const unheard = wardOf();
  unheard.segment();
  unheard.pass(46_000);
  expect(unheard.now()).toEqual(['silent']);
});

describe('the numbers of a bed', () => {
  const measured = { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 71 }, signalQuality: 0.9, demo: true };

  test('are those of its latest segment, while they are of now', () => {
    const { segment, pass, bed } = wardOf();
    segment(measured);
    expect(bed()).toMatchObject({ watch: 'watched', heartRateBpm: 71, signalQuality: 0.9, simulated: true });
    pass(46_000);
    const silent = bed();
    expect([silent.watch, silent.heartRateBpm, silent.signalQuality, silent.simulated]).toEqual(['silent', undefined, undefined, true]);
  });

  test('leave out the rate of a signal that says nothing, and keep how bad it is', () => {
    const { segment, bed } = wardOf();
    segment({ ...measured, grade: 'unusable', signalQuality: 0.1 });
    expect([bed().heartRateBpm, bed().signalQuality]).toEqual([undefined, 0.1]);
  });

  test('of one patient are not shown as the next one’s', () => {
    const { segment, stay, bed } = wardOf();
    stay(0);
    segment(measured);
    expect(bed().heartRateBpm).toBe(71);
    stay(START_MS + 1);
    expect(bed().heartRateBpm).toBeUndefined();
  });

  test('go with a patient, the mark of a simulated device does not: its trace runs on', () => {
    const { segment, stay, silence, bed } = wardOf();
    segment(measured);
    stay(START_MS + 1);
    expect([bed().watch, bed().simulated]).toEqual(['watched', true]);
    silence(true);
    stay(START_MS + 2);
    expect(bed().simulated).toBe(true);
    segment({ demo: false });
    expect(bed().simulated).toBe(false);
  });

  test('say since when it is not watched: from the first segment that was not, or the last that came', () => {
    const { segment, pass, bed } = wardOf();
    segment();
    pass(10_000);
    segment({ grade: 'unusable' });
    pass(10_000);
    segment({ grade: 'unusable' });
    expect([bed().watch, bed().sinceMs]).toEqual(['poor-signal', START_MS + 10_000]);
    pass(60_000);
    expect([bed().watch, bed().sinceMs]).toEqual(['silent', START_MS + 20_000]);
    segment();
    expect([bed().watch, bed().sinceMs]).toEqual(['watched', START_MS + 80_000]);
  });
});
