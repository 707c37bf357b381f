/** The twelve leads, in the one order used inside the engine. */
export const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type Lead = (typeof LEADS)[number];

/** The eight leads that are independent: the other four follow from them. */
export const INDEPENDENT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const satisfies readonly Lead[];

/** ECG leads outside the twelve that a device may carry beside them. */
export const FURTHER_LEADS_MAX = 4;

/** How a lead came to be. `modified`: a near relative stands in for it (MLII for II). */
export type Origin = 'measured' | 'derived' | 'easi' | 'modified' | 'missing';

const BY_NAME = new Map<string, Lead>(LEADS.map((lead) => [lead.toLowerCase(), lead]));

/** The standard lead that a device's label names, whatever its case (AVR, avr, aVR); undefined for any other. */
export function standardLead(label: string): Lead | undefined {
  return BY_NAME.get(label.trim().toLowerCase());
}

/** A lead on a device: one of the twelve, or a further one under its own name. */
export function isStandard(name: string): name is Lead {
  return (LEADS as readonly string[]).includes(name);
}
