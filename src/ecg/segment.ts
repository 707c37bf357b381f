import type { Band, Opaque, Placement, Samples } from './chunk.js';
import type { Origin } from './leads.js';

export const SEGMENT_SECONDS = 10;
/** Signal before a segment that is seen with it: beats at its border are whole there. */
export const BEFORE_SECONDS = 2;

/** Missing samples of one lead, in ms from the segment's start. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A step of the device's clock, where it falls in the segment. */
export interface ClockStep {
  readonly atMs: number;
  readonly stepMs: number;
}

/** Where a device changed the gain of a lead. Its samples are in mV by the gain that each was sent with. */
export interface GainChange {
  readonly lead: string;
  readonly atMs: number;
  readonly fromAduPerMv: number;
  readonly toAduPerMv: number;
}

/** One lead of a segment: counts as the device sent them, or mV where it changed their gain, with the sentinel (NaN for float32) where one is missing. */
export interface SegmentLead {
  readonly lead: string;
  readonly origin: Exclude<Origin, 'missing'>;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  /** `segment.samples` long. */
  readonly counts: Samples;
  /** What came right before, `segment.before` long: as the segments before it were cut. */
  readonly before: Samples;
  readonly gaps: readonly Gap[];
}

/** Why a segment closed as it did. */
export type CloseReason = 'complete' | 'horizon' | 'idle' | 'end-of-stream' | 'end-of-epoch' | 'format-change';

/** 10 s of a device's leads, cut by sample number. */
export interface Segment {
  /** device/epoch/firstSample: the same in every run. */
  readonly id: string;
  readonly device: string;
  readonly epoch: Opaque;
  readonly firstSample: number;
  readonly samples: number;
  /** Samples before the first that its leads have as well, two seconds of them; 0: the signal begins with this segment. */
  readonly before: number;
  /** No segment follows that has this one's end before it. */
  readonly last: boolean;
  readonly rateHz: number;
  readonly leads: readonly SegmentLead[];
  readonly closedBy: CloseReason;
  /** Cut short by an end; the rest is gap. */
  readonly partial: boolean;
  readonly placement: Placement;
  readonly band: Band;
  /** Sample numbers from the segment's start; undefined: not reported. */
  readonly paceMarks?: readonly number[];
  readonly calibration: boolean;
  readonly demo: boolean;
  /** Leads that the device said were off, at any time in the segment. */
  readonly leadsOff: readonly string[];
  readonly clock: SegmentClock;
  /** Changes of gain beyond a thousandth, in the order of leads; undefined: none. */
  readonly gainChanges?: readonly GainChange[];
  /** Offsets of the chunks that the samples came from, ascending. */
  readonly sources: readonly number[];
}

/** When it was: claims and estimates. These fields alone may depend on where the chunks were cut. */
export interface SegmentClock {
  readonly startMs: number;
  readonly steps: readonly ClockStep[];
  /** Broker clock minus device clock by the lower envelope of the delays. */
  readonly brokerOffsetMs: number;
  readonly brokerUncertaintyMs: number;
  /** The start by the broker's clock: by the device's latest time, set right. */
  readonly brokerStartMs: number;
  /** The rate by the device's own clock against the nominal one, parts per million, at most 10,000 either way; undefined: less than 30 s are known. */
  readonly rateDriftPpm?: number;
}

/** A run of segments without any sample, or signal at an end that is too short for a segment. */
export interface GapRun {
  readonly device: string;
  readonly epoch: Opaque;
  readonly firstSample: number;
  readonly segments: number;
  readonly startMs: number;
  /** Samples that are there, in all leads, and that no outcome speaks of; undefined: none. */
  readonly restSamples?: number;
  /** Of its start; undefined once it has been read from the log. */
  readonly clock?: SegmentClock;
}

export function segmentId(device: string, epoch: Opaque, firstSample: number): string {
  return `${device}/${epoch}/${firstSample}`;
}

/** Further from zero than this, in mV, is no voltage of a body: the gain is wrong. Such a sample is none. */
export const MILLIVOLTS_MAX = 1e6;

/** A segment in mV: one row a lead, the twelve in their order, then the further ones. */
export interface Physical {
  readonly rateHz: number;
  readonly samples: number;
  /** Samples right before that its leads have as well, two seconds of them; 0: the signal begins with this segment. */
  readonly before?: number;
  readonly rows: readonly PhysicalLead[];
}

export interface PhysicalLead {
  readonly lead: string;
  readonly origin: Origin;
  /** mV; NaN where there is no sample. */
  readonly mv: Float32Array;
  /** The same with the samples right before in front; absent: there are none. */
  readonly seen?: Float32Array;
  readonly gaps: readonly Gap[];
}
