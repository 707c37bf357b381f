import { chestLead, type Lead, leadNamed, leadNumbered, MDC_ECG } from '../ecg/index.js';
import { Refused } from './refusal.js';

/** Numbers from 256 on are of other observations (ST amplitudes, intervals). */
const MDC_ECG_LEADS = 256;

/**
 * The lead of a channel by its code and its name; undefined: no ECG lead of the twelve.
 * @param hasChestLeads whether C1 to C6 are chest leads beside the others of its message
 * Throws Refused where the two are of different leads.
 */
export function leadOf(code: string, name: string, hasChestLeads: boolean, where: string): Lead | undefined {
  const number = /^\d+$/.test(code) ? Number(code) - MDC_ECG : -1;
  const byCode = leadNumbered(number);
  const byName = leadNamed(name) ?? (hasChestLeads ? chestLead(name) : undefined);
  const isOtherLead = number > 0 && number < MDC_ECG_LEADS && byCode === undefined && byName !== undefined;
  if (isOtherLead || (byCode !== undefined && byName !== undefined && byCode !== byName)) throw new Refused('code-contradicts-name', where);
  return byCode ?? byName;
}

/** Whether a channel that is no lead of the twelve looks as if it were an ECG. */
export function isEcgLike(code: string, name: string): boolean {
  const number = /^\d+$/.test(code) ? Number(code) - MDC_ECG : -1;
  return (number >= 0 && number < MDC_ECG_LEADS) || chestLead(name) !== undefined || /ecg|ekg|(?:^|_)lead/i.test(name);
}
