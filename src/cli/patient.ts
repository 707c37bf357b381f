import type { Model } from '../line/index.js';
import { type Clock, EncoderAwayError, type Encoder, sleep } from '../ports/index.js';

/** How often an encoder that is away is asked again. */
const AGAIN_MS = 200;

/**
 * Models whose encoders are waited for: offline nothing is in real time, and what comes out must not depend on how busy the machine
 * is. A call may take `patienceMs`, and one to an encoder that is away is repeated as long.
 */
export function patient<M extends Pick<Model, 'encoder'>>(models: readonly M[], clock: Clock, patienceMs: number): M[] {
  return models.map((model) => ({ ...model, encoder: model.encoder && waitedFor(model.encoder, clock, patienceMs) }));
}

function waitedFor(encoder: Encoder, clock: Clock, patienceMs: number): Encoder {
  const score: Encoder['score'] = async (batch, options) => {
    for (const untilMs = clock.monotonicMs() + patienceMs; ; await sleep(clock, AGAIN_MS)) {
      try {
        return await encoder.score(batch, { ...options, deadlineMs: patienceMs });
      } catch (error) {
        if (!(error instanceof EncoderAwayError) || clock.monotonicMs() > untilMs) throw error;
      }
    }
  };
  return { ...encoder, score, ready: () => true };
}
