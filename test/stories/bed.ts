/** A bed as a ward has it: samples through assembling, grading and deciding by rules alone. */
import { ASSEMBLE_FROM_START, initial as assembled, physical, step as assemble } from '../../src/assemble/index.js';
import { initial, step } from '../../src/decide/index.js';
import type { AlertEvent, BeatKind, Chunk } from '../../src/ecg/index.js';
import { type Followed, grade } from '../../src/grade/index.js';
import { unscoredOutcome } from '../../src/line/outcome.js';
import { type ConditionId, createPatient, patientChunks, type PatientSpec, readProfile } from '../../src/simulate/index.js';
import { policyWith } from '../decide/series.js';

export const RATE_HZ = 250;
const policy = policyWith({});

/** What is reported of a bed, and what its beats are called; the encoder is away. */
export function reportedOf(chunks: Iterable<Chunk>): { readonly events: readonly AlertEvent[]; readonly kinds: readonly BeatKind[] } {
  let [room, bed] = [assembled('bed-1'), initial('e-1')];
  let followed: Followed | undefined;
  let offset = 0;
  const events: AlertEvent[] = [];
  const kinds: BeatKind[] = [];
  for (const chunk of chunks) {
    const { state, out } = assemble(room, { type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_FROM_START);
    room = state;
    for (const segment of out.segments) {
      const graded = grade(segment, physical(segment), followed);
      followed = graded.followed;
      if (graded.gates.morphology) kinds.push(...graded.kinds.map(({ kind }) => kind));
      const outcome = { ...unscoredOutcome(segment, graded, { encounter: 'e-1', knownConditions: [], contextOffset: 0 }, 0, { model: '', modelHash: '' }), status: 'unscored', findings: [] } as const;
      const decided = step(bed, { type: 'outcome', outcome, partition: 0, offset: offset++ }, policy);
      bed = decided.state;
      events.push(...decided.out.events.map(({ event }) => event));
    }
  }
  return { events: events.filter(({ snapshot }) => !snapshot.finding.startsWith('technical-')), kinds };
}

export const alertsOf = (chunks: Iterable<Chunk>): readonly AlertEvent[] => reportedOf(chunks).events;

export async function simulated(condition: ConditionId, seed: number, minutes: number, more: Partial<PatientSpec> = {}): Promise<Chunk[]> {
  const patient = createPatient({ condition, rateHz: RATE_HZ, onsetS: 60, noise: 1, ...more }, seed, await readProfile('models/patients.json'));
  const made = patientChunks(patient, { device: 'bed-1', epoch: 1, chunkMs: 10_000, startMs: Date.UTC(2026, 0, 1) });
  return Array.from({ length: minutes * 6 }, (_, i) => made.chunkAt(i));
}

export const raised = (events: readonly AlertEvent[]) => events.filter(({ state, snapshot }) => state === 'raised' && snapshot.channel === 'bedside');
