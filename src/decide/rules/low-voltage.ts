import type { Rule } from './rule.js';

const LIMB = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];
const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** Low voltage: QRS below 0.5 mV from peak to peak in every limb lead and below 1.0 mV in every chest lead (AHA/ACCF/HRS 2009). */
export const lowVoltage: Rule = {
  id: 'rule-low-voltage',
  kind: 'structural',
  holds: ({ measurements: { voltages } }) => {
    const span = new Map(voltages.map(({ lead, rMv, sMv }) => [lead, rMv - sMv]));
    if (![...LIMB, ...CHEST].every((lead) => span.has(lead))) return undefined;
    return LIMB.every((lead) => span.get(lead)! < 0.5) && CHEST.every((lead) => span.get(lead)! < 1);
  },
};
