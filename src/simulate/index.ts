/**
 * Simulated patients: twelve leads from a seed, at any rate, with the truth beside them. For plumbing, timing, rules
 * and faults; a model's accuracy on them says nothing. Everything is pure but `files.ts`.
 */
export { SimulationError, type SimulationErrorCode } from './errors.js';
export { CONDITION_IDS, CONDITIONS, type Condition, type ConditionId, type Rhythm } from './conditions.js';
export { type Distribution, type Profile, type Trait, type Traits } from './profile.js';
export { readProfile, PROFILE_FILE } from './files.js';
export { conditionNamed, type PatientSpec } from './spec.js';
export { createPatient, type Patient, type Rendered } from './patient.js';
export { prolonged, type ProlongedRecording, type ShortRecording } from './prolonged.js';
export { countsOf, patientChunks, type PatientChunkOptions, type PatientChunks } from './chunks.js';
export { wardBed, wardOf, type WardOptions } from './ward.js';
export type { Beat, Fiducial, TrueFinding, Truth } from './truth.js';
export type { BeatKind } from './rhythm.js';
export type { Episode, OffShows } from './episodes.js';
export type { Electrode, NoiseLevels } from './noise.js';
