/** Arrhythmias as a ward meets them: samples through assembling, grading and deciding, alerts at the end. */
import { expect, test } from 'vitest';
import { type AlertEvent, triggerText } from '../../src/ecg/index.js';
import { chunkOf } from '../grade/segment.js';
import { alertsOf, raised, RATE_HZ, simulated } from './bed.js';

const own = (events: readonly AlertEvent[]) => raised(events).filter(({ snapshot }) => snapshot.explainedBy === undefined).map(({ snapshot }) => snapshot.finding);

test('runs of ventricular tachycardia are reported, one alert at a time, with the beats that set it off', async () => {
  for (const seed of [1, 2, 3]) {
    const events = alertsOf(await simulated('ventricular-tachycardia', seed, 5));
    const runs = raised(events).filter(({ snapshot }) => snapshot.finding === 'rule-wide-tachycardia');
    expect(runs.length, `seed ${seed}`).toBeGreaterThan(0);
    for (const { snapshot, atMs } of runs) {
      expect(snapshot.onsetMs).toBe(snapshot.trigger!.fromMs);
      expect(snapshot.onsetMs).toBeGreaterThan(Date.UTC(2026, 0, 1) + 60_000);
      expect(atMs - snapshot.trigger!.toMs).toBeLessThanOrEqual(10_000);
      expect(triggerText(snapshot.trigger!)).toMatch(/^\d+ ventricular beats at 1[2-7]\d\/min$/);
    }
  }
});

test('bigeminy is one story, and no run', async () => {
  for (const seed of [1, 2, 3]) {
    const events = alertsOf(await simulated('ventricular-bigeminy', seed, 4));
    expect(raised(events).map(({ snapshot }) => snapshot.finding), `seed ${seed}`).toContain('rule-bigeminy');
    expect(raised(events).map(({ snapshot }) => snapshot.finding)).not.toContain('rule-wide-tachycardia');
    expect(raised(events).map(({ snapshot }) => snapshot.finding)).not.toContain('rule-ventricular-run');
  }
});

test('atrial fibrillation is found by its rhythm, without an encoder', async () => {
  for (const seed of [1, 2, 3]) expect(own(alertsOf(await simulated('atrial-fibrillation', seed, 4)))).toContain('rule-atrial-fibrillation');
});

test('a healthy heart, a paced one and a fast one say nothing of arrhythmia', async () => {
  for (const condition of ['sinus-rhythm', 'paced-rhythm', 'sinus-tachycardia', 'left-bundle-branch-block'] as const) {
    const said = raised(alertsOf(await simulated(condition, 4, 4, { onsetS: undefined, noise: 1.5 }))).map(({ snapshot }) => snapshot.finding);
    expect(said.filter((finding) => /tachycardia|ventricular|geminy|asystole|fibrillation|pause/.test(finding) && finding !== 'rule-tachycardia'), condition).toEqual([]);
  }
});

test('an artefact of two swings a second over a healthy heart is no run', async () => {
  const chunks = await simulated('sinus-rhythm', 5, 3, { onsetS: undefined, noise: 0 });
  const shaken = chunks.map((chunk, k) => (k < 8 || k > 11 ? chunk : {
    ...chunk,
    blocks: chunk.blocks.map((block) => ({ ...block, samples: block.samples.map((count, i) => Math.round(count + 1.2 * block.aduPerMv * Math.sin((2 * Math.PI * 2 * i) / RATE_HZ))) })),
  }));
  const said = raised(alertsOf(shaken)).map(({ snapshot }) => snapshot.finding);
  // Single beats of it pass for ventricular ones; none of them makes a run.
  expect(said.filter((finding) => /tachycardia|run|couplet|idioventricular|geminy|asystole/.test(finding))).toEqual([]);
});

test('two swings a second and nothing else: no beat is made of them, and that there is none is reported', () => {
  const wave = Float32Array.from({ length: 60 * RATE_HZ }, (_, i) => 0.8 * Math.sin((2 * Math.PI * 2 * i) / RATE_HZ));
  const said = raised(alertsOf([{ ...chunkOf({ II: wave, V1: wave.map((mv) => 0.5 * mv) }, RATE_HZ), endOfStream: true }])).map(({ snapshot }) => snapshot.finding);
  expect(said.filter((finding) => /tachycardia|ventricular|geminy|asystole/.test(finding))).toEqual(['rule-asystole']);
});
