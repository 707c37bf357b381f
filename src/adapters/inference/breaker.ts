/**
 * Keeps calls away from an endpoint that fails.
 *
 *     closed ──n failures in a row──▶ open ──time──▶ half-open ──success──▶ closed
 *                                      ▲                 │
 *                                      └──── failure ────┘  (each time for twice as long)
 */
export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: number; readonly waitMs: number }
  /** One call is out to see; no other goes. */
  | { readonly kind: 'half-open'; readonly waitMs: number };

/** Failures in a row that open it. */
export const FAILURES_TO_OPEN = 3;
/** First time of being open, ms. */
export const OPEN_MS = 500;
/** Longest time of being open, ms. */
export const OPEN_MS_MAX = 8_000;

export const closed: Breaker = { kind: 'closed', failures: 0 };

/** May a call go now? */
export function permits(breaker: Breaker, nowMs: number): boolean {
  return breaker.kind === 'closed' || (breaker.kind === 'open' && nowMs >= breaker.untilMs);
}

/** A call that was permitted goes out. */
export function calling(breaker: Breaker): Breaker {
  return breaker.kind === 'open' ? { kind: 'half-open', waitMs: breaker.waitMs } : breaker;
}

/** A call went well. */
export function succeeded(): Breaker {
  return closed;
}

/** A call failed in a way that speaks against the endpoint. */
export function failed(breaker: Breaker, nowMs: number): Breaker {
  switch (breaker.kind) {
    case 'closed': {
      const failures = breaker.failures + 1;
      return failures < FAILURES_TO_OPEN ? { kind: 'closed', failures } : { kind: 'open', untilMs: nowMs + OPEN_MS, waitMs: OPEN_MS };
    }
    case 'half-open': {
      const waitMs = Math.min(OPEN_MS_MAX, breaker.waitMs * 2);
      return { kind: 'open', untilMs: nowMs + waitMs, waitMs };
    }
    case 'open':
      // A straggler from before it opened.
      return breaker;
  }
}
