import { type AlertEvent, isUnproven, triggerText } from '../ecg/index.js';

/** One event on its way to a target. */
export interface Delivery {
  readonly event: AlertEvent;
  /** `active`: delivered because it still stands, to a target that begins; `gone`: the patient has left what the target is to have. */
  readonly as: 'news' | 'active' | 'gone';
}

/** The same at every attempt, also after a restart: a receiver knows repeats by it. */
export function deliveryId({ event: { alertId, sequence } }: Pick<Delivery, 'event'>): string {
  return `${alertId}-${sequence}`;
}

/** A finding's name for people. */
export type NameOf = (finding: string) => string;

export const ADVISORY = 'Advisory, not a diagnosis.';

/** What everybody must know of the signal and the finding, wherever the alert is shown. */
export function warningsOf({ snapshot }: AlertEvent): readonly string[] {
  const { simulated, accelerated } = snapshot;
  return [
    ...(simulated ? ['SIMULATED'] : []),
    ...(isUnproven(snapshot) ? ['UNPROVEN'] : []),
    ...(accelerated === undefined ? [] : [`HISTORY PLAYED ${accelerated} TIMES FASTER`]),
  ];
}

const warningText = (event: AlertEvent): string => warningsOf(event).map((warning) => `${warning}. `).join('');

/** What it is of, for where there is little room. */
export function shortTextOf(event: AlertEvent, nameOf: NameOf): string {
  return `${warningText(event)}${nameOf(event.snapshot.finding)}. ${ADVISORY}`;
}

/** The whole alert in one line for people. Of one that is gone nothing of its new place. */
export function textOf({ event, as }: Delivery, nameOf: NameOf): string {
  const { state, cause, actor, snapshot } = event;
  const { finding, bed, device, unit, probability, threshold, priority, evidence, expectedPpv, trigger } = snapshot;
  const warnings = warningText(event);
  if (as === 'gone') return `${warnings}${nameOf(finding)}: the patient is in another unit now, and the alert continues there. ${ADVISORY}`;
  const who = actor === undefined ? '' : ` by ${actor}`;
  const why = state === 'dismissed' ? ` (${cause})` : '';
  const what = `${nameOf(finding)}: ${as === 'active' ? 'still stands, last ' : ''}${state}${who}${why}`;
  const where = `${bed ?? device}${unit === undefined ? '' : ` in ${unit}`}`;
  const said = evidence === 'rule' ? `by measurement, no model${trigger === undefined ? '' : `: ${triggerText(trigger)}`}` : `probability ${probability.toFixed(2)} at a threshold of ${threshold.toFixed(2)}, evidence ${evidence}`;
  const share = expectedPpv === undefined ? 'how many of those reported have it is not measured' : `of those reported ${Math.round(expectedPpv * 100)}% have it`;
  return `${warnings}${what}; ${where}; priority ${priority}; ${said}; ${share}. ${ADVISORY}`;
}
