/**
 * A ward that is well, for half an hour: over a real broker, with admissions, discharges and an engine that hands over to another,
 * no rule of ours fires. `LONG=1 npx vitest run --project operations test/operations/health.test.ts`; MINUTES=10 for less.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { brokerMissing, startBroker } from '../kafka/broker.js';
import { startPurkinje } from './programs.js';
import { openPage, Stage } from './stage.js';

const folder = inject('prometheus');
const LONG = process.env.LONG !== undefined && folder !== undefined && (await brokerMissing()) === undefined;
const MINUTES = Number(process.env.MINUTES ?? 30);
const BEDS = 10;
/** Between two patients in one bed after another. */
const TURNOVER_MS = 90_000;

describe.skipIf(!LONG)('a ward that is well', () => {
  test(`for ${MINUTES} min: only the watchdog fires`, { timeout: (MINUTES + 5) * 60_000 }, async () => {
    ensureBuilt();
    const broker = await startBroker();
    const encoder = await startPurkinje(['encoder', '--port', '0', '--metrics-port', '0'], /"port":(\d+),"metricsPort":(\d+)/);
    const stage = await Stage.open(broker.address);
    const map = join(mkdtempSync(join(tmpdir(), 'purkinje-health-')), 'site.yaml');
    writeFileSync(map, 'beds: { ICU/1/1: [bed-1] }');
    try {
      const endpoint = `127.0.0.1:${encoder.found[1]}`;
      const first = await stage.engine(endpoint);
      const monitor = await stage.monitor();
      const [hl7, adt] = [await stage.gateway('hl7'), await stage.gateway('adt', ['--map', map], { PURKINJE_GATEWAY_ENCOUNTER_KEY: 'k'.repeat(32) })];
      const leave = await openPage(monitor.page);
      stage.onClose(leave);
      await stage.admit(BEDS);
      await stage.scrape(folder!, { engine: [first.metrics], encoder: [`127.0.0.1:${encoder.found[2]}`], monitor: [monitor.metrics], gateway: [hl7.metrics, adt.metrics] });

      const fired = new Map<string, string>();
      const startMs = performance.now();
      const minutes = () => (performance.now() - startMs) / 60_000;
      const turnovers = (async () => {
        for (let n = 1; minutes() < MINUTES - 2; n++) {
          await pause(TURNOVER_MS);
          const bed = `bed-${1 + (n % BEDS)}`;
          stage.beds.discharge(bed);
          // Every third bed stays empty for a while, and every fourth patient is ill.
          await pause(n % 3 === 0 ? 45_000 : 2000);
          await stage.beds.admit({ bed, encounter: `encounter-${bed}-${n}`, seed: 100 + n, condition: n % 4 === 0 ? 'atrial-fibrillation' : 'sinus-rhythm' });
        }
      })();
      const takeOver = (async () => {
        await pause(MINUTES * 20_000);
        const second = await stage.engine(endpoint);
        await stage.scrape(folder!, { engine: [first.metrics, second.metrics] });
        await pause(10_000);
        await first.stop();
        await pause(5000);
        await stage.scrape(folder!, { engine: [second.metrics] });
      })();
      while (minutes() < MINUTES) {
        await pause(1000);
        for (const { alert, labels } of await stage.firing()) {
          const key = `${alert} ${JSON.stringify(labels)}`;
          // A machine that others keep busy is slow, and rightly said to be.
          if (!fired.has(key)) fired.set(key, `after ${minutes().toFixed(1)} min, load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`);
        }
      }
      await Promise.all([turnovers, takeOver]);
      expect([...fired]).toEqual([]);
      // It was a ward: segments were scored all the time, and none is lost.
      expect(await stage.value('sum(purkinje_score_outcomes_total{status="scored"})')).toBeGreaterThan(MINUTES * 20);
    } finally {
      await stage.close();
      await encoder.stop();
      await broker.stop();
    }
  });
});
