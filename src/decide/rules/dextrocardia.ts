import type { Rule } from './rule.js';

/**
 * Dextrocardia: lead I points down, aVR up, and the R wave falls from V1 to V6 (Wagner, Marriott's Practical Electrocardiography).
 * The falling R tells it from swapped arm electrodes, which leave the chest leads as they are.
 */
export const dextrocardia: Rule = {
  id: 'rule-dextrocardia',
  kind: 'structural',
  holds: ({ measurements: { voltages } }) => {
    const of = new Map(voltages.map((voltage) => [voltage.lead, voltage]));
    const [i, avr, v1, v6] = ['I', 'aVR', 'V1', 'V6'].map((lead) => of.get(lead));
    if (i === undefined || avr === undefined || v1 === undefined || v6 === undefined) return undefined;
    return i.rMv + i.sMv < -0.1 && avr.rMv + avr.sMv > 0.1 && v6.rMv < 0.5 * v1.rMv && v6.rMv < 0.4;
  },
};
