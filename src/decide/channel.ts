import type { Association, Channel, Outcome } from '../ecg/index.js';
import type { Mode, Policy, PolicyEntry } from './policy.js';

/** Where the patient is, as far as the policy asks. */
interface Bedside extends Pick<Outcome, 'demo' | 'modelHash'> {
  readonly association: Pick<Association, 'unit'>;
}

/** How far the finding may go in this unit: the unit's word on it, its word on all, the finding's own. */
export function modeOf({ finding, mode }: PolicyEntry, { association: { unit } }: Bedside, { units }: Policy): Mode {
  const own = unit === undefined ? undefined : units[unit];
  return own?.[finding] ?? own?.['*'] ?? mode;
}

/** Have people's verdicts refuted it, as this model reports it at this threshold? */
export function isDemoted({ finding, threshold, evidence }: PolicyEntry, { modelHash }: Pick<Bedside, 'modelHash'>, { demoted }: Policy): boolean {
  const own = evidence === 'rule' ? '' : modelHash;
  // Thresholds travel as float32.
  return demoted.some((point) => point.finding === finding && point.modelHash === own && Math.fround(point.threshold) === Math.fround(threshold));
}

/**
 * To whom an alert of the finding goes. What only simulation or nothing supports stays in shadow, unless a site has named it for its
 * readers, or the bed is simulated and the policy is open to such. Structure goes to readers, never to the bedside.
 */
export function channelOf(entry: PolicyEntry, bedside: Bedside, policy: Policy): Channel {
  const mode = modeOf(entry, bedside, policy);
  if (mode === 'off' || mode === 'shadow' || entry.isBelowFloor || isDemoted(entry, bedside, policy)) return 'shadow';
  const isProven = entry.evidence === 'external' || entry.evidence === 'internal' || entry.evidence === 'rule' || (bedside.demo && policy.openToSimulated);
  if (!isProven) return entry.isNamed ? 'worklist' : 'shadow';
  return mode === 'reader' || entry.kind === 'structural' ? 'worklist' : 'bedside';
}
