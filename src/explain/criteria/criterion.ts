import type { Association, Measurements } from '../../ecg/index.js';
import { type Measured, measured } from '../because.js';
import type { SectionId } from '../sections.js';
import { shownValue, type Text } from '../text.js';

/** What a criterion may look at. */
export interface Seen {
  readonly measurements: Measurements;
  readonly patient: Pick<Association, 'ageYears' | 'sex'>;
  /** What is said of the segment. */
  readonly said?: ReadonlySet<string>;
}

/** One number against one limit, as a guideline has it. */
export interface Criterion {
  readonly id: string;
  readonly name: Text;
  readonly section: SectionId;
  readonly citation: string;
  readonly unit: string;
  readonly digits: number;
  /** How number and limit stand where the criterion is met. */
  readonly is: 'at least' | 'over' | 'below';
  /** Undefined: it does not apply to the patient, whose sex is unknown, say. */
  readonly limit: (patient: Seen['patient']) => number | undefined;
  /** The number, and what it was made of; undefined: not measured. */
  readonly of: (seen: Seen) => { readonly value: number; readonly from: readonly Measured[] } | undefined;
  /** It means nothing where one of these is said. */
  readonly notBeside: readonly string[];
  /** Terms that it is a criterion of. */
  readonly bears: readonly string[];
  /** Whether it is said where it is not met. */
  readonly saidWhenNot: boolean;
}

/** Limits and ranges here are of adults. */
const ADULT_YEARS = 18;

/** Of an unknown age: no. */
export function isChild({ ageYears }: Seen['patient']): boolean {
  return ageYears !== undefined && ageYears < ADULT_YEARS;
}

/** How large R and S are in a lead; undefined: not measured there. */
export function rOf({ voltages }: Measurements, lead: string): Measured | undefined {
  const found = voltages.find((one) => one.lead === lead);
  return found && measured('voltages.rMv', found.rMv, 'mV', lead);
}

export function sOf({ voltages }: Measurements, lead: string): Measured | undefined {
  const found = voltages.find((one) => one.lead === lead);
  return found && measured('voltages.sMv', found.sMv, 'mV', lead);
}

/** Undefined: not measured, a child, no limit for the patient, or it means nothing beside what is said. */
export function judged(criterion: Criterion, seen: Seen): { readonly met: boolean; readonly value: number; readonly limit: number; readonly from: readonly Measured[] } | undefined {
  if (isChild(seen.patient) || criterion.notBeside.some((term) => seen.said?.has(term))) return undefined;
  const limit = criterion.limit(seen.patient);
  const found = criterion.of(seen);
  if (limit === undefined || found === undefined) return undefined;
  const value = shownValue(found.value, criterion.digits);
  const met = criterion.is === 'at least' ? value >= limit : criterion.is === 'over' ? value > limit : value < limit;
  return { met, value, limit, from: found.from };
}
