import { streamKey, uniform } from './chance.js';
import { CONDITION_IDS, type ConditionId } from './conditions.js';
import { createPatient, type Patient } from './patient.js';
import { draw, type Profile } from './profile.js';
import type { PatientSpec } from './spec.js';

export interface WardOptions {
  readonly rateHz?: number;
  readonly noise?: PatientSpec['noise'];
}

/** Who lies in a bed: condition by the profile's weights, in some beds not there yet at the start. Depends on bed and seed alone. */
export function wardBed(bed: number, seed: number, profile: Profile, options: WardOptions = {}): Patient {
  const own = streamKey(seed, `bed ${bed}`);
  const condition = weighted(profile.ward.weights, uniform(own, 0));
  const appears = condition !== 'sinus-rhythm' && uniform(own, 1) < profile.ward.appearingShare;
  const spec: PatientSpec = {
    condition,
    rateHz: options.rateHz,
    onsetS: appears ? draw(profile.ward.appearsAfterS, streamKey(own, 'appears')) : undefined,
    noise: options.noise ?? draw(profile.ward.noiseLevel, streamKey(own, 'noise')),
  };
  return createPatient(spec, own, profile);
}

/** Beds 0 … count − 1. */
export function wardOf(count: number, seed: number, profile: Profile, options: WardOptions = {}): Patient[] {
  return Array.from({ length: count }, (_, bed) => wardBed(bed, seed, profile, options));
}

function weighted(weights: Profile['ward']['weights'], u: number): ConditionId {
  const sum = CONDITION_IDS.reduce((total, id) => total + (weights[id] ?? 0), 0);
  let left = u * sum;
  for (const id of CONDITION_IDS) {
    left -= weights[id] ?? 0;
    if (left < 0) return id;
  }
  return 'sinus-rhythm';
}
