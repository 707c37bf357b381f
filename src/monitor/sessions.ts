import { generateToken } from '../adapters/access/index.js';
import type { BrowserSession, Door, Grants, Principal } from '../deliver/index.js';
import { sha256 } from '../ecg/index.js';
import type { Clock, Log, LogRecord } from '../ports/index.js';
import { decodeSession, encodeSession, hashInKey, type KeptSession, sessionKey } from '../wire/index.js';
import { CheckpointWriter } from './checkpoint-writer.js';
import { BusyError } from './lane.js';

/** Of one principal, then the one seen least recently ends; of all, then nobody signs in. */
const SESSIONS_MAX = { one: 1000, all: 12_000 };
const ENDED_MAX = 50_000;
/** While the log is away: beyond it nobody signs in. */
const UNWRITTEN_MAX = 1000;
/** A use is written down at most so often, and four times within the time that a session may be idle: other monitors, and a restart, know that much less of it. */
const SEEN_EVERY_MS = 120_000;
const LOOK_EVERY_MS = 60_000;

export interface SessionSettings {
  /** Without a request, and from signing in; a session never outlives its token. */
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** Hash of what gives the right: with another one, what was begun before does not hold any more. */
  readonly basis: string;
  /** Browsers come over TLS, ended here or by a proxy. */
  readonly overTls: boolean;
}

interface Session extends Omit<KeptSession, 'seenMs'> {
  seenMs: number;
  /** As the log has it. */
  keptSeenMs: number;
  isOver: boolean;
}

/** Sessions of browsers, by the hash of a random id that the browser alone has. They are kept in the log, over restarts, and shared by monitors over one log. */
export class Sessions {
  private readonly open = new Map<string, Session>();
  /** Until when each of those that ended may come back from a monitor that had not heard of it. */
  private readonly ended = new Map<string, number>();
  private readonly writer: CheckpointWriter;
  private cancelLook: () => void;

  constructor(
    log: Log,
    private readonly clock: Clock,
    readonly settings: SessionSettings,
  ) {
    this.writer = new CheckpointWriter(log, clock);
    this.cancelLook = this.lookSoon();
  }

  /** A record of the checkpoints topic, ours or another monitor's. */
  take({ key, value }: Pick<LogRecord, 'key' | 'value'>): void {
    const hash = hashInKey(key);
    if (hash === undefined) return;
    const known = this.open.get(hash);
    const kept = value === null ? undefined : decodeSession(value);
    // Ended here or anywhere, or over in any case: a record of it that comes later does not stay.
    if (kept !== undefined && (this.ended.has(hash) || kept.untilMs <= this.clock.nowMs())) return this.writer.keep(sessionKey(hash), null);
    if (kept === undefined && known !== undefined) this.noteEnd(hash, known.untilMs);
    if (kept === undefined || kept.basis !== this.settings.basis) return this.forget(hash);
    if (known === undefined) this.open.set(hash, { ...kept, keptSeenMs: kept.seenMs, isOver: false });
    else known.seenMs = Math.max(known.seenMs, kept.seenMs);
  }

  /** Returns the id, which is nowhere else. Throws BusyError. */
  async begin({ who, grants, expiresMs = Infinity }: Principal): Promise<string> {
    if (this.writer.waitingCount >= UNWRITTEN_MAX) throw new BusyError('all', 'sessions');
    const own = [...this.open].filter(([, session]) => session.who === who);
    if (own.length >= SESSIONS_MAX.one) void this.forgetForGood(own.reduce((least, one) => (one[1].seenMs < least[1].seenMs ? one : least))[0]);
    else if (this.open.size >= SESSIONS_MAX.all && !this.hasMadeRoom()) throw new BusyError('all', 'sessions');
    const [id, nowMs] = [generateToken(), this.clock.nowMs()];
    const session = { who, grants: mutable(grants), basis: this.settings.basis, untilMs: Math.min(nowMs + this.settings.absoluteMs, expiresMs), seenMs: nowMs, keptSeenMs: nowMs, isOver: false };
    this.open.set(sha256(id), session);
    await this.writer.isKept(sessionKey(sha256(id)), bytesOf(session));
    return id;
  }

