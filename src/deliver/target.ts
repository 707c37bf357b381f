/** Why an attempt came to nothing. */
export type Failure = 'unreachable' | 'timeout' | 'status' | 'bad-answer' | 'forbidden-address' | 'unwritable';

/** What became of one attempt. `about` is one line for people, and holds no secret. */
export type Answer =
  | { readonly type: 'accepted' }
  /** The receiver looked at it and will not have it: trying again is of no use. */
  | { readonly type: 'refused'; readonly about: string }
  | { readonly type: 'failed'; readonly why: Failure; readonly about: string };

/** What was last amiss. */
export interface Complaint {
  readonly about: string;
  readonly atMs: number;
}

/** What survives a restart. */
export interface TargetPosition {
  /** All before it has been delivered, or set aside; undefined: it has not begun. */
  readonly cursor?: string;
  /** What was active when it began is still to be delivered. */
  readonly owesSnapshot: boolean;
  readonly failingSinceMs?: number;
  readonly parkedSinceMs?: number;
  readonly refused: number;
}

/** One receiver of alerts, which gets one event at a time, in order. */
export interface TargetState extends TargetPosition {
  readonly delivered: number;
  /** In a row, none of them with an answer. */
  readonly attempts: number;
  /** Not before; undefined: at once. */
  readonly nextAtMs?: number;
  readonly lastFailure?: Complaint;
  readonly lastRefusal?: Complaint;
  /** Events before its place could not be delivered: it began again with what was active. */
  readonly lastMissed?: Complaint;
}

export type TargetNews =
  /** From the start of a stream, with a snapshot before it; `missed`: why not from where it was. */
  | { readonly type: 'begun'; readonly cursor: string; readonly missed?: string; readonly nowMs: number }
  /** `jitter`: from 0 to 1, exclusive. `cursor`: after the event; undefined: it was of the snapshot. */
  | { readonly type: 'answered'; readonly answer: Answer; readonly id: string; readonly cursor?: string; readonly nowMs: number; readonly jitter: number }
  | { readonly type: 'snapshot-delivered' }
  /** A person wants it tried again. */
  | { readonly type: 'resumed' };

export const WAIT_MIN_MS = 1000;
export const WAIT_MAX_MS = 300_000;
/** After a day of failure it waits for a person. */
export const PARKED_AFTER_MS = 86_400_000;
/** … but not at the first attempts after a day in which nobody tried. */
export const ATTEMPTS_BEFORE_PARKED = 12;

export const initialTarget = (position: TargetPosition = { owesSnapshot: false, refused: 0 }): TargetState => ({ ...position, delivered: 0, attempts: 0 });

export function stepTarget(state: TargetState, news: TargetNews): TargetState {
  switch (news.type) {
    case 'begun': {
      const lastMissed = news.missed === undefined ? state.lastMissed : { about: `events could not be delivered (${news.missed}): it began again with what was active`, atMs: news.nowMs };
      return { ...state, cursor: news.cursor, owesSnapshot: true, lastMissed };
    }
    case 'snapshot-delivered':
      return { ...state, owesSnapshot: false };
    case 'resumed':
      return { ...state, failingSinceMs: undefined, parkedSinceMs: undefined, attempts: 0, nextAtMs: undefined };
    case 'answered':
      return news.answer.type === 'failed' ? failed(state, news.answer, news) : answered(state, news.answer, news);
  }
}

type Answered = Extract<TargetNews, { type: 'answered' }>;

/** Accepted or refused: the stream continues. */
function answered(state: TargetState, answer: Exclude<Answer, { type: 'failed' }>, { id, cursor, nowMs }: Answered): TargetState {
  const next = { ...state, cursor: cursor ?? state.cursor, failingSinceMs: undefined, parkedSinceMs: undefined, attempts: 0, nextAtMs: undefined };
  if (answer.type === 'accepted') return { ...next, delivered: state.delivered + 1 };
  return { ...next, refused: state.refused + 1, lastRefusal: { about: `${id}: ${answer.about}`, atMs: nowMs } };
}

/** The event stays where it is. */
function failed(state: TargetState, { about }: Extract<Answer, { type: 'failed' }>, { nowMs, jitter }: Answered): TargetState {
  const attempts = state.attempts + 1;
  const failingSinceMs = state.failingSinceMs ?? nowMs;
  const isParked = nowMs - failingSinceMs >= PARKED_AFTER_MS && attempts >= ATTEMPTS_BEFORE_PARKED;
  const parkedSinceMs = isParked ? (state.parkedSinceMs ?? nowMs) : state.parkedSinceMs;
  return { ...state, attempts, failingSinceMs, parkedSinceMs, nextAtMs: nowMs + waitMs(attempts, jitter), lastFailure: { about, atMs: nowMs } };
}

/** Doubles with each attempt, and lies anywhere in the upper half of that: receivers that come back are not met by all at once. */
export function waitMs(attempts: number, jitter: number): number {
  const whole = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.max(WAIT_MIN_MS, whole * (1 - jitter / 2));
}

/** What of the state is to be kept. */
export function positionOf({ cursor, owesSnapshot, failingSinceMs, parkedSinceMs, refused }: TargetState): TargetPosition {
  return { cursor, owesSnapshot, failingSinceMs, parkedSinceMs, refused };
}

export function isSamePosition(a: TargetPosition, b: TargetPosition): boolean {
  return a.cursor === b.cursor && a.owesSnapshot === b.owesSnapshot && a.failingSinceMs === b.failingSinceMs && a.parkedSinceMs === b.parkedSinceMs && a.refused === b.refused;
}
