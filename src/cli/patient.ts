import { type Clock, EncoderAwayError, type Encoder, sleep } from '../ports/index.js';

/** How often an encoder that is away is asked again. */
const AGAIN_MS = 200;

/** An encoder that is waited for: on a busy machine its health checks come late, and here nothing is in real time. */
export function patient(encoder: Encoder, clock: Clock, patienceMs: number): Encoder {
  const score: Encoder['score'] = async (batch, options) => {
    for (const untilMs = clock.monotonicMs() + patienceMs; ; await sleep(clock, AGAIN_MS)) {
      try {
        return await encoder.score(batch, options);
      } catch (error) {
        if (!(error instanceof EncoderAwayError) || clock.monotonicMs() > untilMs) throw error;
      }
    }
  };
  return { ...encoder, score, ready: () => true };
}
