import { rowsOf, type Row, type Scores } from '../../encode/index.js';
import { EncoderAwayError, sleep, type EncoderInput, type EncoderScores, type ScoreOptions } from '../../ports/index.js';
import { Endpoint } from './endpoint.js';
import {
  BUSY_PAUSE_MS,
  EncoderMismatchError,
  HEALTH_INTERVAL_MS,
  START_DEADLINE_MS,
  type EndpointStatus,
  type InferenceEncoder,
  type InferenceEncoderOptions,
} from './options.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function meters({ meter }: InferenceEncoderOptions) {
  return {
    calls: meter.counter('purkinje_encode_calls_total', 'Calls to an encoder, by result.', ['result']),
    seconds: meter.histogram('purkinje_encode_call_seconds', 'Time of one call to an encoder.', SECONDS),
    usable: meter.gauge('purkinje_encode_endpoints_usable', 'Encoders that can be called now, by model.', ['model']),
  };
}

/**
 * The encoder behind any servers of the Open Inference Protocol: round robin over those that are healthy and serve the
 * contract's model, one deadline over all attempts. It holds no queue: how many calls are out is the caller's bound.
 *
 * Resolves once every endpoint was asked; servers that are away may come later. Rejects with EncoderMismatchError where
 * one answers and serves another model.
 */
export async function openInferenceEncoder(options: InferenceEncoderOptions): Promise<InferenceEncoder> {
  if (options.endpoints.length === 0) throw new RangeError('no endpoint given');
  const { clock } = options;
  const { calls, seconds, usable } = meters(options);
  const endpoints = options.endpoints.map((address) => new Endpoint(address, options));
  let turn = 0;
  let ended = false;
  let cancelHealth = (): void => {};

  const tellUsable = (): void => usable.set(endpoints.filter((endpoint) => endpoint.usable()).length, { model: options.contract.model.name });

  async function check(deadlineMs?: number): Promise<readonly EndpointStatus[]> {
    const found = await Promise.all(endpoints.map((endpoint) => endpoint.check(deadlineMs)));
    tellUsable();
    return found;
  }

  function scheduleHealth(): void {
    cancelHealth = clock.after(options.healthIntervalMs ?? HEALTH_INTERVAL_MS, () => {
      void check().finally(() => ended || scheduleHealth());
    });
  }

  function pick(tried: ReadonlySet<Endpoint>): Endpoint | undefined {
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = endpoints[(turn + i) % endpoints.length];
      if (tried.has(endpoint) || !endpoint.usable()) continue;
      turn = (turn + i + 1) % endpoints.length;
      return endpoint;
    }
    return undefined;
  }

  function away(reason: string | undefined): EncoderAwayError {
    const reasons = endpoints.map((endpoint) => {
      const found = endpoint.status();
      return `${found.endpoint} ${found.status}${found.status === 'away' ? ` (${found.reason})` : ''}`;
    });
    return new EncoderAwayError(`no encoder can answer${reason === undefined ? '' : `: ${reason}`}: ${reasons.join(', ')}`);
  }

  /** One call's worth of rows, on whichever endpoints it takes. */
  async function scorePiece(piece: readonly Row[], untilMs: number, withSaliency: boolean | undefined): Promise<readonly Scores[]> {
    let tried = new Set<Endpoint>();
    let reason: string | undefined;
    let busy = false;
    for (;;) {
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0) throw away(reason ?? 'no time left');
      const endpoint = pick(tried);
      if (endpoint === undefined) {
        if (!busy) throw away(reason);
        await sleep(clock, Math.min(BUSY_PAUSE_MS, leftMs));
        [tried, busy] = [new Set(), false];
        continue;
      }
      tried.add(endpoint);
      // While another could still be asked, one that hangs must not take all the time there is.
      const spare = endpoints.some((other) => !tried.has(other) && other.usable());
      const beganMs = clock.monotonicMs();
      const result = await endpoint.score(piece, { deadlineMs: spare ? leftMs / 2 : leftMs, withSaliency });
      calls.add(1, { result: result.ok ? 'scored' : result.failure });
      if (result.ok) {
        seconds.observe((clock.monotonicMs() - beganMs) / 1000);
        return result.scores;
      }
      tellUsable();
      reason = result.reason;
      if (result.failure === 'busy') busy = true;
    }
  }

  async function score(batch: readonly EncoderInput[], { deadlineMs, withSaliency }: ScoreOptions): Promise<readonly EncoderScores[]> {
    if (ended) throw new EncoderAwayError('the client is closed');
    const untilMs = clock.monotonicMs() + deadlineMs;
    const most = Math.min(...endpoints.filter((endpoint) => endpoint.usable()).map((endpoint) => endpoint.maxBatch()));
    const rows = batch.map(({ tensor, further }) => rowsOf(options.contract, tensor, further));
    const all = rows.flat();
    const pieces: Promise<readonly Scores[]>[] = [];
    for (let from = 0; from < all.length; from += most) pieces.push(scorePiece(all.slice(from, from + most), untilMs, withSaliency));
    const scores = (await Promise.all(pieces)).flat();
    let from = 0;
    return rows.map(({ length }) => joined(scores.slice(from, (from += length))));
  }

  function close(): void {
    ended = true;
    cancelHealth();
    for (const endpoint of endpoints) endpoint.close();
  }

  for (const found of await check(START_DEADLINE_MS)) {
    if (found.status !== 'mismatched') continue;
    close();
    throw new EncoderMismatchError(found.endpoint, found.mismatches);
  }
  scheduleHealth();
  return {
    score,
    ready: () => !ended && endpoints.some((endpoint) => endpoint.usable()),
    check: () => check(),
    endpoints: () => endpoints.map((endpoint) => endpoint.status()),
    async close() {
      close();
    },
  };
}

/** The scores of a segment's crops, one after the other. */
function joined(crops: readonly Scores[]): EncoderScores {
  if (crops.length === 1) return crops[0];
  const laid = (name: keyof Scores): Float32Array => {
    const parts = crops.flatMap((crop) => crop[name] ?? []);
    const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.forEach((part, i) => out.set(part, i * part.length));
    return out;
  };
  const [embedding, saliency] = [laid('embedding'), laid('saliency')];
  return { logits: laid('logits'), ...(embedding.length > 0 ? { embedding } : {}), ...(saliency.length > 0 ? { saliency } : {}) };
}
