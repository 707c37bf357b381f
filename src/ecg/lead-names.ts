import { type Lead, LEADS, standardLead } from './leads.js';

/** What stands before a lead's own name in the names that makers give it, and what may stand behind. The first and the second of several waveforms are no leads I and II. */
const BEFORE = /^(?:MDC_ECG_(?:ELEC_POTL|LEAD)|(?:ECG|EKG)(?:[\s_:.-]+WAVEFORM)?|LEAD|ABLEITUNG|D[EÉ]RIVATION|DERIVACI[OÓ]N|DERIVA[CÇ][AÃ]O|DERIVAZIONE|DERIVATIE|AVLEDNING|(?:WAVEFORM|KANAL)(?=[\s_:.-]*a?V)|CHANNEL|CH)[\s_:.-]*(?=\S)/i;
const BEHIND = /(?:[\s_-]+lead|\s*[:.]|[\s_-]*(?:[([](?:[mµμu]?v|einthoven|goldberger|wilson|filtered|raw)[\])]|[_ ](?:[mµμu]v|einthoven|goldberger|wilson)))$/i;
/** A chest lead by both of its names. */
const BOTH = /^(?:V([1-6])\s*[(/]\s*C\1|C([1-6])\s*[(/]\s*V\2)\)?$/i;
/** ISO/IEEE 11073-10101: MDC_ECG_ELEC_POTL, on top of which is the number of a lead. */
export const MDC_ECG = 131_328;
/** Numbers of ISO/IEEE 11073-10101 (on top of MDC_ECG, or in partition 2) and of SCP-ECG. */
const BY_NUMBER: Readonly<Record<number, Lead>> = { 1: 'I', 2: 'II', 3: 'V1', 4: 'V2', 5: 'V3', 6: 'V4', 7: 'V5', 8: 'V6', 61: 'III', 62: 'aVR', 63: 'aVL', 64: 'aVF' };
const LATIN: Readonly<Record<string, Lead>> = { di: 'I', dii: 'II', diii: 'III' };
/** Einthoven's leads by their electrodes, the positive one first; the other way round they are upside down, and none of these. */
const BY_ELECTRODES: Readonly<Record<string, Lead>> = { 'la-ra': 'I', 'll-ra': 'II', 'll-la': 'III' };

/** A lead by its number in 11073-10101 or SCP-ECG; undefined: outside the twelve. */
export function leadNumbered(number: number): Lead | undefined {
  return BY_NUMBER[number];
}

/** The number of a lead, as `leadNumbered` takes it. */
export function numberOfLead(lead: Lead): number {
  return Number(Object.entries(BY_NUMBER).find(([, name]) => name === lead)![0]);
}

/**
 * The standard lead that a maker's name stands for: "Lead I", "ECG aVR", "DII", "MDC_ECG_LEAD_V2", "II (mV)", "V 2", "V2 (C2)", "LA-RA", 131332. Undefined: none that is sure. D1 and C1 alone are not:
 * they name electrodes elsewhere (see `chestLead`).
 */
export function leadNamed(label: string): Lead | undefined {
  const own = ownName(label);
  const both = BOTH.exec(own);
  const joined = both !== null ? `V${both[1] ?? both[2]}` : own.replace(/^a[\s_-]v[\s_-]?(?=[rlf]$)/i, 'aV').replace(/^v[\s_-]+(?=[1-6]$)/i, 'V');
  return (/^\d{6}$/.test(own) ? leadNumbered(Number(own) - MDC_ECG) : undefined) ?? standardLead(joined) ?? LATIN[own.toLowerCase()] ?? BY_ELECTRODES[own.toLowerCase().replace(/\s*[-–/]\s*/, '-')];
}

/** C1 to C6, as IEC 60601 names the chest electrodes; in an EEG they are places on the head. */
export function chestLead(label: string): Lead | undefined {
  const number = /^C([1-6])$/i.exec(ownName(label));
  return number === null ? undefined : standardLead(`V${number[1]}`);
}

/** Places on the head, as an EEG names them beside C3 and C4. */
const ON_THE_HEAD = /^(?:fp[12z]|f[3478z]|cz|t[3-8]|p[3478z]|o[12z]|[aem][12]|loc|roc)(?:\s*[-:]\s*\w+)?$/i;

/** Whether C1 to C6 among these labels are chest leads: beside limb leads, with no V of their own, and not the C3 and C4 of an EEG. */
export function haveChestLeads(labels: readonly string[]): boolean {
  const standard = labels.map(leadNamed);
  const chest = new Set(labels.map(chestLead));
  const isEeg = labels.some((label) => ON_THE_HEAD.test(ownName(label))) || !(['V1', 'V2', 'V5', 'V6'] as const).some((lead) => chest.has(lead));
  return !isEeg && standard.some((lead) => lead !== undefined) && !standard.some((lead) => lead?.startsWith('V'));
}

/** A label without what makers put around a lead's name. */
export function ownName(label: string): string {
  let own = label.normalize('NFKC').trim().replace(/^["'](.*)["']$/, '$1').trim();
  for (let last = ''; last !== own;) {
    last = own;
    own = own.replace(BEFORE, '').replace(BEHIND, '').trim();
  }
  return own;
}

/** "V1–V6", "III, aVF": leads in their order, runs of chest leads in one. */
export function leadsText(names: readonly string[]): string {
  const parts: string[] = [];
  const sorted = [...names].sort((a, b) => LEADS.indexOf(a as Lead) - LEADS.indexOf(b as Lead));
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (/^V\d$/.test(sorted[i]) && end + 1 < sorted.length && sorted[end + 1] === `V${Number(sorted[end].slice(1)) + 1}`) end++;
    parts.push(end - i >= 2 ? `${sorted[i]}–${sorted[end]}` : sorted.slice(i, end + 1).join(', '));
    i = end + 1;
  }
  return parts.join(', ');
}
