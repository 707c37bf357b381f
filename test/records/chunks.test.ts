// A record sent as a monitor would: nothing is lost, doubled or moved by the cutting.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chunkLength } from '../../src/ecg/index.js';
import { chunksOf, type EcgRecord } from '../../src/records/index.js';

const record = (samples: number, rateHz: number): EcgRecord => ({
  name: 'r', rateHz, samples, startMs: 1_000_000, skipped: [], comments: [], simulated: false, warnings: [],
  leads: ['I', 'II'].map((name, channel) => ({
    label: name, name, origin: 'measured', aduPerMv: 200, offsetAdu: 0, channel, counts: Int16Array.from({ length: samples }, (_, i) => i + channel),
  })),
});

it('chunks follow one another and hold the record', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(100, 128, 250, 499.97, 1000), fc.integer({ min: 11, max: 3000 }),
    (samples, rateHz, chunkMs) => {
      const chunks = [...chunksOf(record(samples, rateHz), { device: 'd', epoch: 1, chunkMs })];
      let next = 0;
      chunks.forEach((chunk, index) => {
        expect(chunk.firstSample).toBe(next);
        expect(chunk.sequence).toBe(index);
        expect(Math.abs(chunk.deviceTimeMs - 1_000_000 - (next * 1000) / rateHz)).toBeLessThanOrEqual(0.5);
        expect(chunk.endOfStream).toBe(index === chunks.length - 1);
        expect(chunk.declaredLeads).toEqual(['I', 'II']);
        expect(chunkLength(chunk)).toBeGreaterThan(0);
        next += chunkLength(chunk);
      });
      expect(next).toBe(samples);
      expect(chunks.flatMap((chunk) => [...chunk.blocks[1].samples])).toEqual([...record(samples, rateHz).leads[1].counts]);
    }), { numRuns: 50 });
});

it('states what it does not know, and what it is given', () => {
  const [plain] = chunksOf(record(10, 100), { device: 'd', epoch: 1, chunkMs: 1000 });
  expect(plain).toMatchObject({ placement: 'unknown', band: { phase: 'unknown' }, demo: false, calibration: false });
  expect(plain.paceMarks).toBeUndefined();
  const [described] = chunksOf(record(10, 100), { device: 'd', epoch: 7, chunkMs: 50, demo: true, placement: 'mason-likar', firstSequence: 1, startMs: 5, endOfStream: false });
  expect(described).toMatchObject({ epoch: 7, demo: true, placement: 'mason-likar', sequence: 1, deviceTimeMs: 5, endOfStream: false });
});

it('refuses a chunk shorter than a sample', () => {
  expect(() => [...chunksOf(record(10, 100), { device: 'd', epoch: 1, chunkMs: 5 })]).toThrow(RangeError);
});
