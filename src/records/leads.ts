import { chestLead, cutText, FURTHER_LEADS_MAX, haveChestLeads, type Lead, leadNamed, type Origin, ownName } from '../ecg/index.js';
import { voltageOf } from './units.js';

export interface NamedLead {
  /** Index of the signal in the file. */
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

/** What a file says of a signal before anything is known of its samples. */
export interface NamedSignal {
  readonly label: string;
  readonly unit: string;
  /** Where the file names it by a code. */
  readonly lead?: Lead;
}

const NO_ECG = /^(pleth|ppg|spo2|abp|art|ap|bp|nbp|ibp|pap|cvp|icp|lap|rap|lvp|uap|uvp|ao|resp|rsp|imp|co2|etco2|eeg|eog|emg|flow|temp|press|sv|hr|accel|acc|gyro|chin|leg|snor\w*|thor\w*|abdo\w*|cannula|therm\w*|plm\w*|position|status|marker|trigger)([^a-z].*)?$/i;
/** Places on the head against a reference, as a sleep laboratory names them. */
const ON_THE_HEAD = /^(fp[12z]|f[3478z]|c[34z]|t[3-8]|p[3478z]|o[12z]|e[12]|loc|roc)\s*[-:]\s*\w+$/i;
const MODIFIED_II = /^ml(ii|2)$/i;

/**
 * Which signals of a record are ECG leads, and under which name the engine carries them: the twelve in their
 * standard spelling, whatever the maker calls them; MLII as II where II is not there; others, at most four, under their own names.
 */
export function nameLeads(signals: readonly NamedSignal[]): { readonly leads: readonly NamedLead[]; readonly skipped: readonly SkippedSignal[] } {
  const leads: NamedLead[] = [];
  const skipped: SkippedSignal[] = [];
  const taken = new Set<string>();
  const named = signals.map((signal) => signal.lead ?? leadNamed(signal.label));
  const hasII = named.includes('II');
  const isTwelveLead = haveChestLeads(signals.map(({ label, lead }) => lead ?? label));
  let further = 0;
  signals.forEach(({ label, unit }, channel) => {
    const standard = named[channel] ?? (isTwelveLead ? chestLead(label) : undefined);
    const why = whyNoEcg(label, unit, standard !== undefined);
    const modified = standard === undefined && MODIFIED_II.test(ownName(label)) && !hasII;
    const name = standard ?? (modified ? 'II' : undefined);
    if (why === undefined && name !== undefined && !taken.has(name)) {
      taken.add(name);
      leads.push({ channel, label, name, origin: modified ? 'modified' : 'measured' });
      return;
    }
    const refused = why ?? (further >= FURTHER_LEADS_MAX ? `more than ${FURTHER_LEADS_MAX} further leads` : undefined);
    if (refused !== undefined) {
      skipped.push({ channel, label, why: refused });
      return;
    }
    further += 1;
    const own = unused(standard ?? carried(label), taken);
    taken.add(own);
    leads.push({ channel, label, name: own, origin: 'measured' });
  });
  return { leads, skipped };
}

function whyNoEcg(label: string, unit: string, isLead: boolean): string | undefined {
  if (!isLead && (NO_ECG.test(label) || ON_THE_HEAD.test(label))) return 'not an ECG lead';
  const voltage = voltageOf(unit);
  const mayBeRaw = isLead || /ecg|ekg|lead/i.test(label);
  if (voltage === undefined || (voltage.mv === undefined && !mayBeRaw)) return `unit ${unit} is no voltage`;
  return undefined;
}

/** What a code and a name of different leads say together; undefined: nothing that contradicts. Nobody knows which of them is right. */
export function contradiction(lead: Lead | undefined, names: readonly (string | undefined)[]): string | undefined {
  const other = names.find((name) => name !== undefined && lead !== undefined && (leadNamed(name) ?? lead) !== lead);
  return other === undefined ? undefined : `signal ${cutText(other, 64)} skipped: its code is of ${lead}, its name of ${leadNamed(other)}`;
}

/** A label as the wire carries it: printable ASCII, at most 28 characters, so that a number still fits behind it. */
function carried(label: string): string {
  const plain = label.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 28).trim();
  return plain === '' ? 'ECG' : plain;
}

/** "ECG", "ECG-2", "ECG-3" … */
function unused(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = `${name}-${n}`;
  return candidate;
}
