import { LEAD_DOUBTS, type LeadState, type Outcome } from '../ecg/index.js';
import type { PolicyEntry } from './policy.js';
import { TECHNICAL } from './rules/technical.js';

/** Why a finding is not claimed of a segment. */
export type NotClaimed = 'unusable' | 'leads' | 'placement' | 'band' | 'paced' | 'known-condition' | 'not-scored' | 'identity';

/** May this finding be claimed of this segment at all? Undefined: yes. What is unknown of the device is not held against it. */
export function notClaimable(entry: PolicyEntry, outcome: Outcome): NotClaimed | undefined {
  if (entry.finding in TECHNICAL) return undefined;
  if (outcome.grade === 'unusable') return 'unusable';
  if (outcome.association.knownConditions.includes(entry.finding)) return 'known-condition';
  // One decision in a stay needs to know whose stay it is.
  if (entry.kind === 'structural' && outcome.association.isDisputed) return 'identity';
  if (entry.evidence === 'rule') return undefined;
  if (outcome.status !== 'scored') return 'not-scored';
  if (outcome.pacing === 'paced') return 'paced';
  if (outcome.placement !== 'unknown' && !entry.placements.includes(outcome.placement)) return 'placement';
  const { bandHz } = entry;
  if (bandHz !== undefined && ((outcome.highpassHz ?? 0) > (bandHz.highpassMax ?? Infinity) || (outcome.lowpassHz ?? Infinity) < (bandHz.lowpassMin ?? 0))) return 'band';
  const sound = soundLeads(outcome);
  return entry.leadSets.some((set) => set.every((lead) => sound.has(lead))) ? undefined : 'leads';
}

/** The same for every finding of an outcome. */
const SOUND = new WeakMap<Outcome, ReadonlySet<string>>();

function soundLeads(outcome: Outcome): ReadonlySet<string> {
  const known = SOUND.get(outcome);
  if (known !== undefined) return known;
  const { leads, gates } = outcome;
  const isSound = ({ origin, reasons }: LeadState) => origin !== 'modified' && origin !== 'missing' && !reasons.some((reason) => LEAD_DOUBTS.includes(reason)) && (gates.twelveLead || reasons.length === 0);
  const sound = new Set(leads.filter(isSound).map(({ lead }) => lead));
  SOUND.set(outcome, sound);
  return sound;
}
