import { type AlertEvent, type AlertSnapshot, cutText, type Trigger, TRIGGERS } from '../ecg/index.js';
import { decodeAlert } from './alert.js';
import { ID_MAX_BYTES, isId, isSegmentId, LABEL_MAX_BYTES, labels, MODEL_MAX_BYTES, place } from './bounds.js';
import { finite } from './numbers.js';
import { isDate } from './sound.js';

/** Why a record of ecg.alerts.v1 is no alert that can be shown. Closed list: each is a metric label. */
export const ALERT_FAULTS = ['undecodable', 'bad-subject', 'bad-time', 'bad-number', 'unknown-word'] as const;
export type AlertFault = (typeof ALERT_FAULTS)[number];
export type ReadAlert = { readonly ok: true; readonly event: AlertEvent } | { readonly ok: false; readonly fault: AlertFault };

const KINDS: readonly AlertSnapshot['kind'][] = ['episodic', 'sustained', 'structural'];
const CHANNELS: readonly AlertSnapshot['channel'][] = ['bedside', 'worklist', 'shadow'];
const EVIDENCE: readonly AlertSnapshot['evidence'][] = ['external', 'internal', 'simulated', 'none', 'rule'];
const PRIORITIES: readonly AlertSnapshot['priority'][] = ['high', 'medium', 'low', 'none'];
/** A priority that is not known here is shown as the highest, with this among its reasons. */
const PRIORITY_UNKNOWN = 'priority-unknown';
/** Of people's reasons. */
const TEXT_MAX_BYTES = 512;
/** Beats of a trigger. */
const KINDS_MAX = 512;
/** Of the segments that speak for an alert. */
const SEGMENTS_MAX = 256;

const isShare = (value: number | undefined): boolean => value === undefined || (value >= 0 && value <= 1);

/** An alert as readers may show it: every number is one, every word is known, every text within its bound. */
export function readAlert(bytes: Uint8Array): ReadAlert {
  const event = decodeAlert(bytes);
  const fault = event === undefined ? 'undecodable' : faultOf(event);
  return fault === undefined ? { ok: true, event: boundedEvent(event!) } : { ok: false, fault };
}

function faultOf({ alertId, sequence, atMs, snapshot }: AlertEvent): AlertFault | undefined {
  const { encounter, device, finding, kind, channel, evidence, onsetMs, probability, threshold, expectedPpv, signalQuality, explainedBy = alertId, episode = alertId } = snapshot;
  if (![alertId, device, finding, encounter ?? device, explainedBy, episode].every(isId)) return 'bad-subject';
  if (![atMs, onsetMs].every(isDate)) return 'bad-time';
  if (!Number.isSafeInteger(sequence) || ![probability, expectedPpv, signalQuality].every(isShare) || finite(threshold) === undefined) return 'bad-number';
  return KINDS.includes(kind) && CHANNELS.includes(channel) && EVIDENCE.includes(evidence) ? undefined : 'unknown-word';
}

function boundedEvent(event: AlertEvent): AlertEvent {
  const { actor, cause, snapshot } = event;
  return { ...event, cause: cutText(cause, TEXT_MAX_BYTES), actor: actor === undefined ? undefined : cutText(actor, ID_MAX_BYTES), snapshot: bounded(snapshot) };
}

/** What a newer engine was set off by is not known here: the alert is, and stands without. */
function isSoundTrigger({ what, fromMs, toMs, beats, perMinute = 0, kinds = '' }: Trigger): boolean {
  return TRIGGERS.includes(what) && isDate(fromMs) && isDate(toMs) && [beats, perMinute].every(Number.isFinite) && kinds.length <= KINDS_MAX;
}

function bounded(snapshot: AlertSnapshot): AlertSnapshot {
  const { bed, unit, priority, model, modelHash, policyHash, reasons, segments, votes, trigger } = snapshot;
  const isKnown = PRIORITIES.includes(priority);
  return {
    ...snapshot,
    bed: place(bed),
    unit: place(unit),
    priority: isKnown ? priority : PRIORITIES[0],
    reasons: labels(isKnown ? reasons : [PRIORITY_UNKNOWN, ...reasons]),
    model: cutText(model, MODEL_MAX_BYTES),
    modelHash: cutText(modelHash, MODEL_MAX_BYTES),
    policyHash: cutText(policyHash, LABEL_MAX_BYTES),
    segments: segments.filter(isSegmentId).slice(0, SEGMENTS_MAX),
    votes: votes.filter(({ segment, probability }) => isSegmentId(segment) && isShare(probability)).slice(0, SEGMENTS_MAX),
    accelerated: finite(snapshot.accelerated),
    trigger: trigger && isSoundTrigger(trigger) ? trigger : undefined,
  };
}
