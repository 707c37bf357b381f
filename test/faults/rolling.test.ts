/**
 * A rolling upgrade, and a roll back: engines of two versions take the partitions from each other under load, by stopping and by
 * being killed, and not a segment is lost or doubled. Needs another version, built: `PURKINJE_OTHER=/path/to/its/checkout npx vitest run --project
 * kafka test/faults/rolling.test.ts`. Invariants: I52
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nothingInvented, nothingLost, nothingRepeated } from '../simulation/checkers.js';
import { chainFault } from '../../src/decide/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { alertsOf, POLICY } from './chronicle.js';
import { startEncoder } from './processes.js';
import { NO_BROKER, Scene } from './scene.js';
import { Feeder, wardOf } from './ward.js';

const OTHER = process.env.PURKINJE_OTHER;
const NOTHING = { segments: 0, bytes: 0 };

describe.skipIf(NO_BROKER || OTHER === undefined)('a rolling upgrade', () => {
  it('old and new take the partitions from each other, six times, stopped or killed: each segment and each reject once, every alert chain whole', async () => {
    const encoder = await startEncoder();
    const ward = await wardOf({ seed: 3, seconds: 360, patients: ['atrial-fibrillation', 'sinus-tachycardia'], beds: 8 });
    const scene = await Scene.open(encoder.address);
    try {
      await scene.append(ward.context);
      const feeder = new Feeder(scene.log, ward.signal);
      const main = join(OTHER!, 'dist', 'cli', 'main.js');
      let engine = await scene.engine({ main });
      await engine.ready();
      const story: string[] = ['old'];
      for (let turn = 1; turn <= 6; turn++) {
        await feeder.to(turn / 7, 3000);
        const isKilled = turn % 3 === 0;
        if (isKilled) engine.signal('SIGKILL');
        else engine.signal('SIGTERM');
        await engine.ended;
        engine = await scene.engine(turn % 2 === 0 ? { main } : {});
        await engine.ready();
        story.push(`${isKilled ? 'killed' : 'stopped'} at ${scene.chronicle.ids.size}, ${turn % 2 === 0 ? 'old' : 'new'}`);
      }
      await feeder.rest();
      const expected = await scene.chronicle.complete(90_000, () => scene.tails());
      const { records } = await scene.finish();
      const remains = { records, expected, policy: POLICY, waiting: NOTHING, bound: NOTHING, settled: true, allScored: false };
      expect([nothingLost, nothingInvented, nothingRepeated].flatMap((check) => check(remains) ?? []), story.join('; ')).toEqual([]);
      const last = new Map<string, AlertEvent>();
      for (const event of alertsOf(records)) {
        expect(chainFault(last.get(event.alertId), event), `${event.alertId}#${event.sequence}`).toBeUndefined();
        last.set(event.alertId, event);
      }
      expect(last.size).toBeGreaterThan(3);
      console.log(`${[...expected.outcomes.values()].flat().length} segments, ${last.size} alerts: ${story.join('; ')}`);
    } finally {
      await scene.close();
      await encoder.stop();
    }
  }, 240_000);
});
