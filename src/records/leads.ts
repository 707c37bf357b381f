import { FURTHER_LEADS_MAX, standardLead, type Origin } from '../ecg/index.js';

export interface NamedLead {
  /** Index of the signal in the header. */
  readonly channel: number;
  readonly label: string;
  readonly name: string;
  readonly origin: Exclude<Origin, 'missing'>;
}

export interface SkippedSignal {
  readonly channel: number;
  readonly label: string;
  readonly why: string;
}

const NO_ECG = /^(pleth|ppg|spo2|abp|art|ap|bp|nbp|ibp|pap|cvp|icp|lap|rap|lvp|uap|uvp|ao|resp|rsp|imp|co2|etco2|eeg|eog|emg|flow|temp|press|sv|hr|accel|acc|gyro)([^a-z].*)?$/i;
const MODIFIED_II = /^ml(ii|2)$/i;

/** Units of an ECG, in mV; a header without a unit means mV. */
export const MV_PER_UNIT: Readonly<Record<string, number>> = {
  v: 1000, mv: 1, uv: 1e-3, 'µv': 1e-3, 'μv': 1e-3, nv: 1e-6,
};

/**
 * Which signals of a record are ECG leads, and under which name the engine carries them: the twelve in their
 * standard spelling; MLII as II where II is not there; others, at most four, under their own names.
 */
export function nameLeads(
  signals: readonly { readonly label: string; readonly unit: string }[],
): { readonly leads: readonly NamedLead[]; readonly skipped: readonly SkippedSignal[] } {
  const leads: NamedLead[] = [];
  const skipped: SkippedSignal[] = [];
  const taken = new Set<string>();
  const hasII = signals.some((signal) => standardLead(signal.label) === 'II');
  let further = 0;
  signals.forEach(({ label, unit }, channel) => {
    const standard = standardLead(label);
    const modified = standard === undefined && MODIFIED_II.test(label) && !hasII;
    const name = standard ?? (modified ? 'II' : undefined);
    if (name !== undefined && !taken.has(name)) {
      taken.add(name);
      leads.push({ channel, label, name, origin: modified ? 'modified' : 'measured' });
      return;
    }
    const why = whyNoEcg(label, unit) ?? (further >= FURTHER_LEADS_MAX ? `more than ${FURTHER_LEADS_MAX} further leads` : undefined);
    if (why !== undefined) {
      skipped.push({ channel, label, why });
      return;
    }
    further += 1;
    const own = unused(standard ?? carried(label), taken);
    taken.add(own);
    leads.push({ channel, label, name: own, origin: 'measured' });
  });
  return { leads, skipped };
}

function whyNoEcg(label: string, unit: string): string | undefined {
  if (NO_ECG.test(label)) return 'not an ECG lead';
  if (standardLead(label) === undefined && MV_PER_UNIT[unit.toLowerCase()] === undefined) return `unit ${unit} is no voltage`;
  return undefined;
}

/** A label as the wire carries it: printable ASCII, at most 28 characters, so that a number still fits behind it. */
function carried(label: string): string {
  const plain = label.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 28);
  return plain === '' ? 'ECG' : plain;
}

/** "ECG", "ECG-2", "ECG-3" … */
function unused(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = `${name}-${n}`;
  return candidate;
}
