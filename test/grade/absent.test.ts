/**
 * What was not measured says nothing: whatever stretch of a stream is hidden, and wherever it ends, no rule holds that does not hold in the
 * whole stream, or in those of its leads that are whole; and no beat, pause or interval comes from what is absent. Invariants: I61
 */
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, initial, physical, step } from '../../src/assemble/index.js';
import { candidates } from '../../src/decide/candidates.js';
import { type BeatRun, beatsAfter } from '../../src/decide/rhythm.js';
import type { Outcome } from '../../src/ecg/index.js';
import { grade } from '../../src/grade/index.js';
import { unscoredOutcome } from '../../src/line/outcome.js';
import { chunksOf, readRecord } from '../../src/records/index.js';
import { CONDITION_IDS, type ConditionId, createPatient, patientChunks, readProfile } from '../../src/simulate/index.js';
import { chunkOf } from './segment.js';

const SECONDS = 40;
const RUNS = 16;
type Leads = Readonly<Record<string, Float32Array>>;

/** A stretch that is hidden, seconds, in so many of the leads, from the first. */
interface Hidden {
  readonly fromS: number;
  readonly lengthS: number;
  readonly share: number;
}

/** The leads with holes, up to where the stream ends. */
function hiding(leads: Leads, rateHz: number, hidden: readonly Hidden[], endS: number): Leads {
  const names = Object.keys(leads);
  return Object.fromEntries(names.map((lead, i) => {
    const mv = leads[lead].slice(0, Math.round(endS * rateHz));
    for (const { fromS, lengthS, share } of hidden) if (i < Math.ceil(share * names.length)) mv.fill(NaN, Math.round(fromS * rateHz), Math.round((fromS + lengthS) * rateHz));
    return [lead, mv];
  }));
}

const withoutFirst = (leads: Leads, count: number): Leads => Object.fromEntries(Object.entries(leads).slice(count));

function outcomesOf(leads: Leads, rateHz: number): Outcome[] {
  const { segments } = step(initial('bed-1'), { type: 'chunk', chunk: chunkOf(leads, rateHz), offset: 0, brokerMs: 0 }, ASSEMBLE_DEFAULTS).out;
  return segments.map((segment) => ({
    ...unscoredOutcome(segment, grade(segment, physical(segment)), { knownConditions: [], contextOffset: -1 }, 0, { model: '', modelHash: '' }),
    status: 'unscored', findings: [],
  }));
}

interface Said {
  readonly rules: ReadonlySet<string>;
  readonly runs: readonly BeatRun[];
  readonly outcomes: readonly Outcome[];
  /** All beats, seconds. */
  readonly beats: readonly number[];
}

function said(leads: Leads, rateHz: number): Said {
  const outcomes = outcomesOf(leads, rateHz);
  const rules = new Set<string>();
  const all: BeatRun[] = [];
  let runs: readonly BeatRun[] = [];
  for (const outcome of outcomes) {
    const after = beatsAfter(runs, outcome);
    runs = after.runs;
    all.push(...after.ended);
    for (const { id, probability } of candidates(outcome, after.ended, undefined)) if (probability === 1) rules.add(id);
  }
  const beats = outcomes.flatMap(({ firstSample, measurements }) => measurements.beats.map((beat) => (firstSample + beat) / rateHz));
  return { rules, runs: all, outcomes, beats };
}

const patients = new Map<string, Promise<Leads>>();
/** Forty seconds of a simulated patient at 250 Hz. */
function patient(condition: ConditionId, names: readonly string[] | undefined): Promise<Leads> {
  const key = `${condition} ${names?.join()}`;
  if (!patients.has(key)) patients.set(key, rendered(condition, names));
  return patients.get(key)!;
}
async function rendered(condition: ConditionId, names: readonly string[] | undefined): Promise<Leads> {
  const { blocks } = patientChunks(createPatient({ rateHz: 250, noise: 0.3, condition }, 3, await readProfile()), { device: 'bed-1', epoch: 1, chunkMs: SECONDS * 1000, startMs: 0 }).chunkAt(0);
  return Object.fromEntries(blocks.filter(({ lead }) => names === undefined || names.includes(lead)).map(({ lead, samples, aduPerMv }) => [lead, Float32Array.from(samples, (count) => count / aduPerMv)]));
}

