import { type Lead, standardLead } from '../ecg/index.js';
import { Refused } from './refusal.js';

/** ISO/IEEE 11073-10101: MDC_ECG_ELEC_POTL plus the number of the lead. */
const MDC_ECG = 131_328;
/** Numbers from 256 on are of other observations (ST amplitudes, intervals). */
const MDC_ECG_LEADS = 256;
const MDC_LEADS: Readonly<Record<number, Lead>> = { 1: 'I', 2: 'II', 3: 'V1', 4: 'V2', 5: 'V3', 6: 'V4', 7: 'V5', 8: 'V6', 61: 'III', 62: 'aVR', 63: 'aVL', 64: 'aVF' };
/** What stands before a lead's own name in the names of channels. */
const PREFIX = /^(?:MDC_ECG_(?:ELEC_POTL|LEAD)[_ ]|ECG[_ -]?|LEAD[_ -]?)+/i;

/** The lead of a channel by its code and its name; undefined: no ECG lead of the twelve. Throws Refused where the two are of different leads. */
export function leadOf(code: string, name: string, where: string): Lead | undefined {
  const number = /^\d+$/.test(code) ? Number(code) - MDC_ECG : -1;
  const byCode = MDC_LEADS[number];
  const byName = standardLead(name.replace(PREFIX, ''));
  const isOtherLead = number > 0 && number < MDC_ECG_LEADS && byCode === undefined && byName !== undefined;
  if (isOtherLead || (byCode !== undefined && byName !== undefined && byCode !== byName)) throw new Refused('code-contradicts-name', where);
  return byCode ?? byName;
}
