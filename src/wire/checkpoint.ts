import { z } from 'zod';
import { type BeatState, beatState } from './beat-state.js';
import { deflatedState, inflatedState } from './deflate.js';
import { type DeviceState, deviceState } from './device-state.js';
import * as pb from './gen/ecg/v1/checkpoint.js';
import type { Frozen } from './frozen.js';
import { source, storedSubjectState, type SubjectState, subjectState } from './subject-state.js';

/**
 * What the steps keep in ecg.checkpoints.v1: JSON that grows by addition only, so that engines of two versions of one layout can take a
 * partition from each other. A kind that cannot be read is a CheckpointError, never a guess.
 */
const PLAIN = 1;
/** The same, deflated. */
const DEFLATED = 2;

/** A state that this engine cannot continue from. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  constructor(
    readonly what: string,
    /** Which kind of state, and where in it. Holds no value of it. */
    readonly where: string,
    readonly hint: string,
  ) {
    super(`ecg.checkpoints.v1: ${where}: ${what}: ${hint}`);
  }
}

const DAMAGED = 'the record is damaged: restore the topic, or start with new topics';
const ANOTHER_VERSION = 'run the version that wrote it, or start with new topics';

/** How far a partition of ecg.signal.v1 has been read. */
const scorePosition = z.object({
  /** Offset of the next record to read for the first time. */
  next: z.int(),
  /** Offset at or a little before the earliest chunk that any device still needs. */
  lowWater: z.int(),
  /** The partition's time before the record at `lowWater`, ms since 1970. */
  timeMs: z.number(),
  /** Devices that older engines held for silent; newer ones write none here. */
  silent: z.array(z.string()).default([]),
  /** When the log took the oldest record whose outputs are not published yet, ms since 1970; null: all are; absent: an older engine, which does not say. */
  oldestOpenMs: z.number().nullish(),
  /** Partitions of the topic when it was written; absent: an older engine. */
  partitions: z.int().positive().optional(),
});
export type ScorePosition = Readonly<z.output<typeof scorePosition>>;

/** Of a device that is silent; older engines keep nothing but that it is. */
const silenceState = z.object({
  /** It has sent in its silence, but nothing usable. */
  sends: z.boolean().default(false),
  /** Broker time of its last usable record, ms since 1970. */
  usableMs: z.number().optional(),
});
export type SilenceState = Readonly<z.output<typeof silenceState>>;

/** Offset of the next record to decide, by topic. */
const decidePosition = z.record(z.string(), z.int().nonnegative());
export type DecidePosition = Readonly<z.output<typeof decidePosition>>;

const demoted = z.array(z.object({ finding: z.string(), modelHash: z.string(), threshold: z.number() }));
/** Findings that people's verdicts refute: what one model says at one threshold. */
export type Demoted = Readonly<z.output<typeof demoted>>;

const owedEvidence = z.object({ alertId: z.string(), finding: z.string(), isRule: z.boolean(), segment: z.string(), source, key: z.string() });
/** Samples that an alert is still to be kept with. */
export type OwedEvidence = Frozen<z.output<typeof owedEvidence>>;

const deviceCheckpoint = z.object({ asOf: z.int(), lastRecordMs: z.number(), ended: z.boolean(), idle: z.boolean(), snapshot: deviceState });

/** A device's state right after one record. */
export interface DeviceCheckpoint {
  /** Offset of the last record whose effect it holds; `asOf` on the wire. */
  readonly appliedThrough: number;
  /** The partition's time at the device's last record, ms since 1970. */
  readonly lastRecordMs: number;
  /** Its stream said that it ends. */
  readonly ended: boolean;
  /** Its open segments were closed by the idle rule. */
  readonly idle: boolean;
  readonly snapshot: DeviceState;
}

/** Older engines want `silent`. */
export function encodeScorePosition(position: Omit<ScorePosition, 'silent'>): Uint8Array {
  return encodeCheckpoint({ ...position, silent: [] });
}

/** @throws CheckpointError */
export function decodeScorePosition(bytes: Uint8Array): ScorePosition {
  return decoded(bytes, scorePosition, 'score position');
}

export function encodeDecidePosition(position: Readonly<Partial<Record<string, number>>>): Uint8Array {
  return encodeCheckpoint(position);
}

/** @throws CheckpointError */
export function decodeDecidePosition(bytes: Uint8Array): DecidePosition {
  return decoded(bytes, decidePosition, 'decide position');
}

