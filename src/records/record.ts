import { isLimbLead, isRate, isStandard, type Lead, LEADS, leadsText, type Origin, RATE_MIN_HZ, RATES_TEXT } from '../ecg/index.js';
import { type Counts, fitted, nanovolts, NANOVOLTS_PER_MV, narrowed, negated, noSampleOf } from './counts.js';
import { RecordError, type RecordWarning } from './errors.js';
import { type NamedLead, nameLeads, type SkippedSignal } from './leads.js';
import { voltageOf } from './units.js';
import type { WrittenRecord } from './wfdb/encode.js';

/** Of a signal that says nothing of its calibration (WFDB header(5)). */
export const DEFAULT_GAIN = 200;
/** Gains and offsets that the wire carries. */
const GAIN_MIN = 1e-3;
const GAIN_MAX = 1e8;
/** Start of a record without a date: 2000-01-01T00:00:00Z. */
export const START_UNKNOWN_MS = Date.UTC(2000, 0, 1);
/** What is simulated says so in its file, wherever it goes. */
export const SIMULATED_COMMENT = 'Simulated: no patient';

/** Does a line of a free text say so? Nothing less marks a recording as nobody's. */
export function saysSimulated(text: string): boolean {
  return text.split(/\r\n|\r|\n/).some((line) => line.trim() === SIMULATED_COMMENT);
}

/** One ECG lead of a record. mV = (count − offsetAdu) / aduPerMv. */
export interface RecordLead {
  /** As the file spells it. */
  readonly label: string;
  /** As the engine knows it. */
  readonly name: string;
  readonly origin: Exclude<Origin, 'missing'>;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  /** "No sample" of its type where the record has none. */
  readonly counts: Counts;
  /** Index of the signal in the file. */
  readonly channel: number;
}

export interface EcgRecord {
  readonly name: string;
  readonly rateHz: number;
  /** Rate by which annotations beside the record count; undefined: `rateHz`. */
  readonly annotationHz?: number;
  /** Samples per lead. */
  readonly samples: number;
  /** UTC, ms since 1970; START_UNKNOWN_MS where the file has none. */
  readonly startMs: number;
  readonly leads: readonly RecordLead[];
  readonly skipped: readonly { readonly label: string; readonly why: string }[];
  readonly comments: readonly string[];
  /** The file says so: nobody's ECG. */
  readonly simulated: boolean;
  readonly warnings: readonly RecordWarning[];
}

export interface ReadOptions {
  /** Overrides the gain of every ECG lead whose counts are the file's: some published headers are wrong. */
  readonly gainAduPerMv?: number;
}

/** A file to be read, its content whole. */
export interface OpenFile {
  /** Its name, for errors and warnings. */
  readonly where: string;
  readonly bytes: Uint8Array;
  /** What a person states of the file: the YAML beside it; undefined where there is none. */
  readonly layout?: string;
}

/** One signal as a file holds it, an ECG or not. Value in `unit` = (count − offset) / gain. */
export interface FileSignal {
  readonly label: string;
  /** Where the file names the lead by a code. */
  readonly lead?: Lead;
  readonly unit: string;
  /** Counts in one `unit`, not 0; below 0 the signal is upside down. */
  readonly gain: number;
  readonly offset: number;
  readonly rateHz: number;
  readonly counts: Counts;
  /** Undefined: the counts are the file's. `rescaled`: counts of another scale; `rounded`: of numbers with decimals, or beyond 32 bits. */
  readonly altered?: 'rescaled' | 'rounded';
}

/** A file's content, whatever its format. */
export interface FileRecording {
  /** The file, for errors and warnings. */
  readonly where: string;
  readonly startMs?: number;
  readonly annotationHz?: number;
  readonly signals: readonly FileSignal[];
  readonly comments: readonly string[];
  readonly warnings: readonly RecordWarning[];
}

