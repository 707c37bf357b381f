/**
 * States kept by earlier versions are restored, and go on to the very segments and alerts that those versions made.
 * v1/ was written by commit 299064e with `GOLDEN_WRITE=test/golden/v1`; a later layout gets a folder of its own. Of what it says, four things are newer:
 * a segment names the chunks of the two seconds before it too (`sources`), a gain that changes ends no segment (`device-held`, in its second epoch),
 * a rest that is too short for a segment is a gap (`device-voids`), and an epoch that begins since has a phase (`device-held`, in its second epoch).
 * Invariants: I52, I111
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, neededOffsets, refill, restore, snapshot } from '../../src/assemble/index.js';
import { initial, step, type SubjectState } from '../../src/decide/index.js';
import {
  decodeDecidePosition, decodeDemoted, decodeDeviceCheckpoint, decodeScorePosition, decodeSubjectCheckpoint,
  encodeDecidePosition, encodeDemoted, encodeDeviceCheckpoint, encodeScorePosition, encodeSubjectCheckpoint,
} from '../../src/wire/index.js';
import { essence, run } from '../assemble/stream.js';
import { OUTCOMES, OUTCOMES_KEPT_AFTER, POLICY, type Stream, STREAMS } from './scenario.js';

const folder = join(import.meta.dirname, 'v1');
const bytesOf = (name: string): Uint8Array => readFileSync(join(folder, `${name}.bin`));
const expected = (): Record<string, unknown> => JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const hashOf = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex');

/** What a stream makes from a state on. */
function rest({ chunks, keptAfter }: Stream, state: ReturnType<typeof restore>) {
  const { segments, gaps, rejects, account } = run(chunks.slice(keptAfter), ASSEMBLE_DEFAULTS, state, keptAfter);
  return { ids: segments.map(({ id }) => id), essence: hashOf(segments.map(essence)), sources: segments.map(({ sources }) => sources), gaps: gaps.length, rejects, account };
}

function decided(state: SubjectState, from: number, to: number) {
  const events = [];
  for (let k = from; k < to; k++) {
    const done = step(state, { type: 'outcome', outcome: OUTCOMES[k], partition: 0, offset: k }, POLICY);
    state = done.state;
    events.push(...done.out.events.map(({ event }) => event));
  }
  return { state, events };
}

const said = (events: ReturnType<typeof decided>['events']) => events.map(({ alertId, sequence, state, cause, atMs }) => [alertId, sequence, state, cause, atMs]);

function acknowledged() {
  const { state, events } = decided(initial('e-1'), 0, OUTCOMES_KEPT_AFTER);
  const { alertId } = events.at(-1)!;
  return step(state, { type: 'command', command: { alertId, kind: 'acknowledge', actor: 'nurse-7', atMs: 1_700_001_280_000, reason: '' }, offset: 3 }, POLICY).state;
}

function write(into: string): void {
  mkdirSync(into, { recursive: true });
  const all: Record<string, unknown> = {};
  const put = (name: string, bytes: Uint8Array) => writeFileSync(join(into, `${name}.bin`), bytes);
  for (const stream of STREAMS) {
    const { state } = run(stream.chunks.slice(0, stream.keptAfter));
    put(stream.name, encodeDeviceCheckpoint({ appliedThrough: stream.keptAfter - 1, lastRecordMs: 1_700_000_004_700, ended: false, idle: false, snapshot: snapshot(state, ASSEMBLE_DEFAULTS) }));
    all[stream.name] = rest(stream, state);
  }
  const kept = acknowledged();
  put('subject', encodeSubjectCheckpoint(kept));
  all.subject = said(decided(kept, OUTCOMES_KEPT_AFTER, OUTCOMES.length).events);
  put('score-position', encodeScorePosition({ next: 4711, lowWater: 4096, timeMs: 1_700_000_004_700 }));
  put('decide-position', encodeDecidePosition({ 'ecg.outcomes.v1': 12, 'ecg.commands.v1': 3 }));
  put('demoted', encodeDemoted([{ finding: 'atrial-fibrillation', modelHash: 'h', threshold: 0.9 }]));
  writeFileSync(join(into, 'expected.json'), `${JSON.stringify(all)}\n`);
}
if (process.env.GOLDEN_WRITE !== undefined) write(process.env.GOLDEN_WRITE);

describe('a device', () => {
  for (const stream of STREAMS) {
    test(`${stream.name}: continues with bit-identical segments`, () => {
      const { snapshot: snap, ...facts } = decodeDeviceCheckpoint(bytesOf(stream.name));
      expect(facts).toEqual({ appliedThrough: stream.keptAfter - 1, lastRecordMs: 1_700_000_004_700, ended: false, idle: false });
      const state = restore(snap, ASSEMBLE_DEFAULTS);
      for (const offset of neededOffsets(snap).sort((a, b) => a - b)) refill(state, snap, stream.chunks[offset], offset, ASSEMBLE_DEFAULTS);
      expect(rest(stream, state)).toEqual(expected()[stream.name]);
    });
  }
});

test('a subject with active alerts continues with the same alerts', () => {
  const { events } = decided(decodeSubjectCheckpoint(bytesOf('subject')), OUTCOMES_KEPT_AFTER, OUTCOMES.length);
  expect(said(events)).toEqual(expected().subject);
});

test('positions and demoted findings', () => {
  expect(decodeScorePosition(bytesOf('score-position'))).toEqual({ next: 4711, lowWater: 4096, timeMs: 1_700_000_004_700, silent: ['bed-3', 'bed-9'] });
  expect(decodeDecidePosition(bytesOf('decide-position'))).toEqual({ 'ecg.outcomes.v1': 12, 'ecg.commands.v1': 3 });
  expect(decodeDemoted(bytesOf('demoted'))).toEqual([{ finding: 'atrial-fibrillation', modelHash: 'h', threshold: 0.9 }]);
});
