import { RATE_MAX_HZ, RATE_MIN_HZ } from '../ecg/index.js';
import { CONDITIONS, CONDITION_IDS, type Condition, type ConditionId } from './conditions.js';
import type { OffShows } from './episodes.js';
import { SimulationError } from './errors.js';
import type { Electrode, NoiseLevels } from './noise.js';
import type { Traits } from './profile.js';
import type { TrueFinding } from './truth.js';

/** What a patient is to be; the rest is drawn from the profile by the seed. Times in seconds from the patient's start. */
export interface PatientSpec {
  readonly condition: ConditionId;
  /** 100 … 1000, 500 by default. */
  readonly rateHz?: number;
  /** Healthy before; absent: ill from the start. */
  readonly onsetS?: number;
  /** Healthy again after; absent: it lasts. */
  readonly offsetS?: number;
  /** How long the condition takes to be full; by default its own (15 s for an infarction, 0 for a rhythm). */
  readonly rampS?: number;
  /** 0: none, 1: as on a ward (default), more: worse; or apart for each kind. */
  readonly noise?: number | Partial<NoiseLevels>;
  /** Leads off at given times, beside those that the noise brings. */
  readonly leadOff?: readonly { readonly electrode: Electrode; readonly fromS: number; readonly toS: number; readonly shows: OffShows }[];
  /** Overrides what was drawn, in health and disease. */
  readonly traits?: Partial<Traits>;
}

/** @throws SimulationError `unknown-condition` */
export function conditionNamed(name: string): ConditionId {
  const found = CONDITION_IDS.find((id) => id === name.trim().toLowerCase());
  if (found === undefined) {
    throw new SimulationError('unknown-condition', `no condition ${JSON.stringify(name)}`, 'condition', `one of: ${CONDITION_IDS.join(', ')}`);
  }
  return found;
}

/** @throws SimulationError */
export function checkSpec(spec: PatientSpec): Condition {
  const refuse = (what: string, hint: string): never => { throw new SimulationError('bad-spec', what, 'patient', hint); };
  const condition = CONDITIONS[conditionNamed(spec.condition)];
  const rateHz = spec.rateHz ?? 500;
  if (!(rateHz >= RATE_MIN_HZ && rateHz <= RATE_MAX_HZ)) refuse(`rate is ${rateHz} Hz`, `from ${RATE_MIN_HZ} to ${RATE_MAX_HZ} Hz`);
  if (spec.offsetS !== undefined && spec.offsetS <= (spec.onsetS ?? 0)) refuse('the condition ends before it begins', 'offset after onset');
  if (spec.rampS !== undefined && !(spec.rampS >= 0)) refuse(`ramp is ${spec.rampS} s`, 'zero or more');
  return condition;
}

export function levelsOf(noise: PatientSpec['noise'] = 1): NoiseLevels {
  const all = typeof noise === 'number' ? noise : 1;
  const level = (kind: keyof NoiseLevels): number => (typeof noise === 'number' ? all : noise[kind] ?? 0);
  return {
    wander: level('wander'), emg: level('emg'), mains: level('mains'), motion: level('motion'), leadOff: level('leadOff'), adc: level('adc'),
  };
}

/** Share of the disease at a time: 0 before, a ramp, 1, and back. */
export function illnessOf(spec: PatientSpec, rampS: number): (atS: number) => number {
  const { onsetS = -Infinity, offsetS = Infinity } = spec;
  return (atS) => {
    if (atS < onsetS || onsetS === Infinity) return 0;
    const rise = rampS === 0 || onsetS === -Infinity ? 1 : Math.min(1, (atS - onsetS) / rampS);
    if (atS < offsetS) return rise;
    return rampS === 0 ? 0 : rise * Math.max(0, 1 - (atS - offsetS) / rampS);
  };
}

export function findingsOf(spec: PatientSpec, condition: Condition, rampS: number): TrueFinding[] {
  const { onsetS = 0, offsetS } = spec;
  const ms = (seconds: number): number => Math.round(Math.max(0, seconds) * 1000);
  const healthy = CONDITIONS['sinus-rhythm'].findings;
  const found: TrueFinding[] = condition.findings.map((id) => ({
    id, onsetMs: ms(onsetS), fullMs: ms(onsetS + (spec.onsetS === undefined ? 0 : rampS)), offsetMs: offsetS === undefined ? undefined : ms(offsetS + rampS),
  }));
  if (condition === CONDITIONS['sinus-rhythm']) return [{ ...found[0], onsetMs: 0, fullMs: 0, offsetMs: undefined }];
  for (const id of healthy) {
    if (onsetS > 0) found.push({ id, onsetMs: 0, fullMs: 0, offsetMs: ms(onsetS) });
    if (offsetS !== undefined) found.push({ id, onsetMs: ms(offsetS + rampS), fullMs: ms(offsetS + rampS) });
  }
  return found;
}
