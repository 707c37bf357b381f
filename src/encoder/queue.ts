import type { Contract } from '../contract/index.js';
import { elementsOf, inputsOf } from '../contract/index.js';
import { batcherInitial, batcherStep, fromWire, type BatcherInput, type BatcherOptions, type BatcherState } from '../encode/index.js';
import type { Clock } from '../ports/index.js';
import type { EncoderMetrics } from './metrics.js';
import type { Pool } from './pool.js';
import type { CheckedRequest } from './request.js';
import type { BatchTimes, Statistics } from './statistics.js';

export type Answer =
  | { readonly type: 'scored'; /** Float32 of each output, this request's rows. */ readonly outputs: Readonly<Record<string, Float32Array>> }
  | { readonly type: 'queue-full' }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'failed'; readonly reason: string };

interface Waiting {
  readonly request: CheckedRequest;
  readonly sinceMs: number;
  readonly answer: (answer: Answer) => void;
}

/** Requests of all callers in one queue; batches of them into the model; rows back to whom they belong. */
export interface RequestQueue {
  submit(request: CheckedRequest, answer: (answer: Answer) => void): { readonly withdraw: () => void };
  /** Segments that wait. */
  depth(): number;
}

export function requestQueue(
  contract: Contract,
  pool: Pool,
  options: BatcherOptions,
  world: { readonly clock: Clock; readonly statistics: Statistics; readonly metrics: EncoderMetrics },
): RequestQueue {
  const { clock, statistics, metrics } = world;
  const inputs = inputsOf(contract);
  const waiting = new Map<string, Waiting>();
  let state: BatcherState = batcherInitial;
  let count = 0;
  let cancelWake = (): void => {};

  function settle(id: string, answer: Answer): void {
    const entry = waiting.get(id);
    waiting.delete(id);
    entry?.answer(answer);
  }

  async function run(entries: readonly Waiting[]): Promise<void> {
    const segments = entries.reduce((sum, { request }) => sum + request.segments, 0);
    const beganMs = clock.monotonicMs();
    let inputMs = 0;
    // What nobody asked for is not computed: saliency is wanted of few segments.
    const asked = [...new Set(entries.flatMap(({ request }) => request.outputs.map(({ name }) => name)))];
    try {
      const inference = await pool.run(inputs.map(({ name, shape }) => ({ name, dims: [segments, ...shape] })), asked, (into) => {
        let offset = 0;
        for (const [k, { shape }] of inputs.entries()) {
          for (const { request } of entries) {
            const { raw, wire } = request.inputs[k];
            fromWire(raw, wire, into, offset, contract.input.wireScale);
            offset += request.segments * elementsOf(shape);
          }
        }
        inputMs = clock.monotonicMs() - beganMs;
      });
      const ranMs = clock.monotonicMs();
      let row = 0;
      const answers = entries.map(({ request }): Answer => {
        const from = row;
        row += request.segments;
        const rows = Object.entries(inference.outputs).map(([name, values]) => {
          const width = values.length / segments;
          return [name, values.subarray(from * width, row * width)] as const;
        });
        return { type: 'scored', outputs: Object.fromEntries(rows) };
      });
      const times: BatchTimes = { segments, inputMs, inferMs: inference.computeMs, outputMs: clock.monotonicMs() - ranMs };
      statistics.batch(times, clock.nowMs());
      metrics.batch(segments, inference.computeMs);
      entries.forEach((entry, i) => {
        statistics.answered(clock.monotonicMs() - entry.sinceMs, beganMs - entry.sinceMs, times);
        metrics.queued((beganMs - entry.sinceMs));
        entry.answer(answers[i]);
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const entry of entries) {
        statistics.failed(clock.monotonicMs() - entry.sinceMs);
        entry.answer({ type: 'failed', reason });
      }
    } finally {
      step({ type: 'done', nowMs: clock.monotonicMs() });
    }
  }

  function step(input: BatcherInput): void {
    const next = batcherStep(state, input, options);
    state = next.state;
    for (const id of next.out.refused) settle(id, { type: 'queue-full' });
    for (const ids of next.out.batches) {
      const entries = ids.map((id) => waiting.get(id)!);
      for (const id of ids) waiting.delete(id);
      void run(entries);
    }
    cancelWake();
    const { wakeMs } = next.out;
    cancelWake = wakeMs === undefined ? () => {} : clock.after(Math.max(0, wakeMs - input.nowMs), () => step({ type: 'tick', nowMs: clock.monotonicMs() }));
  }

  return {
    submit(request, answer) {
      const id = String(count++);
      const nowMs = clock.monotonicMs();
      waiting.set(id, { request, sinceMs: nowMs, answer });
      step({ type: 'submit', nowMs, items: [{ id, size: request.segments, priority: 0, timeMs: nowMs }] });
      return {
        withdraw() {
          // One that is in a batch already is answered to nobody; the batch goes on for the others.
          if (!waiting.has(id)) return;
          step({ type: 'withdraw', nowMs: clock.monotonicMs(), ids: new Set([id]) });
          settle(id, { type: 'withdrawn' });
        },
      };
    },
    depth: () => state.waitingSegments,
  };
}
