import type { Measurements } from '../../ecg/index.js';
import { shownValue, type Text } from '../text.js';
import { SOURCES } from './sources.js';

type Sex = 'female' | 'male' | undefined;

/** An interval or a rate, and the range that is normal in an adult. */
export interface Range {
  readonly id: 'heartRateBpm' | 'rrMs' | 'prMs' | 'qrsMs' | 'qtMs' | 'qtcMs';
  readonly name: Text;
  readonly unit: string;
  readonly of: (measurements: Measurements) => number | undefined;
  /** Inclusive; Infinity or 0: no limit on that side. */
  readonly normal: (sex: Sex) => readonly [low: number, high: number];
  readonly citation: string;
}

const rrOf = ({ heartRateBpm }: Measurements): number | undefined => (heartRateBpm === undefined || heartRateBpm <= 0 ? undefined : 60_000 / heartRateBpm);

/** Of an adult at rest. QTc by Fridericia: long from 450 ms (men) and 460 ms (women, or an unknown sex), short up to 390 ms. QT itself depends on the rate: it has no range. */
export const RANGES: readonly Range[] = [
  { id: 'heartRateBpm', name: { en: 'Heart rate', de: 'Herzfrequenz' }, unit: '/min', of: ({ heartRateBpm }) => heartRateBpm, normal: () => [60, 100], citation: `${SOURCES.supraventricular}; below 60 as recordings are labelled (${SOURCES.bradycardia} has 50)` },
  { id: 'prMs', name: { en: 'PR interval', de: 'PQ-Intervall' }, unit: 'ms', of: ({ prMs }) => prMs, normal: () => [120, 200], citation: SOURCES.bradycardia },
  { id: 'qrsMs', name: { en: 'QRS duration', de: 'QRS-Dauer' }, unit: 'ms', of: ({ qrsMs }) => qrsMs, normal: () => [60, 110], citation: SOURCES.conduction },
  { id: 'qtMs', name: { en: 'QT interval', de: 'QT-Intervall' }, unit: 'ms', of: ({ qtMs }) => qtMs, normal: () => [0, Infinity], citation: SOURCES.repolarisation },
  { id: 'qtcMs', name: { en: 'QTc (Fridericia)', de: 'QTc (Fridericia)' }, unit: 'ms', of: ({ qtcMs }) => qtcMs, normal: (sex) => [391, sex === 'male' ? 449 : 459], citation: `${SOURCES.repolarisation}; ${SOURCES.fridericia}` },
];

/** Between two beats: the rate by other words. */
export const RR_RANGE: Range = { id: 'rrMs', name: { en: 'RR interval', de: 'RR-Intervall' }, unit: 'ms', of: rrOf, normal: () => [600, 1000], citation: SOURCES.supraventricular };

export type Place = 'below' | 'within' | 'above';

/** Where a number lies: of what is shown, so that text and judgement agree. Whole numbers. */
export function placeOf(value: number, [low, high]: readonly [number, number]): Place {
  const shown = shownValue(value, 0);
  return shown < low ? 'below' : shown > high ? 'above' : 'within';
}
