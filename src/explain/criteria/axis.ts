import type { Text } from '../text.js';
import { SOURCES } from './sources.js';

/** Frontal axis of the QRS: where it begins and ends, degrees. */
export interface AxisClass {
  readonly id: 'normal' | 'left' | 'right' | 'extreme';
  readonly name: Text;
  readonly from: number;
  readonly to: number;
}

/** AHA/ACCF/HRS 2009: adults. */
export const AXES: readonly AxisClass[] = [
  { id: 'normal', name: { en: 'normal axis', de: 'normaler Lagetyp' }, from: -30, to: 90 },
  { id: 'left', name: { en: 'left axis deviation', de: 'überdrehter Linkstyp' }, from: -90, to: -31 },
  { id: 'right', name: { en: 'right axis deviation', de: 'Rechtstyp' }, from: 91, to: 180 },
  { id: 'extreme', name: { en: 'extreme axis deviation', de: 'extremer Lagetyp' }, from: -180, to: -91 },
];

export const AXIS_CITATION = SOURCES.conduction;

/** @param deg whole degrees, −180 to 180 */
export function axisClassOf(deg: number): AxisClass {
  return AXES.find(({ from, to }) => deg >= from && deg <= to)!;
}
