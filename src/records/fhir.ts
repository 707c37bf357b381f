import { cutText, isPlausibleTime, type Lead, leadNamed, leadNumbered, MDC_ECG } from '../ecg/index.js';
import { zonedMs } from './dates.js';
import { RecordError, type RecordWarning } from './errors.js';
import { numbersIn, signalOf } from './numbers.js';
import { gapsIn, type Piece, placed } from './pieces.js';
import { contradiction } from './leads.js';
import { type FileRecording, type OpenFile, saysSimulated, SIMULATED_COMMENT } from './record.js';
import { textOf } from './text.js';
import { voltageOf } from './units.js';

const DIMENSIONS_MAX = 64;
/** Error, below and above what was detectable. */
const NO_SAMPLE = ['E', 'L', 'U'];
/** ObservationStatus of observations that were withdrawn or never made. */
const TAKEN_BACK = ['entered-in-error', 'cancelled'];
/** Seconds in one of R5's units of the interval (UCUM). */
const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60 };

/** Of anyone's making: each field is checked where it is read. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = { readonly [key: string]: any };

/**
 * FHIR Observations with SampledData, alone or in a Bundle: R4 (`period` in ms) and R5 (`interval`, `intervalUnit`). E, L and U are no samples.
 * Source: hl7.org/fhir/R4/datatypes.html#SampledData and R5. @throws RecordError `unreadable`, `bad-header`
 */
export function readFhir({ where, bytes }: OpenFile): FileRecording {
  let resource: Json;
  try {
    resource = JSON.parse(textOf(bytes));
  } catch (cause) {
    throw new RecordError('unreadable', 'not JSON', where, 'the file is cut short, or another format', { cause });
  }
  const warnings: RecordWarning[] = [];
  const observations: readonly Json[] = resource['resourceType'] === 'Bundle' ? listed(resource['entry']).map((entry) => entry['resource'] as Json) : [resource];
  const found: (Omit<Piece, 'atS'> & { readonly ms?: number })[] = [];
  for (const observation of observations) {
    if (observation?.['resourceType'] !== 'Observation') continue;
    if (TAKEN_BACK.includes(observation['status'])) {
      warnings.push({ code: 'skipped-signal', what: `an observation skipped: its status is ${observation['status']}`, where });
      continue;
    }
    const ms = timeOf(observation, where, warnings);
    for (const part of [observation, ...listed(observation['component'])]) {
      if (part['valueSampledData'] !== undefined) found.push(...signalsOf(part, part['valueSampledData'], where, warnings).map((signal) => ({ ...signal, ms })));
    }
  }
  const subjects = new Set(observations.flatMap((one) => (one?.['resourceType'] === 'Observation' ? (one['subject']?.['reference'] ?? one['subject']?.['identifier']?.['value'] ?? []) : [])).map(String));
  if (subjects.size > 1) throw new RecordError('unsupported', `observations of ${subjects.size} subjects in one Bundle`, where, 'a recording is of one person: write a Bundle for each');
  if (found.length === 0 && warnings.length === 0) throw new RecordError('bad-header', 'no Observation with valueSampledData', where, 'an ECG in FHIR is an Observation, or a Bundle of them, with SampledData a lead');
  const startMs = found.reduce<number | undefined>((first, { ms }) => (ms === undefined ? first : Math.min(first ?? ms, ms)), undefined);
  const pieces = found.map(({ ms, ...signal }) => ({ ...signal, atS: ms === undefined || startMs === undefined ? 0 : (ms - startMs) / 1000 }));
  const isSimulated = observations.some((one) => listed(one?.['meta']?.['security']).some((label) => label['code'] === 'HTEST') || listed(one?.['note']).some((note) => saysSimulated(String(note['text']))));
  return { where, startMs, signals: placed(gapsIn(pieces, where, warnings), where, warnings), comments: isSimulated ? [SIMULATED_COMMENT] : [], warnings };
}

const listed = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []);

function timeOf(observation: Json, where: string, warnings: RecordWarning[]): number | undefined {
  const said = observation['effectiveDateTime'] ?? observation['effectivePeriod']?.['start'] ?? observation['effectiveInstant'];
  if (said === undefined) return undefined;
  const ms = zonedMs(String(said));
  if (isPlausibleTime(ms)) return ms;
  warnings.push({ code: 'time', what: `time ${cutText(String(said), 32)} is no start of a signal: an instant with its zone`, where });
  return undefined;
}

function signalsOf(part: Json, sampled: Json, where: string, warnings: RecordWarning[]): Omit<Piece, 'atS'>[] {
  const { label, lead, contradiction } = nameOf(part);
  if (contradiction !== undefined) {
    warnings.push({ code: 'skipped-signal', what: contradiction, where });
    return [];
  }
  const at = `${where} ${label}`;
  const bad = (what: string, hint: string) => new RecordError('bad-header', what, at, hint);
  const dimensions = Number(sampled['dimensions'] ?? 1);
  if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= DIMENSIONS_MAX)) throw bad(`dimensions is ${cutText(String(sampled['dimensions']), 32)}`, `1 to ${DIMENSIONS_MAX}`);
  const periodS = sampled['interval'] === undefined ? Number(sampled['period']) / 1000 : Number(sampled['interval']) * (SECONDS[String(sampled['intervalUnit'] ?? 'ms')] ?? NaN);
  if (!(periodS > 0)) throw bad('no period of samples', 'R4 has period in ms, R5 interval and intervalUnit (s, ms, us)');
  if (typeof sampled['data'] !== 'string') throw bad('no data', 'SampledData has its samples in data; offsets and codes are not read');
  const unit = String(sampled['origin']?.['code'] ?? sampled['origin']?.['unit'] ?? '');
  const [scale, origin] = [Number(sampled['factor'] ?? 1), Number(sampled['origin']?.['value'] ?? 0)];
  if (!(Number.isFinite(scale) && scale !== 0 && Number.isFinite(origin))) throw bad('factor or origin is no number', 'value = origin + factor × data');
  const values = numbersIn(sampled['data'], NO_SAMPLE, label, where, warnings);
  const rateHz = Math.round(1e6 / periodS) / 1e6;
  return Array.from({ length: dimensions }, (_, k) => ({
    label: dimensions === 1 ? label : `${label}-${k + 1}`,
    lead: dimensions === 1 ? lead : undefined,
    rateHz,
    ...signalOf(dimensions === 1 ? values : values.filter((__, i) => i % dimensions === k), scale, origin, unit, voltageOf(unit)?.mv),
  }));
}

/** By 11073's code, else by what it is called. */
function nameOf(part: Json): { readonly label: string; readonly lead?: Lead; readonly contradiction?: string } {
  const codings = listed(part['code']?.['coding']);
  const numbered = codings.map((coding) => leadNumbered(Number(coding['code']) - MDC_ECG)).find((lead) => lead !== undefined);
  const names = [part['code']?.['text'], ...codings.flatMap((coding) => [coding['display'], coding['code']])].filter((one): one is string => typeof one === 'string' && one !== '');
  const label = (names.find((name) => leadNamed(name) !== undefined) ?? names[0] ?? 'ECG').slice(0, 128);
  return { label, lead: numbered, contradiction: contradiction(numbered, names) };
}
