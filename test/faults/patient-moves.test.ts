/**
 * A patient's heart races, and in the middle of it she is moved: off one monitor, onto another two doors on. Her old bed is given to
 * a man who is well. The two monitors' messages go to different partitions, perhaps to different machines, and one of these dies
 * in the very minute of the move. The ward hears of her tachycardia once, and once that it is over; of him it hears nothing.
 *
 * Not caught here: a move that the hospital reports late or wrongly (outcomes keep the association that was known when they were made).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOPICS } from '../../src/ports/index.js';
import { until } from '../log/probe-step.js';
import { alertsOf, expectKept, segmentsOf } from './chronicle.js';
import { startEncoder } from './processes.js';
import { NO_BROKER, pause, Scene } from './scene.js';
import { atSecond, contextOf, deviceOn, Feeder, signalOf, twelveLeads } from './ward.js';

const MOVED_S = 60;
const CALM_S = 120;
const END_S = 240;
const FINDING = 'rule-tachycardia';

describe.skipIf(NO_BROKER)('a patient who moves', () => {
  let encoder: Awaited<ReturnType<typeof startEncoder>>;
  beforeAll(async () => {
    encoder = await startEncoder();
  });
  afterAll(() => encoder?.stop());

  it('from one monitor to another in mid-episode, while an engine dies: one alert, raised and resolved once', async () => {
    const [before, after] = [deviceOn(0, 'monitor-a'), deviceOn(2, 'monitor-b')];
    const she = { condition: 'sinus-tachycardia', heartRateBpm: 160, seed: 11 } as const;
    const racing = await twelveLeads({ ...she, device: before, seconds: MOVED_S });
    const stillRacing = await twelveLeads({ ...she, device: after, fromS: MOVED_S, seconds: CALM_S - MOVED_S });
    const calm = await twelveLeads({ condition: 'sinus-rhythm', seed: 12, device: after, fromS: CALM_S, seconds: END_S - CALM_S });
    const he = await twelveLeads({ condition: 'sinus-rhythm', seed: 13, device: before, fromS: MOVED_S, seconds: END_S - MOVED_S });
    const open = <T extends { readonly endOfStream: boolean }>(chunks: readonly T[]): T[] => chunks.map((chunk) => ({ ...chunk, endOfStream: false }));
    const scene = await Scene.open(encoder.address);
    try {
      await scene.append([
        contextOf(before, 'she', 0, atSecond(MOVED_S)),
        contextOf(after, 'she', atSecond(MOVED_S)),
        contextOf(before, 'he', atSecond(MOVED_S)),
      ]);
      const first = await scene.engine();
      await first.ready();
      const second = await scene.engine();
      await second.ready();
      await new Feeder(scene.log, open(racing).map(signalOf)).to(1, 1000);
      await until('her first outcomes', () => scene.chronicle.ids.size > 0);
      const moving = new Feeder(scene.log, [...open(stillRacing), ...calm].flatMap((chunk, i) => [signalOf(chunk), ...(he[i] === undefined ? [] : [signalOf(he[i])])]));
      const rest = moving.to(1, 3000);
      await pause(300);
      first.signal('SIGKILL');
      await rest;
      const { records, expected } = await scene.finish();
      expectKept(records, expected, 'npx vitest run --project kafka test/faults/patient-moves.test.ts');

      const outcomes = segmentsOf(records);
      const devicesOf = (encounter: string): string[] => [...new Set(outcomes.filter((outcome) => outcome.association.encounter === encounter).map(({ device }) => device))];
      expect(devicesOf('she')).toHaveLength(2);
      expect(devicesOf('he')).toEqual([before]);
      const sources = new Set(outcomes.filter(({ association }) => association.encounter === 'she').map(({ source }) => source.partition));
      expect(sources.size).toBe(2);

      const tachycardia = alertsOf(records).filter(({ snapshot }) => snapshot.finding === FINDING);
      expect(tachycardia.map(({ state, snapshot }) => `${snapshot.encounter} ${state}`)).toEqual(['she raised', 'she resolved']);
      expect(new Set(tachycardia.map(({ alertId }) => alertId)).size).toBe(1);
      // It ended on the other monitor, an hour of the same story.
      const end = records.get(TOPICS.outcomes)!.find(({ partition, offset }) => partition === tachycardia[1].outcome!.partition && offset === tachycardia[1].outcome!.offset)!;
      expect(outcomes.find(({ id }) => segmentsOf(new Map([[TOPICS.outcomes, [end]]]))[0].id === id)!.device).toBe(after);
      // Whatever else the model sees in her, no finding is raised twice at the move.
      const raised = alertsOf(records).filter(({ state, snapshot }) => state === 'raised' && snapshot.encounter === 'she').map(({ snapshot }) => snapshot.finding);
      expect(raised.length).toBe(new Set(raised).size);
      console.log(`${outcomes.length} segments; raised for her: ${raised.join(', ')}; events: ${alertsOf(records).map(({ snapshot, state }) => `${snapshot.encounter} ${snapshot.finding} ${state}`).join(', ')}`);
    } finally {
      await scene.close();
    }
  }, 120_000);
});
