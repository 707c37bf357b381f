/**
 * A gateway with a bad memory bank sends rubbish among the good: messages cut short, bits flipped, bytes of another program,
 * numbers no heart has. The engine reads all of it, refuses what cannot be, keeps the refused bytes with the reason and where they
 * came from, counts them, and the patient in the next bed misses nothing.
 *
 * Not caught here: messages that are well formed and wrong (another patient's signal under this device's name).
 */
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/ecg/index.js';
import { type LogRecord, type NewRecord, TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { Dice } from '../simulation/random.js';
import { expectKept, segmentsOf } from './chronicle.js';
import { LONG, NO_BROKER, Scene } from './scene.js';
import { contextOf, deviceOn, Feeder, firstSamplesOf, PARTITIONS, signalOf, twelveLeads } from './ward.js';

const SEED = Number(process.env.SEED ?? 1);
const MESSAGES = LONG ? 40_000 : 4000;
const PATIENT_S = 120;
const HINT = `run it again: SEED=${SEED} npx vitest run --project kafka test/faults/poison.test.ts`;

describe.skipIf(NO_BROKER)(`poison (seed ${SEED})`, () => {
  it(`${MESSAGES} mutated messages: the engine never stops, every refused one is kept with its reason and counted, and good beds miss nothing`, async () => {
    const dice = new Dice(SEED);
    const devices = Array.from({ length: PARTITIONS }, (_, i) => deviceOn(i, `good-${i}`));
    const good = await Promise.all(devices.map((device, i) => twelveLeads({ device, condition: 'sinus-rhythm', seed: i + 1, seconds: PATIENT_S })));
    const victims = Array.from({ length: 8 }, (_, i) => deviceOn(i % PARTITIONS, `victim-${i}`));
    const poison = Array.from({ length: MESSAGES }, (_, i) => poisoned(dice.pick(good[i % PARTITIONS]), dice.pick(victims), dice));
    const beats = good[0].flatMap((_, second) => good.map((chunks) => signalOf(chunks[second])));
    // Between two good messages of a partition there is always poison.
    const perBeat = Math.ceil(MESSAGES / beats.length);
    const signal = beats.flatMap((beat, i) => [beat, ...poison.slice(i * perBeat, (i + 1) * perBeat)]);

    const scene = await Scene.open('none');
    try {
      await scene.append(devices.map((device, i) => contextOf(device, `encounter-${i}`)));
      const engine = await scene.engine();
      await engine.ready();
      await new Feeder(scene.log, signal).to(1, 1500);
      await scene.chronicle.complete(60_000, () => `${HINT}\n${scene.tails()}`);
      const metrics = await engine.metrics();
      const { records, expected } = await scene.finish();
      expectKept(records, expected, HINT);
      expect(await engine.ended, engine.tail()).toEqual({ code: 0, signal: null });

      // Every byte string that is no chunk, and nothing of the good beds, is among the rejects, as it came.
      const sent = new Map(records.get(TOPICS.signal)!.map((record) => [`${record.partition}:${record.offset}`, record]));
      const refused = records.get(TOPICS.rejects)!;
      const sources = new Map(refused.map((record) => [`${record.headers['source-partition']}:${record.headers['source-offset']}`, record]));
      for (const [place, record] of sent) if (!readable(record)) expect(sources.has(place), `${place}; ${HINT}`).toBe(true);
      for (const [place, record] of sources) {
        const source = sent.get(place)!;
        expect(Buffer.compare(record.value ?? Buffer.alloc(0), source.value ?? Buffer.alloc(0)), `${place}; ${HINT}`).toBe(0);
        expect(record.headers.reason, `${place}; ${HINT}`).toMatch(/^[a-z-]+$/);
        expect(devices).not.toContain(readable(source) ? source.key : undefined);
      }
      expect(sources.size).toBe(refused.length);

      const sum = (name: string): number => [...metrics].filter(([key]) => key.startsWith(`${name}{`)).reduce((total, [, value]) => total + value, 0);
      expect(sum('purkinje_wire_rejects_total'), HINT).toBe(refused.length);
      const reasons = new Map<string, number>();
      for (const { headers } of refused) reasons.set(headers.reason, (reasons.get(headers.reason) ?? 0) + 1);
      for (const [reason, count] of reasons) expect(metrics.get(`purkinje_wire_rejects_total{reason="${reason}"}`), `${reason}; ${HINT}`).toBe(count);

      for (const chunks of good) expect(segmentsOf(records).filter(({ device }) => device === chunks[0].device).map(({ firstSample }) => firstSample)).toEqual(firstSamplesOf(chunks));
      console.log(`${signal.length} messages, ${refused.length} refused: ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ')}`);
    } finally {
      await scene.close();
    }
  }, 120_000);
});

const readable = (record: LogRecord): boolean => decodeChunk(record.value ?? new Uint8Array(), record.key).ok;

/** A good message, spoiled in one way or another. */
function poisoned(chunk: Chunk, victim: string, dice: Dice): NewRecord {
  const { value } = signalOf({ ...chunk, device: victim, endOfStream: false });
  const bytes = Uint8Array.from(value!);
  const record = (spoiled: Uint8Array | null): NewRecord => ({ topic: TOPICS.signal, key: victim, value: spoiled });
  switch (dice.below(8)) {
    case 0:
      return record(bytes.subarray(0, dice.below(bytes.length)));
    case 1: {
      for (let flips = 1 + dice.below(8); flips > 0; flips--) bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
      return record(bytes);
    }
    case 2: {
      // In the head, where the numbers are.
      for (let flips = 1 + dice.below(4); flips > 0; flips--) bytes[dice.below(Math.min(60, bytes.length))] = dice.below(256);
      return record(bytes);
    }
    case 3:
      return record(Uint8Array.from({ length: dice.below(300) }, () => dice.below(256)));
    case 4: {
      const at = dice.below(bytes.length);
      return record(Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(dice.below(bytes.length))]));
    }
    case 5:
      return record(dice.chance(0.5) ? null : new Uint8Array());
    case 6: {
      const number = dice.pick([0, 1, 2 ** 31, 2 ** 53 - 1, 1e15]);
      return signalOf({ ...chunk, device: victim, endOfStream: false, ...dice.pick([{ firstSample: number }, { epoch: number }, { sequence: number }, { deviceTimeMs: number }, { rateHz: number }]) });
    }
    default: {
      const blocks = chunk.blocks.map((block) => (dice.chance(0.3) ? { ...block, samples: block.samples.subarray(0, dice.below(block.samples.length)) } : block));
      return signalOf({ ...chunk, device: victim, endOfStream: false, blocks });
    }
  }
}
