import { z } from 'zod';
import { normal, streamKey } from './chance.js';
import { CONDITION_IDS, type ConditionId } from './conditions.js';
import { SimulationError } from './errors.js';

/** What is drawn once for a patient; each name ends in its unit or is a share. */
export const TRAITS = [
  'ageYears', 'maleShare', 'heartRateBpm', 'pMs', 'prMs', 'qrsMs', 'qtcMs', 'axisDeg', 'pMv', 'rMv', 'tMv',
  'lfMs', 'hfMs', 'respirationHz', 'respirationShare',
  'stMv', 'rrCv', 'fWaveHz', 'fWaveMv', 'pvcPerMinute', 'escapeBpm', 'conductedPerDrop',
] as const;
export type Trait = (typeof TRAITS)[number];
export type Traits = Readonly<Record<Trait, number>>;

const NOISES = [
  'wanderMv', 'emgMv', 'mainsMv', 'mainsHz', 'adcMv', 'motionPerHour', 'motionMv', 'leadOffPerHour', 'leadOffS',
] as const;
export type NoiseTrait = (typeof NOISES)[number];

const distribution = z.strictObject({
  mean: z.number(),
  sd: z.number().min(0),
  min: z.number(),
  max: z.number(),
  /** Where the numbers are from. */
  cite: z.string().min(1),
}).refine((d) => d.min <= d.mean && d.mean <= d.max, 'min, mean and max are out of order');
export type Distribution = z.infer<typeof distribution>;

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  about: z.string(),
  healthy: z.record(z.enum(TRAITS), distribution),
  conditions: z.partialRecord(z.enum(CONDITION_IDS), z.partialRecord(z.enum(TRAITS), distribution)),
  noise: z.record(z.enum(NOISES), distribution),
  ward: z.strictObject({
    about: z.string(),
    /** Of how many beds in a row the disease is not there yet at the start. */
    appearingShare: z.number().min(0).max(1),
    appearsAfterS: distribution,
    noiseLevel: distribution,
    weights: z.partialRecord(z.enum(CONDITION_IDS), z.number().min(0)),
  }),
});

/** Distributions of what makes a patient, with their sources (`models/patients.json`). */
export type Profile = z.infer<typeof schema>;

/** @param where what to call it in the error @throws SimulationError `bad-profile` */
export function parseProfile(text: string, where = 'profile'): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SimulationError('bad-profile', 'not JSON', where, (cause as Error).message, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SimulationError('bad-profile', issue.message, where, `at ${issue.path.join('.') || 'the top'}`);
}

const REDRAWS_MAX = 32;

/** One value of a normal distribution cut at its ends; the same for the same key. */
export function draw(d: Distribution, key: number): number {
  for (let index = 0; index < REDRAWS_MAX; index++) {
    const value = d.mean + d.sd * normal(key, index);
    if (value >= d.min && value <= d.max) return value;
  }
  return d.mean;
}

/** A patient's traits, in health or with a condition. One name is one draw, so that both are the same person. */
export function drawTraits(profile: Profile, condition: ConditionId | undefined, seed: number): Traits {
  const own = condition === undefined ? {} : profile.conditions[condition] ?? {};
  return Object.fromEntries(TRAITS.map((trait) =>
    [trait, draw(own[trait] ?? profile.healthy[trait], streamKey(seed, `trait ${trait}`))])) as Record<Trait, number>;
}

export function drawNoise(profile: Profile, seed: number): Readonly<Record<NoiseTrait, number>> {
  return Object.fromEntries(NOISES.map((trait) =>
    [trait, draw(profile.noise[trait], streamKey(seed, `noise ${trait}`))])) as Record<NoiseTrait, number>;
}
