/** What ModelStatistics answers: counts and times since the start, in ms until they go out. */
interface Duration {
  count: number;
  ms: number;
}

const zero = (): Duration => ({ count: 0, ms: 0 });

function add(duration: Duration, ms: number): void {
  duration.count++;
  duration.ms += ms;
}

export interface BatchTimes {
  readonly segments: number;
  readonly inputMs: number;
  readonly inferMs: number;
  readonly outputMs: number;
}

export class Statistics {
  lastInferenceMs = 0;
  /** Segments scored. */
  inferenceCount = 0;
  /** Batches run. */
  executionCount = 0;
  readonly success = zero();
  readonly fail = zero();
  readonly queue = zero();
  readonly computeInput = zero();
  readonly computeInfer = zero();
  readonly computeOutput = zero();
  readonly batches = new Map<number, { readonly input: Duration; readonly infer: Duration; readonly output: Duration }>();

  batch(times: BatchTimes, nowMs: number): void {
    this.lastInferenceMs = nowMs;
    this.executionCount++;
    this.inferenceCount += times.segments;
    let entry = this.batches.get(times.segments);
    if (entry === undefined) this.batches.set(times.segments, (entry = { input: zero(), infer: zero(), output: zero() }));
    add(entry.input, times.inputMs);
    add(entry.infer, times.inferMs);
    add(entry.output, times.outputMs);
  }

  /** One request answered; times of the batch that it went in. */
  answered(totalMs: number, queueMs: number, times: BatchTimes): void {
    add(this.success, totalMs);
    add(this.queue, queueMs);
    add(this.computeInput, times.inputMs);
    add(this.computeInfer, times.inferMs);
    add(this.computeOutput, times.outputMs);
  }

  failed(totalMs: number): void {
    add(this.fail, totalMs);
  }
}

/** As the protocol has it. Held at 2^53, which is 104 days of nanoseconds. */
export function inNanoseconds(duration: Readonly<Duration>): { count: number; ns: number } {
  return { count: duration.count, ns: Math.min(Number.MAX_SAFE_INTEGER, Math.round(duration.ms * 1e6)) };
}
