import { type Action, type Credentials, type Door, mayAnywhere, type Principal } from '../deliver/index.js';
import type { Meter } from '../ports/index.js';

/** Who looked at, or did, what. It names alerts, units and people who use the monitor; never a patient, a strip or a score. */
export interface AuditLine {
  readonly who: string;
  readonly action: Action;
  /** Of which door: grpc Subscribe, http /beds … */
  readonly surface: string;
  readonly outcome: 'allowed' | 'refused';
  /** Of a refusal. */
  readonly why?: string;
  readonly alertId?: string;
}
export type Audit = (line: AuditLine) => void;

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

/** Every call from outside passes here first. */
export class Gate {
  private readonly refused;

  constructor(
    private readonly door: Door,
    private readonly audit: Audit,
    meter: Meter,
  ) {
    this.refused = meter.counter('purkinje_deliver_refused_total', 'Calls refused, by why', ['why']);
  }

  /** Who this is, if he may do so in any unit at all. Throws RefusedError. */
  async admit(credentials: Credentials, action: Action, surface: string): Promise<Principal> {
    const admission = await this.door.admit(credentials);
    if (!admission.ok) {
      this.refused.add(1, { why: admission.why });
      this.audit({ who: '', action, surface, outcome: 'refused', why: admission.why });
      throw new RefusedError('unauthenticated', admission.why);
    }
    const { principal } = admission;
    if (!mayAnywhere(principal, action)) this.deny(principal, action, surface);
    return principal;
  }

  /** One line for each reading of what is a patient's, and each deed. */
  allowed(principal: Principal, action: Action, surface: string, alertId?: string): void {
    this.audit({ who: principal.who, action, surface, outcome: 'allowed', alertId });
  }

  deny(principal: Principal, action: Action, surface: string, alertId?: string): never {
    this.refused.add(1, { why: 'no-scope' });
    this.audit({ who: principal.who, action, surface, outcome: 'refused', why: 'no-scope', alertId });
    throw new RefusedError('denied', `${action}:UNIT`);
  }
}
