/** Offline an encoder is waited for: no deadline of the live line ends a call, and one that is away is asked again. */
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { patient } from '../../src/cli/patient.js';
import { type Encoder, EncoderAwayError } from '../../src/ports/index.js';

test('a call has all the patience that there is', async () => {
  const deadlines: number[] = [];
  let away = 2;
  const encoder: Encoder = {
    score: (batch, { deadlineMs }) => {
      deadlines.push(deadlineMs);
      return away-- > 0 ? Promise.reject(new EncoderAwayError('away')) : Promise.resolve(batch.map(() => ({ logits: new Float32Array(1) })));
    },
    ready: () => false,
    close: () => Promise.resolve(),
  };
  const [waited] = patient([{ encoder }], systemClock(), 60_000);
  expect(waited.encoder.ready()).toBe(true);
  expect(await waited.encoder.score([], { deadlineMs: 10 })).toEqual([]);
  expect(deadlines).toEqual([60_000, 60_000, 60_000]);
});

test('in the end it gives up with the reason', async () => {
  const encoder: Encoder = { score: () => Promise.reject(new EncoderAwayError('nobody is there')), ready: () => false, close: () => Promise.resolve() };
  const [waited] = patient([{ encoder }], systemClock(), 300);
  await expect(waited.encoder.score([], { deadlineMs: 10 })).rejects.toThrow('nobody is there');
});
