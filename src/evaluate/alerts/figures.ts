import type { AlertEvent, FindingKind, Grade } from '../../ecg/index.js';
import { poissonUpper95, shareLower95 } from './intervals.js';
import { deliveredIn, isIll, isTechnical, type JudgedEpisode, type JudgedStay, type Stay } from './stay.js';

/** One operating point: every threshold moved by the same step in logits. */
export interface OperatingPoint {
  readonly shiftLogits: number;
  readonly sensitivity: number | null;
  readonly perBedDay: number;
}

export interface AlertFigures {
  readonly bedDays: number;
  readonly policyHash: string;
  readonly thresholdSetHash: string;
  /** `ownPerBedDay`: those that nothing explained when they were raised, and that are not on the watching itself. */
  readonly delivered: { readonly total: number; readonly perBedDay: number; readonly ownPerBedDay: number; readonly byFinding: Readonly<Record<string, number>> };
  /** Segments on which a finding is at its threshold: what would be reported without deciding. */
  readonly ungated: { readonly perBedDay: number };
  /** Over the time in which the patients were healthy; null: there was none. */
  readonly falsePerBedDay: { readonly value: number | null; readonly upper95: number | null; readonly bedDays: number; readonly byFinding: Readonly<Record<string, number>> };
  readonly sensitivity: { readonly value: number | null; readonly byFinding: Readonly<Record<string, { readonly tp: number; readonly fn: number; readonly lower95: number }>> };
  /** Of a bed whose patient is ill: alerts that nothing else explained when they were raised; null: there was none. */
  readonly unexplainedOnIllBeds: { readonly median: number | null; readonly most: number | null; readonly beds: number };
  /** From when an acute finding is there in full to its delivery. */
  readonly delayS: { readonly p50: number | null; readonly p95: number | null };
  readonly segments: Readonly<Record<'total' | Grade | 'unscored', number>>;
  /** Alerts that nobody got: no evidence, or a site's choice. */
  readonly shadowed: number;
  readonly curve: readonly OperatingPoint[];
}

export interface Counted {
  readonly policyHash: string;
  readonly thresholdSetHash: string;
  readonly ungated: number;
  readonly curve: readonly OperatingPoint[];
}

const HOURS_A_DAY = 24;
const HOUR_MS = 3_600_000;

/** What a ward would have lived through, and what of it was right. */
export function alertFigures(stays: readonly Stay[], judgedStays: readonly JudgedStay[], kindOf: (id: string) => FindingKind | undefined, counted: Counted): AlertFigures {
  const bedDays = sum(stays.map(({ durationMs }) => durationMs)) / HOUR_MS / HOURS_A_DAY;
  const delivered = stays.flatMap(deliveredIn);
  const untrue = judgedStays.flatMap(({ falseAlerts }) => falseAlerts);
  const healthyDays = sum(judgedStays.map(({ healthyHours }) => healthyHours)) / HOURS_A_DAY;
  const episodes = judgedStays.flatMap((stay) => stay.episodes);
  const acute = episodes.filter(({ id, delayS }) => delayS !== undefined && kindOf(id) === 'episodic').map(({ delayS }) => delayS!).sort((a, b) => a - b);
  const own = ({ snapshot }: AlertEvent) => snapshot.explainedBy === undefined && !isTechnical(snapshot.finding);
  const unexplained = stays.filter(isIll).map((stay) => deliveredIn(stay).filter(own).length).sort((a, b) => a - b);
  const grades = { good: sum(stays.map(({ segments }) => segments.good)), limited: sum(stays.map(({ segments }) => segments.limited)), unusable: sum(stays.map(({ segments }) => segments.unusable)) };
  return {
    bedDays,
    policyHash: counted.policyHash,
    thresholdSetHash: counted.thresholdSetHash,
    delivered: { total: delivered.length, perBedDay: delivered.length / bedDays, ownPerBedDay: delivered.filter(own).length / bedDays, byFinding: countsBy(delivered.map(({ snapshot }) => snapshot.finding)) },
    ungated: { perBedDay: counted.ungated / bedDays },
    falsePerBedDay: {
      value: healthyDays > 0 ? untrue.length / healthyDays : null,
      upper95: healthyDays > 0 ? poissonUpper95(untrue.length) / healthyDays : null,
      bedDays: healthyDays,
      byFinding: countsBy(untrue.map(({ snapshot }) => snapshot.finding)),
    },
    sensitivity: { value: sensitivityOf(episodes), byFinding: byFinding(episodes) },
    unexplainedOnIllBeds: { median: quantile(unexplained, 0.5), most: quantile(unexplained, 1), beds: unexplained.length },
    delayS: { p50: quantile(acute, 0.5), p95: quantile(acute, 0.95) },
    segments: { total: sum(Object.values(grades)), ...grades, unscored: sum(stays.map(({ unscored }) => unscored)) },
    shadowed: stays.flatMap(({ events }) => events).filter(({ state, snapshot }) => state === 'raised' && snapshot.channel === 'shadow').length,
    curve: counted.curve,
  };
}

export function sensitivityOf(episodes: readonly JudgedEpisode[]): number | null {
  return episodes.length === 0 ? null : episodes.filter(({ isFound }) => isFound).length / episodes.length;
}

function byFinding(episodes: readonly JudgedEpisode[]): AlertFigures['sensitivity']['byFinding'] {
  const ids = [...new Set(episodes.map(({ id }) => id))].sort();
  return Object.fromEntries(ids.map((id) => {
    const own = episodes.filter((one) => one.id === id);
    const tp = own.filter(({ isFound }) => isFound).length;
    return [id, { tp, fn: own.length - tp, lower95: shareLower95(tp, own.length) }];
  }));
}

function countsBy(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of [...ids].sort()) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

/** Of ascending values, the nearest rank. */
function quantile(values: readonly number[], share: number): number | null {
  return values.length === 0 ? null : values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
