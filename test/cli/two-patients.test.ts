import { describe, expect, test } from 'vitest';
import { refuseTwoPatients } from '../../src/cli/explain/segment.js';

const on = (date: string): number => Date.parse(`${date}T00:00:00Z`);
type Side = Parameters<typeof refuseTwoPatients>[0];
const side = (patient: Side['patient'], date?: string): Side => ({ patient, ...(date !== undefined && { startMs: on(date) }) });

describe('an earlier tracing', () => {
  test.each<[string, Side, Side]>([
    ['of nobody in particular', side({}), side({})],
    ['ten years before, ten years younger', side({ ageYears: 70, sex: 'female' }, '2025-03-01'), side({ ageYears: 60, sex: 'female' }, '2015-02-01')],
    ['without dates, younger', side({ ageYears: 70 }), side({ ageYears: 41 })],
    ['of a day that one header does not state', side({ ageYears: 70 }, '2025-03-01'), side({ ageYears: 70 })],
  ])('%s is compared', (_, now, earlier) => expect(() => refuseTwoPatients(now, earlier)).not.toThrow());

  test.each<[string, Side, Side, RegExp]>([
    ['of the other sex', side({ sex: 'male' }), side({ sex: 'female' }), /two patients, by the sex/],
    ['of somebody older', side({ ageYears: 20 }), side({ ageYears: 80 }), /two patients, by the ages/],
    ['a year before, of somebody forty years younger', side({ ageYears: 80 }, '2025-03-01'), side({ ageYears: 40 }, '2024-03-01'), /two patients, by the ages/],
    ['that is the later one', side({}, '2020-03-01'), side({}, '2025-03-01'), /recorded after the other/],
  ])('%s is refused', (_, now, earlier, why) => expect(() => refuseTwoPatients(now, earlier)).toThrow(why));
});