/** The ECG of a file as the engine takes it. @throws RecordError `unsupported`: a rate or a gain that the engine does not take */
export function ecgRecord(name: string, recording: FileRecording, options: ReadOptions = {}): EcgRecord {
  const { where, signals, comments } = recording;
  const { leads, skipped, rateHz } = atOneRate(nameLeads(signals), recording);
  if (!isRate(rateHz)) {
    throw new RecordError('unsupported', `${rateHz} Hz`, where, `the engine takes ${RATES_TEXT}: resample the record, with xform say`);
  }
  const warnings: RecordWarning[] = [...recording.warnings];
  const samples = leads.reduce((longest, { channel }) => Math.max(longest, signals[channel].counts.length), 0);
  if (leads.length > 0 && samples === 0) warnings.push({ code: 'empty', what: 'no sample in any ECG lead', where });
  return {
    name,
    rateHz,
    annotationHz: recording.annotationHz === rateHz ? undefined : recording.annotationHz,
    samples,
    startMs: recording.startMs ?? START_UNKNOWN_MS,
    leads: calibratedAll(leads, recording, samples, options, warnings),
    skipped: skipped.map(({ label, why }) => ({ label, why })),
    comments,
    simulated: comments.includes(SIMULATED_COMMENT),
    warnings,
  };
}

/** Chunks have one rate: that of most ECG leads, the higher where two have as many. */
function atOneRate({ leads, skipped }: ReturnType<typeof nameLeads>, { signals }: FileRecording): { readonly leads: readonly NamedLead[]; readonly skipped: readonly SkippedSignal[]; readonly rateHz: number } {
  const count = new Map<number, number>();
  for (const { channel } of leads) count.set(signals[channel].rateHz, (count.get(signals[channel].rateHz) ?? 0) + 1);
  const [most] = [...count].sort(([a, n], [b, m]) => m - n || b - a);
  const rateHz = most?.[0] ?? signals[0]?.rateHz ?? RATE_MIN_HZ;
  const isOther = ({ channel }: NamedLead) => signals[channel].rateHz !== rateHz;
  return {
    rateHz,
    leads: leads.filter((lead) => !isOther(lead)),
    skipped: [...skipped, ...leads.filter(isOther).map(({ channel, label }) => ({ channel, label, why: `at ${signals[channel].rateHz} Hz, the other leads at ${rateHz} Hz` }))],
  };
}

/** What is odd of several leads in the same way is one warning, which names them. */
function calibratedAll(leads: readonly NamedLead[], recording: FileRecording, samples: number, options: ReadOptions, warnings: RecordWarning[]): readonly RecordLead[] {
  const odd = new Map<string, { readonly warning: RecordWarning; readonly labels: string[] }>();
  const all = leads.map((lead) => {
    const own: RecordWarning[] = [];
    const done = calibrated(lead, recording, samples, options, own);
    for (const warning of own) {
      const known = odd.get(warning.what);
      if (known === undefined) odd.set(warning.what, { warning, labels: [lead.label] });
      else known.labels.push(lead.label);
    }
    return done;
  });
  for (const { warning, labels } of odd.values()) warnings.push({ ...warning, where: `${recording.where} ${labels.join(', ')}`.trim() });
  return all;
}

function calibrated(lead: NamedLead, { signals, where }: FileRecording, samples: number, options: ReadOptions, warnings: RecordWarning[]): RecordLead {
  const { unit, offset, counts, gain: own, altered } = signals[lead.channel];
  const at = `${where} ${lead.label}`.trim();
  if (altered === 'rounded') throw new RecordError('unsupported', `numbers with decimals, or beyond 32 bits, in a unit that says nothing of mV: ${unit}`, at, 'state their unit, or aduPerMv: docs/ingest.md');
  const stated = altered === undefined ? options.gainAduPerMv : undefined;
  if (stated !== options.gainAduPerMv) warnings.push({ code: 'unit', what: '--gain is not for it: its numbers are no counts of one gain', where: at });
  const gain = stated ?? aduPerMv(own, unit, at, warnings);
  if (!(Math.abs(gain) >= GAIN_MIN && Number.isFinite(gain))) {
    throw new RecordError('unsupported', `${lead.label} has ${gain} adu per mV`, where, `the engine takes ${GAIN_MIN} and more: is its unit right? --gain overrides it`);
  }
  if (Math.abs(gain) > GAIN_MAX) return { ...lead, aduPerMv: NANOVOLTS_PER_MV, offsetAdu: 0, counts: fitted(inNanovolts(counts, gain, offset), samples) };
  const there = fitted(counts instanceof Int32Array ? narrowed(counts) : counts, samples);
  // A negative gain is a signal upside down; the engine's gains are positive.
  return gain > 0 ? { ...lead, aduPerMv: gain, offsetAdu: offset, counts: there } : { ...lead, aduPerMv: -gain, offsetAdu: 0 - offset, counts: negated(there) };
}