const stretch = fc.record({
  fromS: fc.double({ min: 0, max: SECONDS, noNaN: true }),
  lengthS: fc.oneof(fc.double({ min: 0.004, max: 12, noNaN: true }), fc.double({ min: 0.004, max: 2, noNaN: true })),
  share: fc.constantFrom(1, 1, 1, 0.7, 0.3),
});
const cut = fc.record({ hidden: fc.array(stretch, { maxLength: 3 }), endS: fc.oneof(fc.constant(SECONDS), fc.double({ min: 2.5, max: SECONDS, noNaN: true })) });

/** What the stream with holes says is said by the whole one too, of what is there. */
function saysNothingOfTheAbsent(whole: Said, leads: Leads, rateHz: number, hidden: readonly Hidden[], endS: number) {
  const names = Object.keys(leads);
  const part = said(hiding(leads, rateHz, hidden, endS), rateHz);
  const added = [...part.rules].filter((id) => !whole.rules.has(id));
  // Leads that are whole may, alone, measure another interval than all together do.
  const alone = hidden.filter(({ share }) => added.length > 0 && share < 1).map(({ share }) => said(withoutFirst(leads, Math.ceil(share * names.length)), rateHz));
  expect(added.filter((id) => !alone.some(({ rules }) => rules.has(id)))).toEqual([]);
  const dark = hidden.filter(({ share, lengthS }) => Math.ceil(share * names.length) === names.length && lengthS > 0.02 + 1 / rateHz);
  for (const beat of part.beats) expect(dark.some(({ fromS, lengthS }) => beat > fromS && beat < fromS + lengthS)).toBe(false);
  for (const { fromS, throughS } of part.runs) {
    expect(throughS).toBeLessThanOrEqual(endS + 1 / rateHz);
    for (const hole of dark) expect(throughS <= hole.fromS + 1 / rateHz || fromS >= Math.min(endS, hole.fromS + hole.lengthS) - 1 / rateHz).toBe(true);
  }
  return part;
}

/** Any stretches, any end. */
function holds(leads: Leads, rateHz: number) {
  const whole = said(leads, rateHz);
  let counted = 0;
  fc.assert(fc.property(cut, ({ hidden, endS }) => void (counted += saysNothingOfTheAbsent(whole, leads, rateHz, hidden, endS).runs.length)), { numRuns: RUNS, endOnFailure: true });
  // Not by saying nothing at all.
  expect(counted).toBeGreaterThan(RUNS);
}

describe('of what is absent nothing is said', () => {
  for (const names of [undefined, ['II'], ['II', 'V1']]) {
    for (const condition of CONDITION_IDS) {
      test(`${condition}, ${names?.join() ?? 'twelve leads'}`, async () => {
        const leads = await patient(condition, names);
        holds(leads, 250);
      });
    }
  }
});

const folder = process.env.PURKINJE_ECG_DIR ?? '';
if (folder === '') console.warn('SKIPPED: absent samples of recordings (set PURKINJE_ECG_DIR to a folder of WFDB records)');

describe.skipIf(folder === '')('of what is absent in a recording nothing is said', () => {
  for (const name of ['mitdb/101', 'mitdb/208', 'mitdb/232', 'vfdb/421'].filter((one) => existsSync(join(folder, `${one}.hea`)))) {
    test(name, { timeout: 120_000 }, async () => {
      const minutes = [...chunksOf(await readRecord(join(folder, name)), { device: 'd', epoch: 1, chunkMs: SECONDS * 1000 })];
      for (const { rateHz, blocks } of [minutes[4], minutes[20]]) {
        holds(Object.fromEntries(blocks.map(({ lead, samples, aduPerMv, offsetAdu }) => [lead, Float32Array.from(samples, (count) => (count - offsetAdu) / aduPerMv)])), rateHz);
      }
    });
  }
});
