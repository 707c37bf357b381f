import { type Action, type Credentials, type Door, mayAnywhere, type Principal } from '../deliver/index.js';
import type { Clock, Counter, Meter } from '../ports/index.js';
import type { Audit, AuditLine, Call } from './audit.js';
import { Refusals } from './refusals.js';

/** Nobody we know, or somebody who may not. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(
    readonly kind: 'unauthenticated' | 'denied',
    readonly why: string,
  ) {
    super(kind === 'unauthenticated' ? `not signed in (${why}): send a bearer token, or a client certificate that is listed` : `not allowed: this takes a scope such as ${why}`);
  }
}

const OWN_ID = /^[\w.:-]{1,64}$/;

/** Every call from outside passes here first. */
export class Gate {
  private readonly refused: Counter;
  private readonly refusals: Refusals;
  /** No two calls of two runs have the same id. */
  private readonly run: string;
  private calls = 0;

  constructor(
    private readonly door: Door,
    private readonly audit: Audit,
    meter: Meter,
    clock: Clock,
  ) {
    this.refused = meter.counter('purkinje_deliver_refused_total', 'Calls refused, by why', ['why']);
    this.refusals = new Refusals(audit, clock);
    this.run = Math.round(clock.nowMs()).toString(36);
  }

  /** @param given the id that the caller gave it, if any */
  call(surface: string, from: string, given?: string): Call {
    return { surface, from, request: given !== undefined && OWN_ID.test(given) ? given : `${this.run}-${(++this.calls).toString(36)}` };
  }

  /** Who this is, if they may do so in any unit at all. Throws RefusedError. */
  async admit(credentials: Credentials, action: Action, call: Call): Promise<Principal> {
    const admission = await this.door.admit(credentials);
    if (!admission.ok) {
      this.refuse({ ...call, who: '', action, outcome: 'refused', why: admission.why });
      throw new RefusedError('unauthenticated', admission.why);
    }
    const { principal } = admission;
    if (!mayAnywhere(principal, action)) this.deny(principal, action, call);
    return principal;
  }

  /** One line for each reading of what is a patient's, and each deed. */
  allowed(principal: Principal, action: Action, call: Call, about: Pick<AuditLine, 'alertId' | 'bed' | 'unit' | 'whose'> = {}): void {
    this.audit({ ...call, who: principal.who, action, outcome: 'allowed', ...about });
  }

  deny(principal: Principal, action: Action, call: Call, alertId?: string): never {
    this.refuse({ ...call, who: principal.who, action, outcome: 'refused', why: 'no-scope', alertId });
    throw new RefusedError('denied', `${action}:UNIT`);
  }

  /** Writes what has been counted of refusals. */
  close(): void {
    this.refusals.close();
  }

  private refuse(line: AuditLine & { readonly why: string }): void {
    this.refused.add(1, { why: line.why });
    this.refusals.take(line);
  }
}
