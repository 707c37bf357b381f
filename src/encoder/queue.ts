import type { Contract } from '../contract/index.js';
import { elementsOf, inputsOf } from '../contract/index.js';
import { type BatcherOptions, fromWire } from '../encode/index.js';
import { Batches, type BatchResult, type Ticket } from '../line/index.js';
import type { Clock } from '../ports/index.js';
import type { EncoderMetrics } from './metrics.js';
import type { Inference, Pool } from './pool.js';
import type { CheckedRequest } from './request.js';
import type { BatchTimes, Statistics } from './statistics.js';

/** Float32 of each output, one request's rows. */
export type Outputs = Readonly<Record<string, Float32Array>>;
export type RequestResult = BatchResult<Outputs>;
export type RequestQueue = Batches<CheckedRequest, Outputs>;

/** Requests of all callers in one queue; batches of them into the model; rows back to their callers. */
export function requestQueue(
  contract: Contract,
  pool: Pool,
  options: BatcherOptions,
  world: { readonly clock: Clock; readonly statistics: Statistics; readonly metrics: EncoderMetrics },
): RequestQueue {
  const { clock, statistics, metrics } = world;
  const inputs = inputsOf(contract);

  async function run(tickets: readonly Ticket<CheckedRequest, Outputs>[]): Promise<readonly Outputs[]> {
    const requests = tickets.map(({ item }) => item);
    const segments = requests.reduce((sum, request) => sum + request.segments, 0);
    const beganMs = clock.monotonicMs();
    let inputMs = 0;
    // What nobody asked for is not computed: saliency is wanted of few segments.
    const asked = [...new Set(requests.flatMap(({ outputs }) => outputs.map(({ name }) => name)))];
    const fill = (into: Float32Array): void => {
      let offset = 0;
      for (const [k, { shape }] of inputs.entries()) {
        for (const request of requests) {
          const { raw, wire } = request.inputs[k];
          fromWire(raw, wire, into, offset, contract.input.wireScale);
          offset += request.segments * elementsOf(shape);
        }
      }
      inputMs = clock.monotonicMs() - beganMs;
    };
    try {
      const inference = await pool.run(inputs.map(({ name, shape }) => ({ name, dims: [segments, ...shape] })), asked, fill);
      const ranMs = clock.monotonicMs();
      const rows = rowsOf(inference, requests, segments);
      const times: BatchTimes = { segments, inputMs, inferMs: inference.computeMs, outputMs: clock.monotonicMs() - ranMs };
      statistics.batch(times, clock.nowMs());
      metrics.batch(segments, inference.computeMs);
      for (const { sinceMs } of tickets) {
        statistics.answered(clock.monotonicMs() - sinceMs, beganMs - sinceMs, times);
        metrics.queued(beganMs - sinceMs);
      }
      return rows;
    } catch (error) {
      for (const { sinceMs } of tickets) statistics.failed(clock.monotonicMs() - sinceMs);
      throw error;
    }
  }

  return new Batches(clock, options, run);
}

/** What each request gets of a batch. */
function rowsOf({ outputs }: Inference, requests: readonly CheckedRequest[], segments: number): Outputs[] {
  let row = 0;
  return requests.map((request) => {
    const from = row;
    row += request.segments;
    return Object.fromEntries(
      Object.entries(outputs).map(([name, values]) => {
        const width = values.length / segments;
        return [name, values.subarray(from * width, row * width)] as const;
      }),
    );
  });
}
