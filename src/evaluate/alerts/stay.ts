import type { AlertEvent, FindingKind, Grade } from '../../ecg/index.js';

/** Something that was true of a patient, ms from the stay's start. */
export interface TrueEpisode {
  readonly id: string;
  readonly onsetMs: number;
  /** From when it was there in full. */
  readonly fullMs: number;
  /** Absent: to the end. */
  readonly offsetMs?: number;
}

/** One bed while it was watched: what was true, and what the engine said. */
export interface Stay {
  readonly bed: string;
  /** Device time of its first sample. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Undefined: nothing is known; what is delivered is burden, not false. */
  readonly truth?: readonly TrueEpisode[];
  readonly events: readonly AlertEvent[];
  readonly segments: Readonly<Record<Grade, number>>;
  /** Of them, those that the encoder should have scored and did not: what is missing in the figures. */
  readonly unscored: number;
}

/** How soon an alert of a kind must come, once it is there in full: acute rhythm and ischaemia, what is new and lasts, structure. */
export const DECISION_TIME_S: Readonly<Record<FindingKind, number>> = { episodic: 60, sustained: 300, structural: 2400 };

/** A rule on measurements of the same thing reports a finding as well as its own target does. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'low-qrs-voltage': ['rule-low-voltage'],
  dextrocardia: ['rule-dextrocardia'],
  stemi: ['rule-st-elevation', 'rule-st-elevation-alone'],
  'ventricular-preexcitation': ['rule-preexcitation'],
  'second-degree-av-block-mobitz-i': ['rule-av-block'],
  'second-degree-av-block-mobitz-ii': ['rule-av-block'],
  'complete-av-block': ['rule-av-block'],
  'atrial-fibrillation': ['rule-atrial-fibrillation'],
  'ventricular-bigeminy-or-trigeminy': ['rule-bigeminy'],
  'ventricular-tachycardia': ['rule-wide-tachycardia'],
};
/** Findings about the watching, not about the patient. */
const TECHNICAL = 'technical-';
/** A patient is healthy when nothing but this is true. */
const HEALTHY = 'normal-ecg';
/** What is reported so soon after an episode's end still belongs to it: persistence looks back. */
const AFTERMATH_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A true episode, and when it was reported. */
export interface JudgedEpisode {
  readonly id: string;
  readonly isFound: boolean;
  /** From its onset; undefined: it was not reported in time. */
  readonly delayS?: number;
}

export interface JudgedStay {
  readonly episodes: readonly JudgedEpisode[];
  /** Delivered while nothing was wrong with the patient. */
  readonly falseAlerts: readonly AlertEvent[];
  readonly healthyHours: number;
}

const isDelivered = ({ state, snapshot }: AlertEvent): boolean => state === 'raised' && snapshot.channel !== 'shadow';

/** Alerts that reached somebody, each once. */
export function deliveredIn(stay: Stay): readonly AlertEvent[] {
  return stay.events.filter(isDelivered);
}

export const isTechnical = (finding: string): boolean => finding.startsWith(TECHNICAL);

/** Was something wrong with the patient at any time? */
export function isIll({ truth = [] }: Stay): boolean {
  return truth.some(({ id }) => id !== HEALTHY);
}

/** @param kindOf undefined: it could reach nobody, so nobody misses it */
export function judged(stay: Stay, kindOf: (id: string) => FindingKind | undefined): JudgedStay {
  const truth = stay.truth ?? [];
  const delivered = deliveredIn(stay);
  const ill = truth.filter(({ id }) => id !== HEALTHY);
  const episodes = ill.flatMap((episode): JudgedEpisode[] => {
    const names = [episode.id, ...(SAME[episode.id] ?? [])];
    if (names.every((name) => kindOf(name) === undefined)) return [];
    const reports = delivered.filter(({ snapshot: { finding, kind: by }, atMs }) => {
      const untilMs = stay.startMs + episode.fullMs + DECISION_TIME_S[by] * 1000;
      return names.includes(finding) && atMs > stay.startMs + episode.onsetMs && atMs <= untilMs;
    });
    const firstMs = Math.min(...reports.map(({ atMs }) => atMs));
    return [{ id: episode.id, isFound: reports.length > 0, ...(reports.length > 0 && { delayS: (firstMs - stay.startMs - episode.fullMs) / 1000 }) }];
  });
  if (stay.truth === undefined) return { episodes, falseAlerts: [], healthyHours: 0 };
  const isHealthyAt = (ms: number): boolean => ill.every(({ onsetMs, offsetMs = Infinity }) => ms < onsetMs || ms > offsetMs + AFTERMATH_MS);
  const illMs = Math.min(stay.durationMs, ill.length === 0 ? 0 : stay.durationMs - Math.min(...ill.map(({ onsetMs }) => onsetMs)));
  return {
    episodes,
    falseAlerts: delivered.filter(({ atMs, snapshot }) => isHealthyAt(atMs - stay.startMs) && !isTechnical(snapshot.finding)),
    healthyHours: (stay.durationMs - illMs) / HOUR_MS,
  };
}
