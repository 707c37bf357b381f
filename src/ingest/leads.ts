import { type Lead, leadNamed, leadNumbered, MDC_ECG } from '../ecg/index.js';
import { Refused } from './refusal.js';

/** Numbers from 256 on are of other observations (ST amplitudes, intervals). */
const MDC_ECG_LEADS = 256;

/** The lead of a channel by its code and its name; undefined: no ECG lead of the twelve. Throws Refused where the two are of different leads. */
export function leadOf(code: string, name: string, where: string): Lead | undefined {
  const number = /^\d+$/.test(code) ? Number(code) - MDC_ECG : -1;
  const byCode = leadNumbered(number);
  const byName = leadNamed(name);
  const isOtherLead = number > 0 && number < MDC_ECG_LEADS && byCode === undefined && byName !== undefined;
  if (isOtherLead || (byCode !== undefined && byName !== undefined && byCode !== byName)) throw new Refused('code-contradicts-name', where);
  return byCode ?? byName;
}
