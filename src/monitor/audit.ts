import type { Action } from '../deliver/index.js';

/** One call from outside, as the audit names it. */
export interface Call {
  /** Of which door: grpc Subscribe, http /beds … */
  readonly surface: string;
  /** The address that it came from: a proxy's, where one stands before us. */
  readonly from: string;
  /** Its id: the caller's own (`x-request-id`), or ours. */
  readonly request: string;
}

/** Who looked at, or did, what. It names alerts, units and people who use the monitor; never a patient, a strip or a score. */
export interface AuditLine extends Call {
  readonly who: string;
  readonly action: Action;
  readonly outcome: 'allowed' | 'refused';
  /** Of a refusal. */
  readonly why?: string;
  readonly alertId?: string;
  /** Of what is asked of a bed: which, and the unit that it was in. */
  readonly bed?: string;
  readonly unit?: string;
  /** Of an operator who ends sessions: whose. */
  readonly whose?: string;
  /** So many more refusals like this one since the line before; the other fields are of the last of them. */
  readonly repeated?: number;
}
export type Audit = (line: AuditLine) => void;
