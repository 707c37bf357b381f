import type { ClockStep, GainChange, Gap } from './segment.js';
import type { Opaque, Phase } from './chunk.js';
import type { Origin } from './leads.js';

export type Grade = 'good' | 'limited' | 'unusable';
export type OutcomeStatus = 'scored' | 'unusable' | 'unscored' | 'shed';
/** Reason of a segment whose beats are not to be trusted: rules on them do not speak. */
export const BEATS_DISPUTED = 'detectors-disagree';

/** Reasons of a lead that is not what it says: nothing is measured on it or claimed by it, whatever the gates. */
export const LEAD_DOUBTS: readonly string[] = ['copied', 'limb-leads-contradict'];

export type Pacing = 'unknown' | 'none' | 'paced';

/** What a segment's signal is good for. */
export interface Gates {
  /** Counting beats, and detecting that there are none: one lead will do. */
  readonly rate: boolean;
  /** ST, QT and the like. */
  readonly morphology: boolean;
  /** The encoder: all twelve leads, as a cardiologist would accept them. */
  readonly twelveLead: boolean;
}

/** One target of the catalogue, or one rule (`rule-…`), with its probability. */
export interface Finding {
  readonly id: string;
  readonly probability: number;
}

/** Kinds of beats (AAMI EC57): normal and bundle branch block, supraventricular ectopic, ventricular ectopic, fusion, paced or unclassifiable. */
export const BEAT_KINDS = ['N', 'S', 'V', 'F', 'Q'] as const;
export type BeatKind = (typeof BEAT_KINDS)[number];

export interface NamedKind {
  readonly kind: BeatKind;
  /** Probability of that kind, 0 to 1. */
  readonly confidence: number;
}

/** Numbers a clinician reads beside a probability. Undefined: could not be measured. */
export interface Measurements {
  readonly heartRateBpm?: number;
  /** From the P waves: differs from the heart rate in AV block. */
  readonly atrialRateBpm?: number;
  /** Coefficient of variation of the RR intervals. */
  readonly rrCv?: number;
  readonly longestPauseMs?: number;
  readonly qrsMs?: number;
  readonly prMs?: number;
  readonly qtMs?: number;
  /** By Fridericia. */
  readonly qtcMs?: number;
  readonly qtcBazettMs?: number;
  readonly axisDeg?: number;
  /** QRS complexes, samples from the segment's start: the middle of what is taken for the beat, within 20 ms of the R peak. The first may be up to 200 ms before the start. */
  readonly beats: readonly number[];
  /** QRS of each lead that is without fault. */
  readonly voltages: readonly Voltage[];
  /** 60 ms after the QRS of each lead that is without fault. */
  readonly st: readonly StLevel[];
}

/** Without the beats, which nobody reads as numbers. */
export function numbersOf({ beats: _beats, ...numbers }: Measurements): Omit<Measurements, 'beats'> {
  return numbers;
}

/** Median over the beats, mV from the level before the QRS. */
export interface StLevel {
  readonly lead: string;
  readonly mv: number;
}

/** Size of the QRS complex in one lead: medians over the beats, mV from the level before it. */
export interface Voltage {
  readonly lead: string;
  /** Highest, 0 or above. */
  readonly rMv: number;
  /** Lowest, 0 or below. */
  readonly sMv: number;
}

export interface LeadState {
  readonly lead: string;
  readonly origin: Origin;
  readonly reasons: readonly string[];
  readonly gaps: readonly Gap[];
  /** Short ones that are not listed, where there were too many; undefined: all are. */
  readonly gapsOmitted?: number;
}

/** What became of one segment. */
export interface Outcome {
  readonly id: string;
  readonly device: string;
  readonly epoch: Opaque;
  readonly firstSample: number;
  readonly samples: number;
  readonly rateHz: number;
  readonly startMs: number;
  readonly steps: readonly ClockStep[];
  readonly brokerOffsetMs: number;
  readonly brokerUncertaintyMs: number;
  /** The rate by the device's clock against the nominal one; undefined: not known. */
  readonly rateDriftPpm?: number;
  /** Undefined: none. */
  readonly gainChanges?: readonly GainChange[];
  readonly status: OutcomeStatus;
  readonly grade: Grade;
  /** Of the signal, over the declared leads: 0 (worst) to 1 (best). */
  readonly signalQuality: number;
  readonly gates: Gates;
  readonly reasons: readonly string[];
  readonly leads: readonly LeadState[];
  readonly measurements: Measurements;
  /** Where neither a beat nor its absence is known, though beats are counted elsewhere in the segment; ascending and apart. Undefined: nowhere. */
  readonly unobserved?: readonly Gap[];
  /** One for each beat of the measurements; undefined: an older engine, which does not say. */
  readonly kinds?: readonly NamedKind[];
  readonly findings: readonly Finding[];
  readonly model: string;
  readonly modelHash: string;
  /** Partition and offsets of the signal. */
  readonly source: { readonly partition: number; readonly offsets: readonly number[] };
  readonly association: Association;
  readonly demo: boolean;
  readonly partial: boolean;
  readonly pacing: Pacing;
  readonly placement: string;
  /** The device's own band; undefined: unknown. */
  readonly highpassHz?: number;
  readonly lowpassHz?: number;
  readonly phase: Phase;
}

/** A device that fell silent or came back by the engine's clock, or whose stream ended. */
export interface Silence {
  readonly device: string;
  readonly silent: boolean;
  readonly atMs: number;
  readonly lastRecordMs: number;
  /** It does send, but nothing of which a segment can be made. */
  readonly sends?: boolean;
  /** The device ended its stream regularly: nothing more is to come of it. */
  readonly ended?: boolean;
  readonly encounter?: string;
  readonly bed?: string;
  readonly unit?: string;
}

/** Records of an input topic that no engine will ever process. */
export interface LostRecords {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  /** Where reading continued; below `fromOffset` where the topic was recreated. */
  readonly toOffset: number;
  /**
   * Retention deleted them, they cannot be decoded, the topic is another one under the same name, or the key belongs to another partition (one
   * record stands for all of half a minute); a newer engine may give others.
   */
  readonly reason: 'expired' | 'unreadable' | 'recreated' | 'wrong-partition' | (string & {});
  /** By the engine's clock, ms since 1970. */
  readonly atMs: number;
}

/** A patient who is on no device any more: the stay is over. */
export interface Departure {
  /** The one left last. */
  readonly device: string;
  readonly encounter: string;
  readonly atMs: number;
  readonly bed?: string;
  readonly unit?: string;
}

/** Who was on the device, as resolved once by the score step. */
export interface Association {
  readonly encounter?: string;
  readonly bed?: string;
  readonly unit?: string;
  /** Two patients are said to be on the device: neither is believed, and `encounter` is unknown. */
  readonly isDisputed?: true;
  readonly knownConditions: readonly string[];
  /** Of the patient: limits of normal depend on them. Undefined: unknown. */
  readonly ageYears?: number;
  readonly sex?: 'female' | 'male';
  /** Offset of the context record that said so; −1: none. */
  readonly contextOffset: number;
  /** The bed's history is played this many times faster than it would pass; undefined: real. */
  readonly accelerated?: number;
}

/** Alerts, policy and known conditions belong to the encounter, or to the device where it is unknown. */
export function subjectOf(outcome: { device: string; association: { encounter?: string } }): string {
  return outcome.association.encounter ?? outcome.device;
}