  /** Whose it is; undefined: it is not, or not any more. */
  principalOf({ id, overTls }: BrowserSession): Principal | undefined {
    const session = this.open.get(sha256(id));
    const nowMs = this.clock.nowMs();
    if (session === undefined || overTls !== this.settings.overTls || this.endOf(session) <= nowMs) return undefined;
    session.seenMs = nowMs;
    if (nowMs - session.keptSeenMs > Math.min(SEEN_EVERY_MS, this.settings.idleMs / 4)) this.keep(sha256(id), session);
    const endOf = () => this.endOf(session);
    // Asked again at each event: a stream ends with the session.
    return { who: session.who, grants: session.grants, get expiresMs() { return endOf(); } };
  }

  /** False: it has ended, but the log has not taken that yet; after a restart before it has, it would be there again. */
  async end(id: string): Promise<boolean> {
    return !this.open.has(sha256(id)) || this.forgetForGood(sha256(id));
  }

  /** Of a principal; as `end`. */
  async endAll(who: string): Promise<boolean> {
    const theirs = [...this.open].filter(([, session]) => session.who === who);
    return (await Promise.all(theirs.map(([hash]) => this.forgetForGood(hash)))).every(Boolean);
  }

  async close(): Promise<void> {
    this.cancelLook();
    await this.writer.close();
  }

  private endOf({ isOver, untilMs, seenMs }: Session): number {
    return isOver ? 0 : Math.min(untilMs, seenMs + this.settings.idleMs);
  }

  private keep(hash: string, session: Session): void {
    session.keptSeenMs = session.seenMs;
    this.writer.keep(sessionKey(hash), bytesOf(session));
  }

  /** One that has been idle for too long gives way. */
  private hasMadeRoom(): boolean {
    const nowMs = this.clock.nowMs();
    const idle = [...this.open].find(([, session]) => this.endOf(session) <= nowMs);
    if (idle !== undefined) void this.forgetForGood(idle[0]);
    return idle !== undefined;
  }

  private forget(hash: string): void {
    const session = this.open.get(hash);
    if (session !== undefined) session.isOver = true;
    this.open.delete(hash);
  }

  private forgetForGood(hash: string): Promise<boolean> {
    this.noteEnd(hash, this.open.get(hash)!.untilMs);
    this.forget(hash);
    return this.writer.isKept(sessionKey(hash), null);
  }

  private noteEnd(hash: string, untilMs: number): void {
    this.ended.set(hash, untilMs);
    const [oldest] = this.ended.keys();
    if (this.ended.size > ENDED_MAX) this.ended.delete(oldest);
  }

  /** One that is only idle here may be in use at another monitor over the same log: it stays known until its latest end. */
  private lookSoon(): () => void {
    return this.clock.after(LOOK_EVERY_MS, () => {
      const nowMs = this.clock.nowMs();
      for (const [hash, session] of this.open) if (session.untilMs <= nowMs) void this.forgetForGood(hash);
      for (const [hash, untilMs] of this.ended) if (untilMs <= nowMs) this.ended.delete(hash);
      this.cancelLook = this.lookSoon();
    });
  }
}

/** A session opens what its token opened; credentials that are shown beside it go first. */
export function withSessions(door: Door, sessions: Sessions): Door {
  return {
    async admit(credentials) {
      const { authorization, session, certificate } = credentials;
      if (authorization !== undefined || session === undefined) return door.admit(credentials);
      const principal = sessions.principalOf(session);
      if (principal !== undefined) return { ok: true, principal };
      return certificate === undefined ? { ok: false, why: 'no-session' } : door.admit(credentials);
    },
  };
}

const bytesOf = ({ who, grants, basis, untilMs, seenMs }: Session): Uint8Array => encodeSession({ who, grants, basis, untilMs, seenMs });

const mutable = (grants: Grants): KeptSession['grants'] => Object.fromEntries(Object.entries(grants).map(([action, units]) => [action, units === '*' ? units : [...units]]));
