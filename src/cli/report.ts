import type { EmbeddedLog } from '../adapters/embedded/index.js';
import type { PrometheusMeter } from '../adapters/prometheus/index.js';
import { type AlertEvent, isUnproven, numbersOf, type Outcome, printable, printableJson, timeOfDay, triggerText } from '../ecg/index.js';
import { TOPICS } from '../ports/index.js';

/** JSON that a terminal may show: no control character is raw in it. */
export const jsonText = (value: unknown): string => printableJson(JSON.stringify(value));

/** The machine-readable lines: one JSON object each. */
export function segmentLine(outcome: Outcome): string {
  const { id, device, startMs, grade, status, findings } = outcome;
  return jsonText({
    type: 'segment',
    id,
    device,
    startMs: Math.round(startMs),
    grade,
    signalQuality: outcome.signalQuality,
    gates: outcome.gates,
    outcome: status,
    model: outcome.model,
    reasons: outcome.reasons,
    heartRateBpm: outcome.measurements.heartRateBpm,
    measurements: numbersOf(outcome.measurements),
    findings: findings.map(({ id: finding, probability }) => ({ id: finding, probability })),
  });
}

export function alertLine(event: AlertEvent): string {
  return jsonText(alertFields(event));
}

export function alertFields(event: AlertEvent) {
  const { snapshot } = event;
  return {
    type: 'alert',
    id: event.alertId,
    sequence: event.sequence,
    device: snapshot.device,
    bed: snapshot.bed,
    unit: snapshot.unit,
    finding: snapshot.finding,
    priority: snapshot.priority,
    channel: snapshot.channel,
    state: event.state,
    probability: snapshot.probability,
    onsetMs: Math.round(snapshot.onsetMs),
    trigger: snapshot.trigger,
    evidence: snapshot.evidence,
    expectedPpv: snapshot.expectedPpv,
    simulated: snapshot.simulated,
    accelerated: snapshot.accelerated,
    measurements: numbersOf(snapshot.measurements),
    reasons: snapshot.reasons,
    signalQuality: snapshot.signalQuality,
    explainedBy: snapshot.explainedBy,
    episode: snapshot.episode,
  };
}

const STATE_WORDS: Readonly<Record<AlertEvent['state'], string>> = {
  raised: 'ALERT',
  updated: 'update',
  acknowledged: 'acknowledged',
  escalated: 'ESCALATED',
  resolved: 'resolved',
  dismissed: 'dismissed',
};

/** One line for a person, whatever the names hold: bed, finding, probability, priority; simulated, unproven and accelerated say so. */
export function alertText(event: AlertEvent): string {
  const { snapshot } = event;
  const where = snapshot.channel === 'worklist' ? 'reader worklist' : snapshot.channel;
  const flags = [snapshot.explainedBy === undefined ? '' : 'explained by another alert', snapshot.simulated ? 'SIMULATED' : '', isUnproven(snapshot) ? 'UNPROVEN' : '', snapshot.accelerated === undefined ? '' : `history played ${snapshot.accelerated} times faster`];
  const parts = [
    timeOfDay(event.atMs),
    STATE_WORDS[event.state].padEnd(8),
    (snapshot.bed ?? snapshot.device).padEnd(8),
    snapshot.finding.padEnd(28),
    snapshot.evidence === 'rule' ? 'by rule' : `p ${snapshot.probability.toFixed(2)} `,
    ...(snapshot.trigger === undefined ? [] : [`${triggerText(snapshot.trigger)} from ${timeOfDay(snapshot.trigger.fromMs)}`]),
    `${snapshot.priority} priority, ${where}`,
    ...flags.filter((flag) => flag !== ''),
  ];
  return printable(parts.join('  '));
}

export interface Summary {
  readonly type: 'summary';
  readonly beds: number;
  readonly chunks: number;
  readonly segments: { readonly total: number; readonly good: number; readonly limited: number; readonly unusable: number };
  readonly alerts: number;
  readonly rejected: number;
  readonly shed: number;
  readonly unscored: number;
  readonly late: number;
  /** Samples of leads at the end of a recording, too few for a segment. */
  readonly rest: number;
  /** Samples read that have no fate, and segments without an outcome, though the engine had done all its work: 0, or something is wrong. */
  readonly lost: number;
  /** Work that the engine had not done when it was ended: nothing of it is lost as long as the log has its signal. */
  readonly unfinished: { readonly segments: number; readonly chunks: number };
  readonly skippedSignals?: number;
  readonly failedRecords?: number;
}

/** What the engine's metrics do not hold. */
export interface Ended {
  readonly beds: number;
  readonly alerts: number;
  /** Everything that was appended had been scored and decided. */
  readonly hasSettled: boolean;
  /** Chunks in the log that no engine has read. */
  readonly unread: number;
}

/** The account at the end, from the engine's own metrics. */
export async function summarise(meter: PrometheusMeter, { beds, alerts, hasSettled, unread }: Ended): Promise<Summary> {
  const outcomes = (where: Record<string, string>) => meter.sum('purkinje_score_outcomes_total', where);
  const fate = (name: string) => meter.sum('purkinje_assemble_samples_total', { fate: name });
  const [good, limited, unusable, total] = await Promise.all([outcomes({ grade: 'good' }), outcomes({ grade: 'limited' }), outcomes({ grade: 'unusable' }), outcomes({})]);
  const fates = await Promise.all(['placed', 'repeated', 'conflicting', 'late', 'rejected'].map(fate));
  const unaccounted = (await fate('read')) - fates.reduce((sum, count) => sum + count, 0);
  const unpublished = (await meter.sum('purkinje_assemble_segments_total')) - total;
  return {
    type: 'summary',
    beds,
    chunks: await meter.sum('purkinje_wire_chunks_total'),
    segments: { total, good, limited, unusable },
    alerts,
    rejected: await meter.sum('purkinje_wire_rejects_total'),
    shed: await outcomes({ status: 'shed' }),
    unscored: await outcomes({ status: 'unscored' }),
    late: await fate('late'),
    rest: await meter.sum('purkinje_assemble_rest_samples_total'),
    lost: hasSettled ? unaccounted + unpublished : 0,
    unfinished: hasSettled ? { segments: 0, chunks: 0 } : { segments: unpublished, chunks: unread },
  };
}

/** Chunks that the score step has not read yet. */
export async function unreadChunks(log: EmbeddedLog): Promise<number> {
  const partitions = await log.progress('score', TOPICS.signal);
  return partitions.reduce((sum, { next, end }) => sum + Math.max(0, end - next), 0);
}

export function summaryText(summary: Summary): string {
  const { segments, unfinished } = summary;
  return [
    `${summary.beds} beds, ${summary.chunks} chunks, ${segments.total} segments (${segments.good} good, ${segments.limited} limited, ${segments.unusable} unusable)`,
    `${summary.alerts} alerts, ${summary.rejected} chunks rejected`,
    `${summary.shed} segments shed, ${summary.unscored} unscored, ${summary.late} samples late, ${summary.lost} lost`,
    ...(summary.rest === 0 ? [] : [`${summary.rest} samples at the ends of recordings are too few for a segment`]),
    ...(unfinished.segments + unfinished.chunks === 0 ? [] : [`unfinished when it ended: ${unfinished.segments} segments, and ${unfinished.chunks} chunks not read yet`]),
  ].join('\n');
}
