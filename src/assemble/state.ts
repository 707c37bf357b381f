import { type Band, BEFORE_SECONDS, type Chunk, type GapRun, type Opaque, type Placement, type Segment, SEGMENT_SECONDS } from '../ecg/index.js';
import type { Calibration, LeadBuffer } from './lead-buffer.js';

/** How a device's stream is cut. Times in seconds of the device's own samples. */
export interface AssembleOptions {
  /** Distance between the starts of two segments, at most 10 s. */
  readonly strideS: number;
  /** How far out of order chunks may come. */
  readonly horizonS: number;
  /** Shorter rests at an end make no segment. */
  readonly partialMinS: number;
  /** Partition time past a device's last record after which its open segments close. */
  readonly idleMs: number;
  /** A sample at which a segment starts, of a record on file or of samples that are looked at again; undefined: by the device and its epoch. */
  readonly gridFrom?: number;
}

export const ASSEMBLE_DEFAULTS: AssembleOptions = { strideS: 10, horizonS: 2, partialMinS: 2.5, idleMs: 30_000 };
/** Segments one after another from sample 0 on: figures of a record on file must not depend on what it is called. */
export const ASSEMBLE_FROM_START: AssembleOptions = { ...ASSEMBLE_DEFAULTS, gridFrom: 0 };

/** A jump of the sample number beyond this counts only when a second chunk continues it (decision 4). */
export const JUMP_S = 60;
/** The same, of a chunk that ends the stream. */
export const JUMP_OF_END_S = 3600;
/** Epochs remembered as over. */
export const PAST_EPOCHS_MAX = 8;
/** Clock anchors kept beyond the one that the open segments need. */
export const ANCHORS_MAX = 64;

/** One device. Owned by the step: it changes in place, and nobody else holds it. */
export interface DeviceState {
  readonly device: string;
  epoch: EpochState | undefined;
  pastEpochs: Opaque[];
  held: HeldChunk | undefined;
}

export interface EpochState {
  readonly epoch: Opaque;
  /** At least one, ascending by origin; all but the last have an end. */
  runs: Run[];
  /** Highest first sample, and highest end, of any chunk placed. */
  highestFirst: number;
  highestEnd: number;
  /** Placed so far. */
  chunks: number;
  /** Lowest first sample of any chunk placed. */
  start: number;
  anchors: Anchor[];
  delay: DelayEnvelope;
  /** Undefined: nothing has been placed since the clock last stepped. */
  drift: ClockDrift | undefined;
  /** What the device declared, ascending and disjoint. */
  spans: Span[];
  leadsOff: { readonly lead: string; from: number; to: number }[];
  /** Ascending, each once. */
  paceMarks: number[];
  /** A run of segments without any sample, reported when the next segment closes. */
  gap: GapRun | undefined;
  /** Samples that were placed and then taken out again: see `split`. A refill must not put them back. */
  voids: Void[];
  /** Chunks that open segments still need. */
  sources: Source[];
}

/** A stretch of an epoch with one rate and one origin of each lead. Segment 0 starts at its first sample, those after it on a grid. */
export interface Run {
  origin: number;
  /** Segment k ≥ 1 starts k strides behind this sample: at `origin` at the latest, and less than a stride before it. */
  grid: number;
  /** Nominal: as its earliest chunk says. Those of others may differ by a hundredth. */
  readonly rateHz: number;
  /** Number of the next segment to close. */
  next: number;
  /** Set after a change of the stride: samples from here to the next segment's start are of no segment, and not late. */
  openFrom: number | undefined;
  /** Known once the format changed: samples from here on belong to the next run. */
  end: number | undefined;
  buffers: Map<string, LeadBuffer>;
}

export interface Anchor {
  readonly sample: number;
  readonly timeMs: number;
  /** Against the anchor before it; 0 for the first. */
  readonly stepMs: number;
}

/** Lower envelope of broker time minus device time over two windows. */
export interface DelayEnvelope {
  windowStartMs: number;
  minMs?: number;
  previousMinMs?: number;
}

/** How the device's clock moves against its count of samples: a regression, since a sample. */
export interface ClockDrift {
  readonly sample: number;
  readonly timeMs: number;
  chunks: number;
  /** Means of s by the count and of ms that the clock is ahead of it; sums of squares and of products about them. */
  meanS: number;
  meanMs: number;
  squares: number;
  products: number;
}

export interface Declared {
  readonly leads: readonly string[];
  readonly placement: Placement;
  readonly band: Band;
  readonly paceReported: boolean;
  readonly calibration: boolean;
  readonly demo: boolean;
}

export interface Span {
  from: number;
  to: number;
  readonly declared: Declared;
  /** Canonical text of `declared`, to compare by. */
  readonly signature: string;
}

/** Samples from … to of one lead in one calibration, from chunks before an offset, lost their place to another rate or origin. */
export interface Void extends Calibration {
  readonly lead: string;
  /** In whatever gain and format. */
  readonly isMixed: boolean;
  readonly rateHz: number;
  readonly from: number;
  readonly to: number;
  readonly before: number;
}

export interface Source {
  readonly offset: number;
  /** The first sample that was placed, and is not forgotten. */
  from: number;
  readonly to: number;
}

export interface HeldChunk {
  readonly chunk: Chunk;
  readonly offset: number;
  readonly samples: number;
  /** Highest first sample of the current epoch when it was held. */
  readonly highestFirst: number;
}

/** Every sample read is one of these. Those of a chunk that is held back count as read once it is known what becomes of them. */
export interface SampleAccount {
  read: number;
  placed: number;
  repeated: number;
  conflicting: number;
  late: number;
  rejected: number;
  /** Of the placed: at an end, too few for a segment. They are in gaps. */
  rest: number;
}

export type AssembleReject = { readonly offset: number; readonly reason: 'late' | 'stale-epoch' | 'jump' | 'too-fragmented' };

export interface Assembled {
  readonly segments: Segment[];
  readonly gaps: GapRun[];
  readonly rejects: AssembleReject[];
  readonly account: SampleAccount;
}

export function emptyAssembled(): Assembled {
  return {
    segments: [],
    gaps: [],
    rejects: [],
    account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 },
  };
}

const countedFrom = (run: Run, k: number): number => (k === 0 ? run.origin : run.grid);

/** First sample of segment k of a run: rounded once, so that nothing accumulates. */
export function startOf(run: Run, k: number, options: AssembleOptions): number {
  return countedFrom(run, k) + Math.round(k * options.strideS * run.rateHz);
}

export function endOf(run: Run, k: number, options: AssembleOptions): number {
  return countedFrom(run, k) + Math.round((k * options.strideS + SEGMENT_SECONDS) * run.rateHz);
}

/** Samples below this are late: they are of closed segments. What the second segment has of the first by its phase is the first one's. */
export function floorOf(run: Run, options: AssembleOptions): number {
  const from = neededFrom(run, options);
  return run.next === 1 && run.openFrom === undefined ? Math.max(from, run.origin + strideOf(run, options)) : from;
}

/** What the next segment has begins here, unless the stride has changed. */
export function neededFrom(run: Run, options: AssembleOptions): number {
  return run.openFrom ?? startOf(run, run.next, options);
}

export function strideOf({ rateHz }: Pick<Run, 'rateHz'>, { strideS }: AssembleOptions): number {
  return Math.round(strideS * rateHz);
}

/** Samples before a segment that are seen with it. */
export function beforeOf({ rateHz }: Run): number {
  return Math.round(BEFORE_SECONDS * rateHz);
}
