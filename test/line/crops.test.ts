/** A segment that is several tensors: what waits is counted in all its bytes, and the patient comes from the context. Invariants: I13 */
import { expect, test } from 'vitest';
import type { Contract } from '../../src/contract/index.js';
import { SEGMENT_BYTES } from '../../src/line/score/condition.js';
import { AssociationTable, Credits, type Load } from '../../src/line/index.js';
import type { EncoderInput } from '../../src/ports/index.js';
import { decodeOutcome, encodeContext } from '../../src/wire/index.js';
import { CONTRACT } from '../simulation/encoder.js';
import { beating, deps, logOf, Store, through } from './bench.js';

const SINCE_MS = 1_600_000_000_000;
const CROPPED: Contract = {
  ...CONTRACT,
  input: {
    ...CONTRACT.input,
    samples: 250,
    pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }, { step: 'crop', samples: 250, strideSamples: 125 }],
    missing: 'mask',
    mask: { tensor: 'mask' },
    tabular: { tensor: 'known', features: [{ name: 'ageYears', missing: { raw: 0 } }, { name: 'sex', missing: { raw: -1 } }, { name: 'heartRateBpm', missing: 'refuse' }] },
  },
  outputs: { logits: { ...CONTRACT.outputs.logits!, merge: ['max', 'mean', 'first'] } },
};
const BYTES = SEGMENT_BYTES + 4 * (7 * 2 * 250 + 2 + 3);

class Counted extends Credits {
  readonly taken: number[] = [];
  override take(load: Load): void {
    if (load.segments > 0) this.taken.push(load.bytes);
    super.take(load);
  }
}

test('what the model refuses is unusable, and says why', async () => {
  const { input } = CROPPED;
  const wanting: Contract = { ...CROPPED, input: { ...input, tabular: { tensor: 'known', features: [{ name: 'ageYears', missing: 'refuse' }] } } };
  const store = new Store();
  await through(store, logOf([0, beating(0, 1000)]), deps({}, undefined, undefined, wanting));
  const [outcome] = store.written.map(({ value }) => decodeOutcome(value!));
  expect(outcome).toMatchObject({ type: 'segment', outcome: { status: 'unusable', findings: [], reasons: expect.arrayContaining(['model-value-missing']) } });
});

test('every crop and every further input counts, and age and sex go in', async () => {
  const inputs: EncoderInput[] = [];
  const score = async (batch: readonly EncoderInput[]) => {
    inputs.push(...batch);
    // The second crop says yes, the others no.
    return batch.map(() => ({ logits: Float32Array.from({ length: 21 }, (_, i) => (i >= 3 && i < 6 ? 4 : -4)) }));
  };
  const made = deps({}, undefined, score, CROPPED);
  const credits = new Counted({ segments: 512, bytes: 2 ** 28 }, { segments: made.meters.waiting, bytes: made.meters.waitingBytes });
  const associations = new AssociationTable();
  const context = { device: 'bed-1', sinceMs: SINCE_MS, encounter: 'e-1', ageYears: 71, sex: 'female' as const, knownConditions: [] };
  associations.take([{ topic: 'ecg.context.v1', partition: 0, offset: 0, timestampMs: 0, key: `bed-1@${SINCE_MS}`, value: encodeContext(context), headers: {} }]);
  const store = new Store();
  await through(store, logOf([0, beating(0, 3000)]), { ...made, credits, associations });
  expect(credits.taken).toEqual([BYTES, BYTES, BYTES]);
  expect(credits.inUse).toBe(0);
  for (const { tensor, further } of inputs) {
    expect(tensor.length).toBe(7 * 500);
    expect([...further![0]]).toEqual([1, 1]);
    expect(further![1][0]).toBe(71);
    expect(further![1][1]).toBe(0);
    expect(Math.abs(further![1][2] - 75)).toBeLessThan(3);
  }
  const outcomes = store.written.map(({ value }) => decodeOutcome(value!)).flatMap((decoded) => (decoded?.type === 'segment' ? [decoded.outcome] : []));
  expect(outcomes).toHaveLength(3);
  const [yes, no] = [1 / (1 + Math.exp(-4)), 1 / (1 + Math.exp(4))];
  for (const { findings } of outcomes) {
    expect(findings.map(({ probability }) => probability)).toEqual([yes, (yes + 6 * no) / 7, no].map((p) => expect.closeTo(p, 5)));
  }
});
