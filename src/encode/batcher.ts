/**
 * Which waiting items make a batch. A batch leaves when it has a preferred size, when it cannot grow any more, or when
 * its oldest item has waited long enough; never while `maxInFlight` batches are out.
 */
export interface BatcherOptions {
  /** Sizes at which a batch leaves at once. */
  readonly preferred: readonly number[];
  /** Largest batch, in segments. */
  readonly maxBatch: number;
  readonly longestWaitMs: number;
  /** Batches out at once. */
  readonly maxInFlight: number;
  /** Bound of the queue, in segments. What does not fit is `refused`: the last in order goes first. */
  readonly maxQueued: number;
  /** Within one priority: the engine scores the newest first (fresh before complete), a server the oldest (fair). */
  readonly order: 'newest' | 'oldest';
}

export interface BatchItem {
  readonly id: string;
  /** Segments in it; an item is never split. */
  readonly size: number;
  /** Higher goes first. */
  readonly priority: number;
  /** When it came: decides what is newest. */
  readonly timeMs: number;
}

interface Waiting extends BatchItem {
  readonly sinceMs: number;
}

export interface BatcherState {
  /** In the order in which they go. */
  readonly waiting: readonly Waiting[];
  readonly waitingSegments: number;
  readonly inFlight: number;
}

export type BatcherInput =
  | { readonly type: 'submit'; readonly nowMs: number; readonly items: readonly BatchItem[] }
  /** A batch came back, with or without scores. */
  | { readonly type: 'done'; readonly nowMs: number }
  | { readonly type: 'tick'; readonly nowMs: number }
  /** Nobody wants these any more. Those that are out stay out. */
  | { readonly type: 'withdraw'; readonly nowMs: number; readonly ids: ReadonlySet<string> };

export interface BatcherOut {
  /** Ids of each batch that leaves now. */
  readonly batches: readonly (readonly string[])[];
  readonly refused: readonly string[];
  /** When to tick next; undefined: nothing waits for time. */
  readonly wakeMs: number | undefined;
}

export const batcherInitial: BatcherState = { waiting: [], waitingSegments: 0, inFlight: 0 };

function before(a: BatchItem, b: BatchItem, order: BatcherOptions['order']): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return order === 'newest' ? a.timeMs > b.timeMs : a.timeMs < b.timeMs;
}

/** Behind everything that does not go after it, so that equals keep the order in which they came. */
function place(waiting: Waiting[], item: Waiting, order: BatcherOptions['order']): void {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(item, waiting[middle], order)) high = middle;
    else low = middle + 1;
  }
  waiting.splice(low, 0, item);
}

const segments = (items: readonly BatchItem[]): number => items.reduce((sum, item) => sum + item.size, 0);
const oldest = (items: readonly Waiting[]): number => items.reduce((least, item) => Math.min(least, item.sinceMs), Infinity);

/** How many items leave now, from the front of the queue; 0: wait. */
function leaving(waiting: readonly Waiting[], nowMs: number, options: BatcherOptions): number {
  let count = 0;
  let size = 0;
  let preferred = 0;
  while (count < waiting.length && size + waiting[count].size <= options.maxBatch) {
    size += waiting[count++].size;
    if (options.preferred.includes(size)) preferred = count;
  }
  const full = count < waiting.length || size === options.maxBatch;
  // The same sum as `wakeMs`: a difference may round to just below the wait, and the tick would come again at once.
  if (full || nowMs >= oldest(waiting) + options.longestWaitMs) return count;
  return preferred;
}

/** Pure: time comes in with each input. */
export function batcherStep(state: BatcherState, input: BatcherInput, options: BatcherOptions): { readonly state: BatcherState; readonly out: BatcherOut } {
  let waiting = [...state.waiting];
  let inFlight = state.inFlight;
  const refused: string[] = [];
  switch (input.type) {
    case 'submit':
      for (const item of input.items) {
        if (item.size > options.maxBatch) refused.push(item.id);
        else place(waiting, { ...item, sinceMs: input.nowMs }, options.order);
      }
      break;
    case 'done':
      inFlight = Math.max(0, inFlight - 1);
      break;
    case 'withdraw':
      waiting = waiting.filter((item) => !input.ids.has(item.id));
      break;
    case 'tick':
      break;
  }
  const batches: string[][] = [];
  while (inFlight < options.maxInFlight && waiting.length > 0) {
    const count = leaving(waiting, input.nowMs, options);
    if (count === 0) break;
    batches.push(waiting.splice(0, count).map((item) => item.id));
    inFlight++;
  }
  let waitingSegments = segments(waiting);
  while (waitingSegments > options.maxQueued) {
    const item = waiting.pop()!;
    waitingSegments -= item.size;
    refused.push(item.id);
  }
  const wakeMs = waiting.length > 0 && inFlight < options.maxInFlight ? oldest(waiting) + options.longestWaitMs : undefined;
  return { state: { waiting, waitingSegments, inFlight }, out: { batches, refused, wakeMs } };
}
