import { type Policy, type SubjectState, withDemoted } from '../../decide/index.js';
import type { Demotion, OperatingPoint } from '../../ecg/index.js';
import { type NewRecord, type PartitionAssignment, POSITION_SUBJECT, type Topic } from '../../ports/index.js';
import { CheckpointError, decodeDecidePosition, decodeDemoted, decodeOwedEvidence, decodeSubjectCheckpoint, encodeDecidePosition, encodeDemoted, encodeOwedEvidence, encodeSubjectCheckpoint } from '../../wire/index.js';
import { Checkpoints } from '../checkpoints.js';
import type { OwedEvidence } from './update.js';

/** Offset of the next record of each input. */
export type Position = Readonly<Partial<Record<Topic, number>>>;

/** Subjects kept of a partition; beyond it the one unheard of for longest, without an active alert, is forgotten. */
const SUBJECTS_MAX = 10_000;

const SUBJECT = 'subject/';
const EVIDENCE = 'evidence/';
const DEMOTED = '@demoted';

/** The state store of one partition of the decide step: its subjects, the demoted findings, and the evidence that is owed. */
export class SubjectStore {
  readonly position: Position;
  /** Of alerts whose evidence was not written yet when the last owner ended. */
  readonly owed: readonly OwedEvidence[];
  private readonly states = new Map<string, SubjectState>();
  private readonly checkpoints: Checkpoints;
  private demotedPoints: readonly OperatingPoint[];
  private demotedPolicy: Policy;

  constructor(
    assignment: PartitionAssignment,
    private readonly basePolicy: Policy,
    onUnreadable: (error: CheckpointError) => void,
  ) {
    this.checkpoints = new Checkpoints(assignment);
    const [position, demoted] = [POSITION_SUBJECT, DEMOTED].map((subject) => this.checkpoints.get(subject));
    this.position = position === undefined ? {} : decodeDecidePosition(position);
    this.demotedPoints = demoted === undefined ? [] : decodeDemoted(demoted);
    this.demotedPolicy = withDemoted(basePolicy, this.demotedPoints);
    for (const [subject, bytes] of this.checkpoints.under(SUBJECT)) {
      const state = readable(() => decodeSubjectCheckpoint(bytes), onUnreadable);
      if (state !== undefined) this.states.set(subject, state);
    }
    this.owed = this.checkpoints.under(EVIDENCE).flatMap(([, bytes]) => readable(() => decodeOwedEvidence(bytes), onUnreadable) ?? []);
  }

  get policy(): Policy {
    return this.demotedPolicy;
  }

  /** By the key of `subjectKey`; undefined: nothing is known of it. */
  find(subject: string): SubjectState | undefined {
    return this.states.get(subject);
  }

  /** False: nothing of it changed. */
  put(subject: string, state: SubjectState): boolean {
    const before = this.states.get(subject);
    // Set again, so that the map stays in the order of last records.
    this.states.delete(subject);
    this.states.set(subject, state);
    return before !== state;
  }

  /** Beyond the bound, the subject unheard of for longest that has no active alert. Record by record, so that it does not depend on how they are cut. */
  forget(): string | undefined {
    if (this.states.size <= SUBJECTS_MAX) return undefined;
    for (const [subject, { findings }] of this.states) {
      if (Object.values(findings).some((finding) => finding.active !== undefined)) continue;
      this.states.delete(subject);
      return subject;
    }
    return undefined;
  }

  /** From the next record on; the same again changes nothing. Bounded by what the policy has. Returns its checkpoint where it is new. */
  demote({ point }: Demotion): NewRecord[] {
    const isKnown = this.demotedPoints.some((one) => one.finding === point.finding && one.modelHash === point.modelHash && one.threshold === point.threshold);
    if (isKnown || !this.basePolicy.entries.has(point.finding)) return [];
    this.demotedPoints = [...this.demotedPoints.filter(({ finding }) => finding !== point.finding), point];
    this.demotedPolicy = withDemoted(this.basePolicy, this.demotedPoints);
    return [this.checkpoints.record(DEMOTED, encodeDemoted(this.demotedPoints))];
  }

  /** Undefined: forgotten. */
  stateRecord(subject: string, state: SubjectState | undefined): NewRecord {
    return this.checkpoints.record(SUBJECT + subject, state === undefined ? null : encodeSubjectCheckpoint(state));
  }

  owedRecord(owed: OwedEvidence): NewRecord {
    return this.checkpoints.record(evidenceSubject(owed), encodeOwedEvidence(owed));
  }

  settledRecord(owed: OwedEvidence): NewRecord {
    return this.checkpoints.record(evidenceSubject(owed), null);
  }

  positionRecord(position: Position): NewRecord {
    return this.checkpoints.record(POSITION_SUBJECT, encodeDecidePosition(position));
  }
}

const evidenceSubject = ({ alertId, segment }: OwedEvidence): string => `${EVIDENCE}${alertId}/${segment}`;

/** What cannot be read is its subject's alone: the subject starts afresh, and the partition continues. */
function readable<State>(decode: () => State, onUnreadable: (error: CheckpointError) => void): State | undefined {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    onUnreadable(error);
    return undefined;
  }
}
