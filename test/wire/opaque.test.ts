/** An epoch of more than 53 bits goes through everything that is kept and written as it came. Invariants: I73 */
import { expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, restore, snapshot } from '../../src/assemble/index.js';
import { decodeChunk, decodeDeviceCheckpoint, decodeOutcome, encodeChunk, encodeDeviceCheckpoint, encodeOutcome } from '../../src/wire/index.js';
import { chunkOf, ramp, run } from '../assemble/stream.js';
import { outcome } from '../decide/series.js';

const EPOCH = '18446744073709551557';

test('in a chunk, a segment id, an outcome and a gap', () => {
  const decoded = decodeChunk(encodeChunk(chunkOf(0, { I: ramp(0, 1000) }, { epoch: EPOCH })), 'bed-1');
  if (!decoded.ok) expect.unreachable(decoded.reject.reason);
  expect(decoded.chunk.epoch).toBe(EPOCH);
  const { segments } = run([decoded.chunk]);
  expect(segments.map(({ id }) => id)).toEqual([`bed-1/${EPOCH}/0`]);
  expect(decodeOutcome(encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.5), epoch: EPOCH } }))).toMatchObject({ outcome: { epoch: EPOCH } });
  const gap = { device: 'bed-1', epoch: EPOCH, firstSample: 7, segments: 1, startMs: 5, restSamples: 12 };
  expect(decodeOutcome(encodeOutcome({ type: 'gap', gap }))).toEqual({ type: 'gap', gap });
});

test('in a state that is kept, as the past epoch too', () => {
  const chunks = [EPOCH, '18446744073709551558'].flatMap((epoch) => [0, 100].map((first) => chunkOf(first, { I: ramp(first, 100) }, { epoch, sequence: first })));
  const { state } = run(chunks);
  const { snapshot: snap } = decodeDeviceCheckpoint(encodeDeviceCheckpoint({ appliedThrough: 3, lastRecordMs: 0, ended: false, idle: false, snapshot: snapshot(state, ASSEMBLE_DEFAULTS) }));
  const { epoch, pastEpochs } = restore(snap, ASSEMBLE_DEFAULTS);
  expect([epoch!.epoch, pastEpochs]).toEqual(['18446744073709551558', [EPOCH]]);
});
