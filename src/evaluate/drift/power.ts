import { chance } from '../encoder/index.js';
import type { Point } from '../representation/index.js';
import { distancesOf, driftThreshold, energyDistance, shuffled, within } from './energy.js';

/** A segment as the drift of a ward is simulated with it. */
export interface DriftRecord {
  readonly patient: string;
  readonly embedding: Point;
  readonly isAbnormal: boolean;
}

/** How often a window is reported as drifted: where nothing has changed, and where so many more are abnormal. */
export interface DriftFigures {
  readonly window: number;
  readonly reference: number;
  readonly abnormal: number;
  readonly abnormalThen: number;
  readonly windows: number;
  readonly falseAlarms: number;
  readonly power: number;
}

const SPLITS = 60;
const WINDOWS = 5;
/** Of the patients; the windows are drawn from the others. */
const REFERENCE = 0.65;

/**
 * Simulated: real recordings, of which windows are drawn by chance. Sixty times patients are dealt to a frozen reference and a rest, and of the rest five windows are drawn as they come, and
 * five with `more` times the share of abnormal ones, a recording at most once in a window. Throws RangeError where there are too few.
 */
export function driftFigures(records: readonly DriftRecord[], window: number, more: number, seed: number): DriftFigures {
  const n = records.length;
  const distances = distancesOf(records.map(({ embedding }) => embedding));
  const abnormal = records.filter(({ isAbnormal }) => isAbnormal).length / n;
  const then = abnormal * more;
  if (!(abnormal > 0 && then < 1)) throw new RangeError(`of ${n} recordings ${Math.round(100 * abnormal)}% are abnormal: there cannot be ${more} times as many`);
  const random = chance(seed);
  let [falseAlarms, detected, held] = [0, 0, 0];
  const byPatient = new Map<string, number[]>();
  records.forEach(({ patient }, i) => byPatient.set(patient, [...(byPatient.get(patient) ?? []), i]));
  for (let split = 0; split < SPLITS; split++) {
    const sides = [...byPatient.values()].map((places) => ({ places, isReference: random() < REFERENCE }));
    const [patients, others] = [true, false].map((is) => sides.flatMap(({ places, isReference }) => (isReference === is ? [places] : [])));
    const [reference, rest] = [patients.flat(), others.flat()];
    const threshold = driftThreshold(distances, n, patients, window, seed + split);
    held += reference.length / SPLITS;
    const usual = within(distances, n, reference);
    const isDrifted = (share: number) => energyDistance(distances, n, drawn(rest, records, share, window, random), reference, usual) > threshold;
    for (let k = 0; k < WINDOWS; k++) {
      if (isDrifted(abnormal)) falseAlarms++;
      if (isDrifted(then)) detected++;
    }
  }
  const windows = SPLITS * WINDOWS;
  return { window, reference: Math.round(held), abnormal, abnormalThen: then, windows, falseAlarms: falseAlarms / windows, power: detected / windows };
}

/** As many abnormal ones as so many draws at that share give. */
function drawn(places: readonly number[], records: readonly DriftRecord[], share: number, count: number, random: () => number): readonly number[] {
  let wanted = 0;
  for (let i = 0; i < count; i++) if (random() < share) wanted++;
  const order = shuffled(places, random);
  const [abnormal, others] = [true, false].map((is) => order.filter((i) => records[i].isAbnormal === is));
  if (abnormal.length < wanted || others.length < count - wanted) throw new RangeError(`a window of ${count} with ${wanted} abnormal recordings: there are ${abnormal.length} and ${others.length} others to draw from`);
  return [...abnormal.slice(0, wanted), ...others.slice(0, count - wanted)];
}