export function encodeDeviceCheckpoint({ appliedThrough, ...rest }: DeviceCheckpoint): Uint8Array {
  return encodeCheckpoint({ asOf: appliedThrough, ...rest });
}

/** @throws CheckpointError */
export function decodeDeviceCheckpoint(bytes: Uint8Array): DeviceCheckpoint & { readonly snapshot: z.output<typeof deviceState> } {
  const { asOf, ...rest } = decoded(bytes, deviceCheckpoint, 'device state', withoutNulls);
  return { appliedThrough: asOf, ...rest };
}

export function encodeSilenceState(state: SilenceState): Uint8Array {
  return encodeCheckpoint(state);
}

/** @throws CheckpointError */
export function decodeSilenceState(bytes: Uint8Array): SilenceState {
  return decoded(bytes, silenceState, 'silence');
}

export function encodeBeatState(state: BeatState): Uint8Array {
  return encodeCheckpoint(state);
}

/** @throws CheckpointError */
export function decodeBeatState(bytes: Uint8Array): BeatState {
  return decoded(bytes, beatState, 'beat state');
}

export function encodeSubjectCheckpoint(state: SubjectState): Uint8Array {
  return encodeCheckpoint(storedSubjectState(state));
}

/** @throws CheckpointError */
export function decodeSubjectCheckpoint(bytes: Uint8Array): SubjectState {
  return decoded(bytes, subjectState, 'subject state', withoutNulls);
}

export function encodeDemoted(points: Demoted): Uint8Array {
  return encodeCheckpoint(points);
}

/** @throws CheckpointError */
export function decodeDemoted(bytes: Uint8Array): Demoted {
  return decoded(bytes, demoted, 'demoted findings');
}

export function encodeOwedEvidence(owed: OwedEvidence): Uint8Array {
  return encodeCheckpoint(owed);
}

/** @throws CheckpointError */
export function decodeOwedEvidence(bytes: Uint8Array): OwedEvidence {
  return decoded(bytes, owedEvidence, 'owed evidence');
}

export function encodeCheckpoint(state: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(state));
  const deflated = deflatedState(text);
  return pb.Checkpoint.encode(deflated === undefined ? { version: PLAIN, state: text } : { version: DEFLATED, state: deflated }).finish();
}

/** Whatever it is, unchecked. @throws CheckpointError */
export function decodeCheckpoint<State>(bytes: Uint8Array): State {
  return parsed(bytes, 'state') as State;
}

/** Undefined: of another layout, or none. */
export function checkpointOf<Kind extends z.ZodType>(bytes: Uint8Array, kind: Kind): z.output<Kind> | undefined {
  try {
    return kind.safeParse(decodeCheckpoint(bytes)).data;
  } catch {
    return undefined;
  }
}

/** Older engines wrote null for a number that was not finite: it is unknown. */
const withoutNulls = (_key: string, value: unknown): unknown => (value === null ? undefined : value);

function decoded<Kind extends z.ZodType>(bytes: Uint8Array, kind: Kind, name: string, reviver?: typeof withoutNulls): z.output<Kind> {
  const result = kind.safeParse(parsed(bytes, name, reviver));
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new CheckpointError(message, [name, ...path.map(String)].join('.'), ANOTHER_VERSION);
}

function parsed(bytes: Uint8Array, name: string, reviver?: typeof withoutNulls): unknown {
  let message: pb.Checkpoint;
  try {
    message = pb.Checkpoint.decode(bytes);
  } catch {
    throw new CheckpointError('not a Checkpoint of ecg.v1', name, 'something else writes to this topic, or the record is damaged: restore the topic, or start with new topics');
  }
  if (message.version !== PLAIN && message.version !== DEFLATED) throw new CheckpointError(`layout ${message.version}, this engine reads ${PLAIN} and ${DEFLATED}`, name, ANOTHER_VERSION);
  const text = textOf(message, name);
  try {
    return JSON.parse(text.toString('utf8'), reviver);
  } catch {
    throw new CheckpointError('its content is not JSON', name, DAMAGED);
  }
}

function textOf({ version, state }: pb.Checkpoint, name: string): Buffer {
  if (version === PLAIN) return Buffer.from(state.buffer, state.byteOffset, state.byteLength);
  try {
    return inflatedState(state);
  } catch {
    throw new CheckpointError('its content cannot be inflated', name, DAMAGED);
  }
}