/** A converter finer than the wire carries (wfdb spreads 32 bits over the signal): its values to the nanovolt. */
function inNanovolts(counts: Counts, gain: number, offset: number): Counts {
  const none = noSampleOf(counts);
  return nanovolts(Float64Array.from(counts, (count) => (count === none ? NaN : (count - offset) / gain)), 1);
}

function aduPerMv(gain: number, unit: string, where: string, warnings: RecordWarning[]): number {
  const voltage = voltageOf(unit)!;
  if (voltage.mv === undefined) {
    warnings.push({ code: 'no-gain', what: `unit ${unit} says nothing of mV: ${DEFAULT_GAIN} adu/mV taken`, where });
    return DEFAULT_GAIN;
  }
  if (voltage.doubt !== undefined) warnings.push({ code: 'unit', what: voltage.doubt, where });
  return gain / voltage.mv;
}

/** A lead in mV; NaN where there is no sample. */
export function millivoltsOf({ counts, aduPerMv, offsetAdu }: Pick<RecordLead, 'counts' | 'aduPerMv' | 'offsetAdu'>): Float32Array {
  const none = noSampleOf(counts);
  return Float32Array.from(counts, (count) => (count === none ? NaN : (count - offsetAdu) / aduPerMv));
}

/**
 * A record as it may be written: leads under the names by which they are understood again, baselines whole. A baseline between two counts,
 * as EDF and DICOM have them, becomes whole by counting in nanovolts.
 */
export function writable({ rateHz, startMs, leads, comments, simulated }: EcgRecord): WrittenRecord {
  return {
    rateHz,
    startMs: startMs === START_UNKNOWN_MS ? undefined : startMs,
    leads: leads.map(({ name, label, origin, aduPerMv, offsetAdu, counts }) => ({
      name: origin === 'modified' ? label : name,
      ...(Number.isInteger(offsetAdu) ? { aduPerMv, offsetAdu, counts } : { aduPerMv: NANOVOLTS_PER_MV, offsetAdu: 0, counts: inNanovolts(counts, aduPerMv, offsetAdu) }),
    })),
    comments: simulated && !comments.includes(SIMULATED_COMMENT) ? [...comments, SIMULATED_COMMENT] : comments,
  };
}

/** Leads of the twelve that a record neither has nor gives by two limb leads or by EASI. */
export function missingLeads({ leads }: Pick<EcgRecord, 'leads'>): readonly Lead[] {
  const names = new Set(leads.map(({ name }) => name));
  if (['ES', 'AS', 'AI'].every((name) => names.has(name))) return [];
  const hasLimbs = LEADS.filter((lead) => isLimbLead(lead) && names.has(lead)).length >= 2;
  return LEADS.filter((lead) => !names.has(lead) && !(hasLimbs && isLimbLead(lead)));
}

function signalsText(labels: readonly string[]): string {
  return `signal${labels.length > 1 ? 's' : ''} ${labels.map((label) => (label === '' ? 'without a name' : label)).join(', ')}`;
}

/** All that a person must know of a record before its figures are believed: what was odd, what was skipped, what is missing. */
export function noticesOf(record: EcgRecord, where = record.name): readonly RecordWarning[] {
  const missing = missingLeads(record);
  const further = record.leads.filter(({ name }) => !isStandard(name)).map(({ name }) => name);
  return [
    ...record.warnings,
    ...[...new Set(record.skipped.map(({ why }) => why))].map((why) => ({ code: 'skipped-signal' as const, what: `${signalsText(record.skipped.filter((one) => one.why === why).map(({ label }) => label))} skipped: ${why}`, where })),
    ...(further.length === 0 ? [] : [{ code: 'further-lead' as const, what: `${further.join(', ')}: outside the twelve leads, used for beats and rates alone`, where }]),
    ...(missing.length === 0 ? [] : [{ code: 'missing-leads' as const, what: missing.length === LEADS.length ? 'none of the twelve leads is there' : `leads missing: ${leadsText(missing)}`, where }]),
  ];
}
