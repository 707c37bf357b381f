import { type AlertEvent, isoTime, isUnproven, numbersOf, triggerText } from '../ecg/index.js';
import { ADVISORY, type Delivery, type NameOf, textOf, warningsOf } from './delivery.js';

/** Body of a webhook, as Standard Webhooks has it: what happened, when, and the event. JSON. */
export function webhookBody(delivery: Delivery, nameOf: NameOf): string {
  const { event, as } = delivery;
  const type = as === 'gone' ? 'alert.gone' : `alert.${event.state}`;
  const { alertId, sequence } = event;
  const common = { alertId, sequence, text: textOf(delivery, nameOf), warnings: warningsOf(event), advisory: ADVISORY };
  const data = as === 'gone' ? common : { ...common, active: event.state !== 'resolved' && event.state !== 'dismissed', again: as === 'active', ...detailsOf(event, nameOf) };
  return JSON.stringify({ type, timestamp: isoTime(event.atMs), data });
}

function detailsOf({ state, cause, actor, atMs, snapshot }: AlertEvent, nameOf: NameOf) {
  const { encounter, device, bed, unit, finding, kind, priority, channel, probability, threshold, onsetMs, segments, measurements, reasons, signalQuality, model, modelHash, policyHash, evidence, expectedPpv, simulated, accelerated, trigger } = snapshot;
  return {
    ...{ state, cause, actor, at: isoTime(atMs), onset: isoTime(onsetMs), encounter, device, bed: bed ?? device, unit },
    ...{ finding, name: nameOf(finding), kind, priority, channel, probability, threshold, evidence, unproven: isUnproven(snapshot), expectedPpv, simulated, accelerated },
    ...(trigger !== undefined && { trigger: { ...trigger, text: triggerText(trigger) } }),
    ...{ measurements: numbersOf(measurements), signal: { quality: signalQuality, reasons }, model, modelHash, policyHash, segments },
  };
}
