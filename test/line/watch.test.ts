/** An operator's phrase is scored beside the heads, as a rank among ordinary records; an embedding that is no number scores none. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { parseContract, type WatchPhrase } from '../../src/contract/index.js';
import { lineMeters, Scorer, type Scoring } from '../../src/line/index.js';
import type { EncoderScores } from '../../src/ports/index.js';
import { countingMeter } from '../encoder/support.js';

const parsed = parseContract(JSON.parse(readFileSync('models/purkinje-s/encoder.json', 'utf8')));
if (!parsed.ok) throw new Error('the bundled contract does not parse');
const contract = parsed.value;
const size = contract.outputs.embedding!.size;
const phrase: WatchPhrase = {
  id: 'watch-giant-t', phrase: 'giant inverted T waves', row: [1, ...new Array<number>(size - 1).fill(0)],
  reference: { data: 'ordinary', records: 3, quantiles: [-1, 0, 1] },
};

async function scored(embedding: Float32Array): Promise<Scoring> {
  const scores: EncoderScores = { logits: new Float32Array(contract.outputs.logits!.targets.length), embedding };
  const encoder = { score: () => Promise.resolve([scores]), ready: () => true, close: () => Promise.resolve() };
  const batch = { preferred: [1], maxBatch: 1, longestWaitMs: 1, maxInFlight: 1, maxQueued: 4, order: 'newest' } as const;
  const scorer = new Scorer(encoder, contract, systemClock(), lineMeters(countingMeter()), { batch, maxAgeMs: Infinity, deadlineMs: 1000 }, [phrase]);
  const tensor = new Float32Array(contract.input.leads.length * contract.input.samples);
  const scoring = await scorer.submit({ tensor, further: [] });
  scorer.close();
  return scoring;
}

test('a watch phrase has its rank', async () => {
  const { status, findings } = await scored(Float32Array.of(0.5, ...new Array<number>(size - 1).fill(0)));
  expect(status).toBe('scored');
  expect(findings.at(-1)).toEqual({ id: 'watch-giant-t', probability: 0.75 });
  expect(findings).toHaveLength(contract.targets.length + 1);
});

test('an embedding that is no number scores the heads alone', async () => {
  const { status, findings } = await scored(new Float32Array(size).fill(NaN));
  expect([status, findings.length]).toEqual(['scored', contract.targets.length]);
});
