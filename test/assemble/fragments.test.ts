/** However a device cuts its stream to pieces, each list of its state keeps its bound, every sample is accounted for, and time goes on. Invariants: I2, I51 */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { LEADS_OFF_MAX, LEADS_PER_RUN_MAX, PACE_MARKS_MAX, RUNS_MAX, SOURCES_MAX, SPANS_MAX, VOIDS_MAX } from '../../src/assemble/bounds.js';
import type { Chunk } from '../../src/ecg/index.js';
import { HOSTILE } from './hostile.js';
import { balanced, chunkOf, ramp, run } from './stream.js';

function watched(chunks: readonly Chunk[]) {
  const most = { sources: 0, spans: 0, leadsOff: 0, paceMarks: 0, runs: 0, voids: 0, leads: 0 };
  let state: ReturnType<typeof run>['state'] | undefined;
  const all = { placedLater: 0, account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 }, reasons: new Set<string>() };
  chunks.forEach((chunk, i) => {
    const done = run([chunk], ASSEMBLE_DEFAULTS, state, i);
    state = done.state;

    if (i > 0.4 * chunks.length) all.placedLater += done.account.placed;
    for (const { reason } of done.rejects) all.reasons.add(reason);
    for (const key of Object.keys(all.account) as (keyof typeof all.account)[]) all.account[key] += done.account[key];
    const { epoch } = done.state;
    if (epoch === undefined) return;
    for (const key of ['sources', 'spans', 'leadsOff', 'paceMarks', 'runs', 'voids'] as const) most[key] = Math.max(most[key], epoch[key].length);
    for (const { buffers } of epoch.runs) most.leads = Math.max(most.leads, buffers.size);
  });
  return { ...all, most };
}

describe('a hostile device', () => {
  for (const [name, make] of Object.entries(HOSTILE)) {
    test(name, () => {
      const { account, most, reasons, placedLater } = watched(make());
      expect(balanced(account)).toBe(true);
      expect(reasons).toContain('too-fragmented');
      expect(account.rejected).toBeGreaterThan(0);
      // Time goes on: what was in the way is forgotten, and more is taken.
      expect(placedLater).toBeGreaterThan(0);
      expect(most.sources).toBeLessThanOrEqual(SOURCES_MAX);
      expect(most.spans).toBeLessThanOrEqual(SPANS_MAX);
      expect(most.leadsOff).toBeLessThanOrEqual(LEADS_OFF_MAX);
      expect(most.paceMarks).toBeLessThanOrEqual(PACE_MARKS_MAX);
      expect(most.runs).toBeLessThanOrEqual(RUNS_MAX);
      expect(most.voids).toBeLessThanOrEqual(VOIDS_MAX);
      expect(most.leads).toBeLessThanOrEqual(LEADS_PER_RUN_MAX);
    });
  }
});

describe('what devices really do is refused by no bound', () => {
  const LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'III', 'aVR', 'aVL', 'aVF'];
  const refusedOf = (chunks: readonly Chunk[]) => watched(chunks).reasons;
  test('one message a lead, ten a second', () => {
    const chunks = Array.from({ length: 400 }, (_, k) => LEADS.map((lead, i) => chunkOf(k * 10, { [lead]: ramp(k * 10, 10, i) }, { declaredLeads: LEADS, sequence: k * 12 + i }))).flat();
    expect(refusedOf(chunks)).toEqual(new Set());
  });
  test('every second chunk is lost', () => {
    const chunks = Array.from({ length: 200 }, (_, k) => chunkOf(k * 50, { I: ramp(k * 50, 25) }));
    expect(refusedOf(chunks)).toEqual(new Set());
  });
  test('a minute a chunk, paced', () => {
    const marks = (first: number) => Array.from({ length: 150 }, (_, i) => first + i * 40);
    const chunks = Array.from({ length: 5 }, (_, k) => chunkOf(k * 6000, { I: ramp(k * 6000, 6000) }, { paceMarks: marks(k * 6000) }));
    expect(refusedOf(chunks)).toEqual(new Set());
  });
  test('other further leads from one moment on', () => {
    const named = (k: number) => Object.fromEntries(['A', 'B', 'C', 'D'].map((name, i) => [`${name}${k < 30 ? 1 : 2}`, ramp(k * 50, 50, i)]));
    expect(refusedOf(Array.from({ length: 120 }, (_, k) => chunkOf(k * 50, named(k))))).toEqual(new Set());
  });
  test('a gain that is switched to and fro', () => {
    const gained = (k: number) => ({ ...chunkOf(k * 50, { I: ramp(k * 50, 50) }), blocks: chunkOf(k * 50, { I: ramp(k * 50, 50) }).blocks.map((block) => ({ ...block, aduPerMv: k % 20 < 10 ? 200 : 400 })) });
    expect(refusedOf(Array.from({ length: 120 }, (_, k) => gained(k)))).toEqual(new Set());
  });
});

test('the end of a stream counts, though its samples have no room', () => {
  const at = { rateHz: 500 };
  const pieces = Array.from({ length: SOURCES_MAX + 5 }, (_, k) => chunkOf(k, { I: ramp(k, 1) }, at));
  const { segments, rejects } = run([...pieces, chunkOf(pieces.length, { I: ramp(pieces.length, 1) }, { ...at, endOfStream: true })]);
  expect(rejects.at(-1)).toEqual({ offset: pieces.length, reason: 'too-fragmented' });
  expect(segments.map(({ closedBy, partial }) => [closedBy, partial])).toEqual([['end-of-stream', true]]);
});
