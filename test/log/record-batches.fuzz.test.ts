/** Invariants: I42 */
import { describe, expect, it } from 'vitest';
import { decodeRecordBatches } from '../../src/adapters/kafka/record-batches.js';
import { TOPICS } from '../../src/ports/index.js';
import { Dice } from '../simulation/random.js';
import { AT, batch, coded, CODINGS, marker, plain, seal } from './batch-bytes.js';

const SEED = Number(process.env.SEED ?? 1);
const BATCHES = process.env.LONG === '1' ? 1_000_000 : 40_000;
/** One response of some kilobytes, in ms: far above what it takes, far below what anybody would wait. */
const SLOW_MS = 1_000;
/** Offsets of the sound batches lie below. */
const STABLE_END = 100_000;
const HINT = `run it again: SEED=${SEED} npx vitest run --project unit test/log/record-batches.fuzz.test.ts`;

/** Sound batches in every codec, with markers and transactions among them. */
async function soundBatches(dice: Dice): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (let i = 0; i < 80; i++) {
    const records = Array.from({ length: 1 + dice.below(6) }, (_, n) => plain(`${i} ${n} `.repeat(1 + dice.below(60))));
    const bytes = await batch(i * 10, records, dice.chance(0.3) ? { producerId: 1 + dice.below(3), transactional: true } : {});
    all.push(coded(bytes, dice.pick(Object.keys(CODINGS))));
    if (dice.chance(0.2)) all.push(await marker(i * 10 + 9, 1 + dice.below(3), dice.chance(0.5) ? 'abort' : 'commit'));
  }
  return all;
}

/** A response: a few batches in a row, spoiled in one way or another. Half of it with checksums that fit all the same, as a producer would send it. */
function spoiled(sound: readonly Buffer[], first: number, dice: Dice): Buffer {
  const batches = sound.slice(first, first + 1 + dice.below(4)).map((one) => Buffer.from(one));
  const victim = dice.pick(batches);
  switch (dice.below(7)) {
    case 0:
      for (let flips = 1 + dice.below(8); flips > 0; flips--) victim[dice.below(victim.length)] ^= 1 << dice.below(8);
      break;
    case 1:
      for (let flips = 1 + dice.below(4); flips > 0; flips--) victim[dice.below(AT.records)] = dice.below(256);
      break;
    case 2:
      victim.writeInt32BE(dice.pick([-1, 0, 1, 0x7fffffff, -0x80000000, dice.below(100_000)]), dice.pick([AT.length, AT.lastOffsetDelta, AT.count, AT.records]));
      break;
    case 3:
      victim[AT.attributes + 1] = dice.below(256);
      break;
    case 4:
      victim.fill(dice.below(256), AT.records + dice.below(victim.length - AT.records));
      break;
    case 5: {
      const other = dice.pick(sound);
      other.copy(victim, dice.below(victim.length), dice.below(other.length));
      break;
    }
    default:
      victim.copyWithin(dice.below(victim.length), dice.below(victim.length));
  }
  if (dice.chance(0.5)) seal(victim);
  const bytes = Buffer.concat(batches);
  if (dice.chance(0.2)) return bytes.subarray(dice.below(bytes.length));
  return dice.chance(0.2) ? bytes.subarray(0, dice.below(bytes.length)) : bytes;
}

describe(`record batches of any bytes (seed ${SEED})`, () => {
  it(`${BATCHES} mutated, cut and spliced responses: none throws, hangs or takes long, and all keep order and make progress`, async () => {
    const dice = new Dice(SEED);
    const sound = await soundBatches(dice);
    let [slowest, skipped, records, blocked] = [0, 0, 0, 0];
    for (let i = 0; i < BATCHES; i++) {
      const first = dice.below(sound.length - 4);
      const bytes = spoiled(sound, first, dice);
      const from = dice.chance(0.2) ? dice.below(900) : Math.max(0, sound[first].readInt32BE(4) - dice.below(5));
      const start = performance.now();
      const decoded = decodeRecordBatches(TOPICS.signal, 0, from, bytes, [{ producerId: 1, firstOffset: dice.below(900) }], STABLE_END);
      slowest = Math.max(slowest, performance.now() - start);
      let at = from;
      for (const piece of decoded.pieces) {
        if (piece.skipped) {
          skipped++;
          if (!(piece.skipped.from >= at && piece.skipped.to > piece.skipped.from && piece.skipped.to <= STABLE_END)) expect.fail(`range ${JSON.stringify(piece.skipped)} at ${at}; ${HINT}`);
          at = piece.skipped.to;
        }
        for (const { offset } of piece.records) {
          records++;
          if (!(offset >= at && offset < STABLE_END)) expect.fail(`offset ${offset} at ${at} in ${i}; ${HINT}`);
          at = offset + 1;
        }
        if (piece.next < at) expect.fail(`next ${piece.next} at ${at}; ${HINT}`);
      }
      if (decoded.next < at || decoded.next > STABLE_END) expect.fail(`next ${decoded.next} at ${at}; ${HINT}`);
      // Anyone who goes on from `next`, or around what blocks the way, gets to the end.
      if ((decoded.next === from && bytes.length > 0) !== (decoded.blocked !== undefined)) expect.fail(`no progress, and nothing blocked, in ${i}; ${HINT}`);
      if (decoded.blocked !== undefined) blocked++;
    }
    expect(slowest, HINT).toBeLessThan(SLOW_MS);
    expect(Math.min(skipped, records, blocked)).toBeGreaterThan(BATCHES / 100);
    console.log(`${BATCHES} responses: ${records} records, ${skipped} skipped ranges, ${blocked} blocked, slowest ${slowest.toFixed(1)} ms`);
  }, 1_800_000);
});
