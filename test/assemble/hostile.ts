import type { Chunk, LeadBlock } from '../../src/ecg/index.js';
import { chunkOf, ramp } from './stream.js';

const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** As long as the wire lets a name be, of characters that JSON writes twice. */
const longName = (n: number): string => `${'"\\'.repeat(14)}${String(n).padStart(4, '0')}`;
const LONG_DEVICE = 'd'.repeat(128);
const DAY_OLD_EPOCH = 2 ** 53 - 1;
/** Sample numbers as long as they may be. */
const FAR = 2 ** 50 - 2 ** 20;
/** Of sixteen digits, so that its JSON is as long as it gets. */
const odd = (k: number): number => 200.1234567890123 + k * 1e-9;

const wide = (first: number, length: number, more: Partial<Chunk> = {}, change: (block: LeadBlock, i: number) => Partial<LeadBlock> = () => ({})): Chunk => {
  const leads = Object.fromEntries([...STANDARD, 0, 1, 2, 3].map((name, i) => [typeof name === 'number' ? longName(name) : name, ramp(first, length, i)]));
  const chunk = chunkOf(first, leads, { rateHz: 1000, device: LONG_DEVICE, epoch: DAY_OLD_EPOCH, ...more });
  return { ...chunk, blocks: chunk.blocks.map((block, i) => ({ ...block, ...change(block, i) })) };
};
const many = (count: number, make: (k: number) => Chunk): Chunk[] => Array.from({ length: count }, (_, k) => ({ ...make(k), sequence: k }));

/** Gains that jitter and change in every chunk: nothing of it is refused, and the state stays as small. */
export const GAINS: Readonly<Record<string, () => Chunk[]>> = {
  'another gain and zero in every chunk': () => many(2000, (k) => wide(FAR + k * 20, 20, {}, () => ({ aduPerMv: 100 * odd(k % 7), offsetAdu: odd(k) }))),
};

/** Streams of half a minute or more, each cutting another list of a device's state to pieces. */
export const HOSTILE: Readonly<Record<string, () => Chunk[]>> = {
  'one lead and one sample a chunk': () =>
    many(40_000, (k) => {
      const lead = STANDARD[k % 2];
      return chunkOf(FAR + Math.floor(k / 2), { [lead]: ramp(k, 1) }, { rateHz: 1000, device: LONG_DEVICE, epoch: DAY_OLD_EPOCH, declaredLeads: STANDARD });
    }),
  'another band in every chunk': () => many(2000, (k) => wide(FAR + k * 20, 20, { band: { highpassHz: odd(k), lowpassHz: odd(k + 1), notchHz: odd(k + 2), phase: 'unknown' }, placement: 'mason-likar' })),
  'other leads in every chunk': () =>
    many(2000, (k) => chunkOf(FAR + k * 20, Object.fromEntries([0, 1, 2, 3].map((i) => [longName(4 * k + i), ramp(k, 20, i)])), { rateHz: 1000, device: LONG_DEVICE, epoch: DAY_OLD_EPOCH })),
  'electrodes that fall off and come back in every chunk': () => many(2000, (k) => wide(FAR + k * 40, 20, {}, (_, i) => ({ leadOff: (k + i) % 2 === 0 }))),
  'another origin in every chunk': () => many(2000, (k) => wide(FAR + k * 20, 20, {}, () => ({ aduPerMv: odd(k), offsetAdu: odd(k), origin: k % 2 === 0 ? 'measured' : 'modified' }))),
  'another rate in every chunk': () => many(2000, (k) => wide(FAR + k * 20, 20, { rateHz: k % 2 === 0 ? 999 : 900 - (k % 90) / 1000 })),
  'formats that come out of order': () =>
    many(4000, (k) => {
      const step = Math.floor(k / 2);
      return wide(FAR + step * 100 + (k % 2 === 0 ? 100 : 0), 200, {}, (_, i) => ({ aduPerMv: k % 2 === 0 ? 200 : odd(step), origin: (step + i) % 2 === 0 ? 'measured' : 'modified' }));
    }),
  'pace marks everywhere': () =>
    many(3000, (k) => {
      const first = FAR + Math.floor(k / 2) * 40;
      return chunkOf(first, { [STANDARD[k % 2]]: ramp(first, 400) }, { rateHz: 1000, device: LONG_DEVICE, epoch: DAY_OLD_EPOCH, declaredLeads: STANDARD, paceMarks: Array.from({ length: 10 }, (_, i) => first + ((i * 37 + k * 11) % 400)) });
    }),
};
