import type { Origin } from './leads.js';

/** Samples as the device sent them. `NO_SAMPLE` marks a missing one in int16 and int32. */
export type Samples = Int16Array | Int32Array | Float32Array;

export const NO_SAMPLE_INT16 = -32768;
export const NO_SAMPLE_INT32 = -2147483648;

export type Placement = 'unknown' | 'standard' | 'mason-likar' | 'easi';
export type Phase = 'unknown' | 'causal' | 'zero';

/** What the device already did to its signal; undefined is unknown. */
export interface Band {
  readonly highpassHz?: number;
  readonly lowpassHz?: number;
  readonly notchHz?: number;
  readonly phase: Phase;
}

/** An unsigned 64-bit number that means nothing but itself: as a number where that is exact, else its decimal digits. */
export type Opaque = number | string;

/** Some samples of one lead. mV = (count − offsetAdu) / aduPerMv. */
export interface LeadBlock {
  /** One of the twelve in its standard spelling, or a further lead under its own name. */
  readonly lead: string;
  readonly origin: Exclude<Origin, 'missing'>;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  readonly samples: Samples;
  readonly leadOff: boolean;
}

/** One message of a device: some samples of some leads of one epoch, checked and typed. */
export interface Chunk {
  readonly device: string;
  readonly epoch: Opaque;
  readonly sequence: Opaque;
  /** Sample number within the epoch. */
  readonly firstSample: number;
  /** The device's claim of the time of `firstSample`, ms since 1970. */
  readonly deviceTimeMs: number;
  /** The gateway's receive time; undefined where there is none. */
  readonly gatewayTimeMs?: number;
  /** As declared: a nominal value, from which it may differ by a hundredth. */
  readonly rateHz: number;
  /** All leads of the epoch from `firstSample` on; a chunk may hold only some of them. */
  readonly declaredLeads: readonly string[];
  readonly blocks: readonly LeadBlock[];
  readonly band: Band;
  readonly placement: Placement;
  /** Pace marks as sample numbers; undefined is "not reported". */
  readonly paceMarks?: readonly number[];
  readonly calibration: boolean;
  /** Simulated: every alert that follows from it says so. */
  readonly demo: boolean;
  readonly endOfStream: boolean;
}

/** Samples per lead; 0 where the chunk only speaks (end of stream, declaration). */
export const chunkLength = (chunk: { readonly blocks: readonly LeadBlock[] }): number => chunk.blocks[0]?.samples.length ?? 0;

/** A declared rate is a nominal value: crystals of monitors, and gateways that measure, differ from it by less. */
export const RATE_TOLERANCE = 0.01;

/** May samples of this rate stand on a grid of the nominal one? */
export const isNominally = (nominalHz: number, rateHz: number): boolean => Math.abs(rateHz - nominalHz) <= RATE_TOLERANCE * nominalHz;
