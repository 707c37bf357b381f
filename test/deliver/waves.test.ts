/** Samples as a page draws them: no peak is lost, nothing depends on where chunks were cut, what is missing is a hole. Invariants: I136 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeWave, initialWave, NO_WAVE, stepWave, type Wave, WAVE_HZ } from '../../src/deliver/index.js';
import { type Chunk, type LeadBlock, LEADS } from '../../src/ecg/index.js';

const ADU_PER_MV = 1000;

function chunkOf(firstSample: number, leads: Readonly<Record<string, readonly number[]>>, more: Partial<Chunk> = {}): Chunk {
  const blocks = Object.entries(leads).map(([lead, microvolts]): LeadBlock => ({ lead, origin: 'measured', aduPerMv: ADU_PER_MV, offsetAdu: 0, samples: Int32Array.from(microvolts), leadOff: false }));
  return { device: 'd', epoch: 1, sequence: firstSample, firstSample, deviceTimeMs: 0, rateHz: 500, declaredLeads: Object.keys(leads), blocks, band: { phase: 'unknown' }, placement: 'standard', calibration: false, demo: false, endOfStream: false, ...more };
}

/** All values of a lead by their number, over any number of waves of one run. */
function valuesOf(waves: readonly Wave[], lead = 'II'): Map<number, number> {
  return new Map(waves.flatMap(({ leads }) => leads.filter((one) => one.lead === lead).flatMap(({ first, microvolts }) => [...microvolts].map((value, i) => [first + i, value] as const))));
}

function run(chunks: readonly Chunk[]): Wave[] {
  let state = initialWave();
  return chunks.flatMap((chunk) => {
    const done = stepWave(state, chunk);
    state = done.state;
    return done.out === undefined ? [] : [done.out];
  });
}

const rate = fc.constantFrom(128, 180, 200, 250, 257, 360, 500, 512, 1000);

describe('decimation', () => {
  test('does not depend on where the stream was cut into chunks', () => {
    fc.assert(fc.property(rate, fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 100, maxLength: 400 }), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), fc.nat(10_000), (rateHz, samples, cuts, start) => {
      const whole = valuesOf(run([chunkOf(start, { II: samples }, { rateHz })]));
      const chunks: Chunk[] = [];
      for (let at = 0, k = 0; at < samples.length; at += cuts[k++ % cuts.length]) chunks.push(chunkOf(start + at, { II: samples.slice(at, at + cuts[k % cuts.length]) }, { rateHz }));
      expect(valuesOf(run(chunks))).toEqual(whole);
    }));
  });

  test('keeps the lowest and the highest of each bin, in their order: as the slow, obvious way has it', () => {
    fc.assert(fc.property(rate, fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 60, maxLength: 300 }), (rateHz, samples) => {
      const width = (2 * rateHz) / WAVE_HZ;
      const obvious = new Map<number, number>();
      for (let bin = 0; (bin + 1) * width <= samples.length + 1e-6; bin++) {
        const own = samples.map((value, i) => ({ value, i })).filter(({ i }) => i >= bin * width - 1e-6 && i < (bin + 1) * width - 1e-6);
        const low = own.reduce((least, one) => (one.value < least.value ? one : least));
        const high = own.reduce((most, one) => (one.value > most.value ? one : most));
        const [a, b] = low.i <= high.i ? [low, high] : [high, low];
        obvious.set(2 * bin, a.value).set(2 * bin + 1, b.value);
      }
      expect(valuesOf(run([chunkOf(0, { II: samples }, { rateHz })]))).toEqual(obvious);
    }));
  });

  test('a spike of one sample, wherever it falls, keeps its height', () => {
    fc.assert(fc.property(rate, fc.integer({ min: 20, max: 179 }), (rateHz, at) => {
      const samples = Array<number>(400).fill(0);
      samples[at] = 1234;
      expect(Math.max(...valuesOf(run([chunkOf(0, { II: samples }, { rateHz })])).values())).toBe(1234);
    }));
  });

  test('100 Hz is drawn as it is sent', () => {
    const [wave] = run([chunkOf(7, { II: [1, 2, 3] }, { rateHz: 100 })]);
    expect([wave.rateHz, wave.leads[0].first, [...wave.leads[0].microvolts]]).toEqual([100, 7, [1, 2, 3]]);
  });
});

