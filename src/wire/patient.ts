import type { Association } from '../ecg/index.js';

type Patient = Pick<Association, 'ageYears' | 'sex'>;

const SEXES: readonly Patient['sex'][] = [undefined, 'female', 'male'];
const AGE_MAX_YEARS = 150;

/** Age and sex as every message has them: 0 where they are unknown. */
export function patientMessage({ ageYears, sex }: Patient): { ageYears: number; sex: number } {
  return { ageYears: ageYears ?? 0, sex: SEXES.indexOf(sex) };
}

/** Undefined where a message does not state it, or states what nobody is. */
export function patientOf(message: { readonly ageYears: number; readonly sex: number }): Patient {
  const ageYears = message.ageYears > 0 && message.ageYears <= AGE_MAX_YEARS ? message.ageYears : undefined;
  const sex = SEXES[message.sex];
  return { ...(ageYears !== undefined && { ageYears }), ...(sex !== undefined && { sex }) };
}
