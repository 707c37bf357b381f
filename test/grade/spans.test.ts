/** From what the network says to waves: one QRS a beat, one T wave between two, a lead's own edges; and a segment cut short. */
import { describe, expect, test } from 'vitest';
import type { Wave } from '../../src/ecg/index.js';
import { wavesOfLead } from '../../src/grade/index.js';
import { oneBetween, qrsOf, type Span } from '../../src/grade/waves/spans.js';
import { chunkOf, gradedChunk, patientChunk } from './segment.js';

describe('spans', () => {
  const beat = (middle: number) => ({ middle, sure: 500 });
  const qrs: Span[] = [[10, 20], [110, 120]];
  test('a QRS without a beat is none, and a beat has one QRS', () => {
    expect(qrsOf([[10, 20], [50, 56], [110, 120]], [beat(16), beat(114)], 15)).toEqual(qrs);
    expect(qrsOf([[10, 20]], [beat(16), beat(19)], 15)).toEqual([[10, 20]]);
    expect(qrsOf([], [beat(16)], 15)).toEqual([]);
  });
  test('a broad T wave that fell apart is one, to its last end', () => expect(oneBetween([[30, 45], [46, 60], [68, 84]], qrs, 15)).toEqual([[30, 84]]));
  test('of two that lie far apart the longer one stays', () => {
    expect(oneBetween([[30, 50], [80, 90]], qrs, 15)).toEqual([[30, 50]]);
    expect(oneBetween([[30, 36], [70, 90]], qrs, 15)).toEqual([[70, 90]]);
  });
  test('each interval has its own', () => expect(oneBetween([[40, 60], [140, 160]], qrs, 200)).toEqual([[40, 60], [140, 160]]));
});

describe('a lead’s waves', () => {
  const wave = (onset: number, offset: number): Wave => ({ wave: 'P', onset, peak: (onset + offset) / 2, offset });
  const together = [wave(100, 150), wave(600, 650)];
  test('edges lie midway to all leads’; what the lead does not show has those of all', () => {
    expect(wavesOfLead(together, [wave(104, 146)], 500).map(({ onset, offset }) => [onset, offset])).toEqual([[102, 148], [600, 650]]);
  });
  test('an own wave serves once, one alone is none, and a dead lead has none', () => {
    expect(wavesOfLead([wave(100, 150), wave(102, 152)], [wave(104, 146)], 500).map(({ onset }) => onset)).toEqual([102, 102]);
    expect(wavesOfLead(together, [wave(300, 340)], 500)).toEqual(together);
    expect(wavesOfLead(together, [], 500)).toEqual([]);
  });
});

test('a segment cut short after five seconds reports its rate, no pause, and is never good', async () => {
  const { blocks } = await patientChunk({ condition: 'sinus-rhythm' });
  const leads = Object.fromEntries(blocks.map(({ lead, samples, aduPerMv }) => [lead, Array.from(samples.subarray(0, 2500), (count) => count / aduPerMv)]));
  const { grade, reasons, measurements } = gradedChunk(chunkOf(leads));
  expect(grade).toBe('limited');
  expect(reasons).toContain('partial');
  expect(measurements.heartRateBpm).toBeGreaterThan(40);
  expect(measurements.longestPauseMs).toBeLessThan(2000);
  expect(Math.max(...measurements.beats)).toBeLessThan(2500);
});
