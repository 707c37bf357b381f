import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionWatch } from '../adapters/http/index.js';
import { QUEUED_SEGMENTS_MAX } from './options.js';

/** What an operator watches of the encoder. Labels are bounded: result codes of gRPC, three statistics, two doors. */
export interface EncoderMetrics {
  readonly registry: Registry;
  connections(door: 'grpc' | 'health'): ConnectionWatch;
  request(code: string): void;
  batch(segments: number, computeMs: number): void;
  queued(waitMs: number): void;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export function encoderMetrics(queueDepth: () => number): EncoderMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'purkinje_encoder_requests_total', help: 'Inference requests answered, by gRPC result.', labelNames: ['code'], registers });
  const segments = new Counter({ name: 'purkinje_encoder_segments_total', help: 'Segments scored.', registers });
  const sizes = new Histogram({ name: 'purkinje_encoder_batch_segments', help: 'Segments in one batch run.', buckets: SIZES, registers });
  const queue = new Histogram({ name: 'purkinje_encoder_queue_seconds', help: 'Time from a request to the batch that it goes in.', buckets: SECONDS, registers });
  const compute = new Histogram({ name: 'purkinje_encoder_compute_seconds', help: 'Time of one batch in the model.', buckets: SECONDS, registers });
  new Gauge({
    name: 'purkinje_encoder_queue_depth_segments',
    help: 'Segments waiting for a batch.',
    registers,
    collect() {
      this.set(queueDepth());
    },
  });
  new Gauge({ name: 'purkinje_encoder_queue_depth_segments_max', help: 'Bound of that queue; beyond it requests are refused.', registers }).set(QUEUED_SEGMENTS_MAX);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  new Gauge({
    name: 'purkinje_encoder_event_loop_delay_seconds',
    help: 'How late the serving thread was, since the last scrape. Inference must not show here.',
    labelNames: ['statistic'],
    registers,
    collect() {
      if (delay.count === 0) return;
      // The histogram counts its own resolution in.
      for (const [statistic, percent] of [['p50', 50], ['p99', 99], ['max', 100]] as const) this.set({ statistic }, Math.max(0, delay.percentile(percent) / 1e9 - 0.01));
      delay.reset();
    },
  });
  const open = new Gauge({ name: 'purkinje_process_connections', help: 'Open connections of a door.', labelNames: ['door'], registers });
  const refused = new Counter({ name: 'purkinje_process_connections_refused_total', help: 'Connections refused because too many were open: of the address (own) or of everybody (all).', labelNames: ['door', 'whose'], registers });
  return {
    registry,
    connections(door) {
      // A counter that is not there yet hides its first step from a rate.
      open.set({ door }, 0);
      for (const whose of ['own', 'all']) refused.inc({ door, whose }, 0);
      return { opened: (count) => open.set({ door }, count), refused: (whose) => refused.inc({ door, whose }) };
    },
    request: (code) => requests.inc({ code }),
    batch(size, computeMs) {
      segments.inc(size);
      sizes.observe(size);
      compute.observe(computeMs / 1000);
    },
    queued: (waitMs) => queue.observe(waitMs / 1000),
  };
}