describe('missing samples', () => {
  const flat = (count: number, value = 5) => Array<number>(count).fill(value);

  test('a lost chunk is a hole, a repeated and a late one add nothing', () => {
    const [a, b, c, d] = [0, 80, 160, 240].map((first) => chunkOf(first, { II: flat(80, first + 1) }));
    const values = valuesOf(run([a, c, c, b, d]));
    expect([...values.keys()]).toEqual([...Array.from({ length: 20 }, (_, n) => n), ...Array.from({ length: 40 }, (_, n) => 40 + n)]);
    expect(values.get(40)).toBe(161);
  });

  test('a missing sample, and a lead that is off, are holes', () => {
    const off = chunkOf(0, { II: flat(80) });
    const holes = Int16Array.from(flat(80));
    holes.fill(-32768, 0, 16);
    const [wave] = run([{ ...off, blocks: [{ ...off.blocks[0], samples: holes }, { ...off.blocks[0], lead: 'V1', leadOff: true }], declaredLeads: ['II', 'V1'] }]);
    expect([...valuesOf([wave]).values()].slice(0, 6)).toEqual([NO_WAVE, NO_WAVE, NO_WAVE, NO_WAVE, 5, 5]);
    expect(new Set(valuesOf([wave], 'V1').values())).toEqual(new Set([NO_WAVE]));
  });

  test('a new epoch, another rate and a device that counts from the beginning begin a new run; the older epoch adds nothing more', () => {
    const waves = run([chunkOf(0, { II: flat(80) }), chunkOf(0, { II: flat(80) }, { epoch: 2 }), chunkOf(80, { II: flat(80) }), chunkOf(80, { II: flat(80) }, { epoch: 2, rateHz: 250 }), chunkOf(1e6, { II: flat(80) }, { epoch: 2, rateHz: 250 }), chunkOf(0, { II: flat(80) }, { epoch: 2, rateHz: 250 })]);
    expect(waves.map((wave) => wave.run)).toEqual([0, 1, 2, 2, 3]);
  });

  test('voltages of no body are cut to what int16 holds', () => {
    expect([...valuesOf(run([chunkOf(0, { II: [40_000_000, -40_000_000, 0, 0, 0, 0, 0, 0] })])).values()]).toEqual([32_767, -32_767]);
  });
});

describe('a message', () => {
  test('holds the preferred leads of the device, at most as many as were asked for, however they come', () => {
    const samples = Array.from({ length: 80 }, (_, i) => i);
    const all = Object.fromEntries([...LEADS, 'MCL9'].map((lead, k) => [lead, samples.map((value) => value + 100 * k)]));
    const [wave] = run([chunkOf(160, all)]);
    const bytes = encodeWave(wave, 3, 2)!;
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(0, true), view.getUint16(4, true), view.getUint8(6), view.getUint8(7), view.getFloat32(8, true)]).toEqual([bytes.length - 4, 3, 0, 2, 125]);
    expect([view.getUint8(12), view.getUint16(14, true), view.getFloat64(16, true), view.getInt16(24, true), view.getInt16(26, true)]).toEqual([LEADS.indexOf('II'), 20, 40, 100, 107]);
    const second = 12 + 12 + 40;
    expect([view.getUint8(second), view.getFloat64(second + 4, true)]).toEqual([LEADS.indexOf('V1'), 40]);
    expect(bytes.length).toBe(second + 12 + 40);
    // Of a chunk without them there is none.
    expect(encodeWave({ ...wave, leads: wave.leads.filter(({ lead }) => lead === 'aVR') }, 3, 2)).toBeUndefined();
  });

  test('64 beds of two leads are 32 kB a second, and a fifth more for their heads', () => {
    const samples = Array<number>(250).fill(1);
    const bytes = encodeWave(run([chunkOf(0, { II: samples, V1: samples })])[0], 0, 2)!.length;
    expect(2 * 64 * bytes).toBeLessThan(1.2 * 2 * 64 * 250);
  });
});
